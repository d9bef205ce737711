package doctor

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"dormer/internal/say"
	"dormer/internal/version"
)

// System is what the program runs on.
type System struct {
	Version string            `json:"version"` // of Dormer
	Go      string            `json:"go"`
	OS      string            `json:"os"`
	Arch    string            `json:"arch"`
	Release string            `json:"release"` // of the OS, in its own words; empty if unknown
	Desktop map[string]string `json:"desktop"` // what the session says of itself
	Time    time.Time         `json:"time"`
	Zone    string            `json:"zone"`
	Modules map[string]string `json:"modules"` // the libraries built in, with their versions
}

// Trust tells which Go the program is of: its list of stolen keys is what every
// connection, to Hover and to ngrok, is checked against.
func Trust(goVersion string) Probe {
	return Probe{Name: "trust", Look: func(context.Context) []Finding {
		if version.TrustsStolenKeys(goVersion) {
			return just("trust", Amber, say.T("doctor.trust.stolen", "go", goVersion), say.T("doctor.trust.stolen.do"))
		}
		return just("trust", Green, say.T("doctor.trust.good", "go", goVersion), say.Text{})
	}}
}

// session are the variables that tell desktops apart.
var session = []string{"XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "DESKTOP_SESSION", "LANG"}

// Look describes the system.
func Look(number string, now time.Time, getenv func(string) string) System {
	s := System{
		Version: number, Go: version.Go(), OS: runtime.GOOS, Arch: runtime.GOARCH, Release: release(),
		Desktop: map[string]string{}, Time: now.UTC(), Zone: now.Format("-07:00"), Modules: map[string]string{},
	}
	for _, name := range session {
		if v := getenv(name); v != "" {
			s.Desktop[name] = v
		}
	}
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, m := range b.Deps {
			s.Modules[m.Path] = m.Version
		}
	}
	return s
}
