package doctor

import (
	"strings"

	"dormer/internal/say"
)

// titles are what people call what is looked at, by the names of the findings.
var titles = map[string]say.Text{
	"running":              say.T("doctor.title.running"),
	"dns":                  say.T("doctor.title.dns"),
	"proxy":                say.T("doctor.title.proxy"),
	"certificates":         say.T("doctor.title.certificates"),
	"trust":                say.T("doctor.title.trust"),
	"hover":                say.T("doctor.title.hover"),
	"clock":                say.T("doctor.title.clock"),
	"sign-in":              say.T("doctor.title.signin"),
	"webhook":              say.T("doctor.title.webhook"),
	"tunnel":               say.T("doctor.title.tunnel"),
	"address":              say.T("doctor.title.address"),
	"signature":            say.T("doctor.title.signature"),
	"database":             say.T("doctor.title.database"),
	"disk":                 say.T("doctor.title.disk"),
	"downloads":            say.T("doctor.title.downloads"),
	"files":                say.T("doctor.title.files"),
	"keyring":              say.T("doctor.title.keyring"),
	"notifications":        say.T("doctor.title.notifications"),
	"tray":                 say.T("doctor.title.tray"),
	"updates":              say.T("doctor.title.updates"),
	"work":                 say.T("doctor.title.work"),
	"traffic/signature":    say.T("doctor.title.traffic.signature"),
	"traffic/headers":      say.T("doctor.title.traffic.headers"),
	"traffic/verification": say.T("doctor.title.traffic.verification"),
	"traffic/job-events":   say.T("doctor.title.traffic.job_events"),
	"traffic/repeats":      say.T("doctor.title.traffic.repeats"),
	"traffic/order":        say.T("doctor.title.traffic.order"),
	"traffic/bodies":       say.T("doctor.title.traffic.bodies"),
	"traffic/clock":        say.T("doctor.title.traffic.clock"),
	"traffic/content-type": say.T("doctor.title.traffic.content_type"),
	"traffic/fields":       say.T("doctor.title.traffic.fields"),
	"traffic/model-states": say.T("doctor.title.traffic.model_states"),
	"traffic/open":         say.T("doctor.title.traffic.open"),
	"traffic/unmatched":    say.T("doctor.title.traffic.unmatched"),
	"traffic/redirect":     say.T("doctor.title.traffic.redirect"),
	"traffic":              say.T("doctor.title.traffic"),
	"replies":              say.T("doctor.title.replies"),
}

// Title gives what people call what was looked at, in few words. The name is for scripts,
// and the same in every language. What Hover answered says itself what was asked; a
// finding that this Dormer does not know is called by its name.
func (f Finding) Title() say.Text {
	group, _, _ := strings.Cut(f.Name, "/")
	for _, name := range []string{f.Name, group} {
		if title, ok := titles[name]; ok {
			return title
		}
	}
	return say.Words(f.Name)
}
