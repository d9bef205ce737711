package doctor

import (
	"runtime"
	"runtime/debug"
	"time"
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

// session are the variables that tell desktops apart.
var session = []string{"XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "DESKTOP_SESSION", "LANG"}

// Look describes the system.
func Look(version string, now time.Time, getenv func(string) string) System {
	s := System{
		Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Release: release(),
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
