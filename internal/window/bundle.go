package window

import (
	"os"
	"path/filepath"
	"strings"
)

// On a Mac the window is an application of its own within Dormer's: it has an icon in
// the Dock while it is open, and the watcher has none.
const (
	programs = "Contents/MacOS"
	helper   = "Contents/Helpers/Dormer Window.app"
)

// Programs gives the watcher's and the window's program, from either's path. Where
// there is no bundle with a second one, both are the one that was given.
func Programs(self string) (watcher, window string) {
	dir, name := filepath.Split(filepath.ToSlash(self))
	if app, ok := strings.CutSuffix(dir, helper+"/"+programs+"/"); ok {
		return filepath.Join(app, programs, name), self
	}
	if app, ok := strings.CutSuffix(dir, programs+"/"); ok {
		second := filepath.Join(app, helper, programs, name)
		if _, err := os.Stat(second); err == nil {
			return self, second
		}
	}
	return self, self
}
