package doctor

import (
	"os"
	"strings"
)

// release gives the distribution's own name, "Debian GNU/Linux 13 (trixie)".
func release() string {
	b, _ := os.ReadFile("/etc/os-release") // without it there is no name
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			return strings.Trim(strings.TrimSpace(v), `"'`)
		}
	}
	return ""
}
