package update

import (
	"path"
	"strings"
)

// Managed says whether a program was installed by something that replaces it too: a
// distribution's packages, Flatpak, Scoop, Homebrew. There Dormer tells, and
// fetches nothing.
func Managed(os, program string) bool {
	p := strings.ToLower(strings.ReplaceAll(program, `\`, "/"))
	switch os {
	case "windows":
		return strings.Contains(p, "/scoop/apps/")
	case "darwin":
		return strings.Contains(p, "/caskroom/")
	}
	switch path.Dir(p) {
	case "/usr/bin", "/bin", "/app/bin":
		return true
	}
	return strings.HasPrefix(p, "/nix/") || strings.HasPrefix(p, "/snap/")
}
