//go:build !windows && !darwin

package notify

import (
	"os"
	"path/filepath"
)

// StartNoBus has nothing in this process, nor what it starts, start a session bus
// of its own where there is none: D-Bus's libraries do, by dbus-launch, and the
// bus outlives the program and is of no use to anybody.
func StartNoBus() {
	const name = "DBUS_SESSION_BUS_ADDRESS"
	if address := os.Getenv(name); address != "" && address != "autolaunch:" {
		return
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if bus := filepath.Join(dir, "bus"); isThere(bus) {
			_ = os.Setenv(name, "unix:path="+bus) // fails for malformed names alone
			return
		}
	}
	_ = os.Setenv(name, "disabled:") // an address that no library can connect to
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
