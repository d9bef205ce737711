package cli

import "runtime/debug"

// version is set by the linker for a release: -X dormer/internal/cli.version=1.2.3
var version = "0.1.0"

// Version is the program's version, with the revision that it was built from
// where the build knows it: "0.1.0 (1a2b3c4d5e6f, modified)".
func Version() string {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	var revision, modified string
	for _, s := range b.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = ", modified"
		}
	}
	if revision == "" {
		return version
	}
	return version + " (" + revision + modified + ")"
}
