package engine

import (
	"cmp"
	"strings"

	"dormer/internal/figures"
	"dormer/internal/job"
	"dormer/internal/opener"
	"dormer/internal/say"
)

// letter begins a letter about the measurements of a job: what it is about, then the
// figures of each structure, and of several their total. Test figures say that they
// are.
func letter(j job.Job, all []figures.Figures, files []string, r say.Reader) opener.Letter {
	about := j.Title().For(r)
	var body strings.Builder
	line := func(s string) { body.WriteString(s + "\n") }
	where := j.Address.String()
	if name := strings.Join(strings.Fields(j.Name), " "); name != "" && !strings.Contains(where, name) {
		line(name)
	}
	line(cmp.Or(where, about))
	if j.Test {
		line(say.T("letter.test").For(r))
	}
	for _, f := range all {
		if !f.Known() {
			continue
		}
		line("")
		if len(all) > 1 || f.Name != "" {
			line(f.Title().For(r))
		}
		for _, t := range f.Lines() {
			line(t.For(r))
		}
	}
	return opener.Letter{Subject: say.T("letter.subject", "job", about).For(r), Body: body.String(), Attach: files}
}
