// Package autostart has a program start with the computer, by the means of each
// platform, for this user alone:
//
//   - Linux and the BSDs: a .desktop file in the autostart directory.
//   - Windows: a value below Run in the user's own registry.
//   - macOS: a launch agent.
//
// Nothing of it passes through a shell: what is written is quoted by the rules of
// the file that it is written to.
package autostart

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"dormer/internal/say"
	"dormer/internal/whole"
)

// Entry is what starts with the computer.
type Entry struct {
	ID      string   // of the program, "app.dormer.Dormer": the entry is known by it
	Name    string   // what people call it
	Program string   // the whole path of the executable
	Args    []string // what it is given
}

// Set has the entry start with the computer, or no longer. It may be set again at
// any time: what is there is replaced, so that it follows a program that has
// moved. An entry that somebody has switched off in the desktop's own settings is
// replaced as well; see [Entry.Follow].
func (e Entry) Set(on bool) error {
	if !on {
		return e.named(remove(e))
	}
	if err := e.check(); err != nil {
		return e.named(err)
	}
	return e.named(write(e))
}

// Follow brings an entry that is to be there up to date with where the program is
// now. One that was switched off in the desktop's own settings stays off.
func (e Entry) Follow() error {
	if off, err := switchedOff(e); err != nil || off {
		return e.named(err)
	}
	return e.Set(true)
}

func (e Entry) named(err error) error {
	if err != nil {
		return fmt.Errorf("autostart: %w", err)
	}
	return nil
}

// check refuses what no platform can start.
func (e Entry) check() error {
	if !filepath.IsAbs(e.Program) {
		return say.Because("autostart.path", "path", e.Program)
	}
	for _, s := range append([]string{e.ID, e.Name, e.Program}, e.Args...) {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%q holds a control character", s)
		}
	}
	if e.ID == "" || strings.ContainsAny(e.ID, `/\`) {
		return fmt.Errorf("%q is not an id", e.ID)
	}
	return nil
}

// replace writes a file whole or not at all, for its owner alone to change.
func replace(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return nil
	}
	return whole.Text(path, ".dormer-*.tmp", 0o644, []byte(text))
}

// drop removes a file that need not be there.
func drop(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
