//go:build !nogui

package app

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
)

// The files that a crash leaves in the data directory: Go writes what happened
// into the first; the next start keeps it as the second.
const (
	crashFile = "crash.log"
	crashKept = "crash-last.log"
)

// crashes has the system write down how the program ends if it ends by a crash.
type crashes struct {
	file *os.File // nil if it could not be opened
	last string   // where the last run's crash is described; "" if it did not crash
}

// watchCrashes begins a log of crashes in a directory, and says whether the last
// run has left one there.
func watchCrashes(dir string) (*crashes, error) {
	c := &crashes{}
	path, kept := filepath.Join(dir, crashFile), filepath.Join(dir, crashKept)
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		if err := os.Rename(path, kept); err != nil {
			return c, err
		}
		c.last = kept
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return c, err
	}
	c.file = f
	return c, debug.SetCrashOutput(f, debug.CrashOptions{})
}

// end closes the log; one that is empty goes.
func (c *crashes) end() error {
	if c.file == nil {
		return nil
	}
	err := errors.Join(debug.SetCrashOutput(nil, debug.CrashOptions{}), c.file.Close())
	if info, statErr := os.Stat(c.file.Name()); statErr == nil && info.Size() == 0 {
		err = errors.Join(err, os.Remove(c.file.Name()))
	}
	return err
}
