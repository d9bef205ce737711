package cli

import (
	"runtime"

	"github.com/spf13/cobra"

	"dormer/internal/version"
)

// Version is the program's version as windows and watchers compare theirs: with
// the commit, where the build knows it.
func Version() string { return version.Whole() }

func (p *program) versionVerb() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Say which Dormer this is, and from what it was built",
		Example: `  dormer version
  dormer version --json | jq -r .commit`,
		Args: takes(),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.RunE = func(*cobra.Command, []string) error { // it looks at no data, and so can say this whatever is wrong there
		p.began = true
		if asJSON {
			return p.json(struct {
				Version string `json:"version"`
				Commit  string `json:"commit"`
				Go      string `json:"go"`
				OS      string `json:"os"`
				Arch    string `json:"arch"`
			}{version.Number(), version.Commit(), version.Go(), runtime.GOOS, runtime.GOARCH})
		}
		f := p.fields()
		f.field("Dormer", version.Number())
		f.field("Commit", or(version.Commit(), "unknown"))
		f.field("Go", version.Go()+" "+runtime.GOOS+"/"+runtime.GOARCH)
		f.end()
		return nil
	}
	return c
}
