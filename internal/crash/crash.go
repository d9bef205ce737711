// Package crash has the system write down how a program ends if it ends by a crash.
package crash

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
)

// Log is where the crash of a run is written down.
type Log struct {
	file *os.File // nil if it could not be opened
	// Last is where the last run's crash is described; "" if it did not crash.
	Last string
}

// Watch begins a log of crashes, NAME.log in a directory, and looks whether the last
// run has left one there: it is kept as NAME-last.log. The Log is never nil.
func Watch(dir, name string) (*Log, error) {
	l := &Log{}
	path, kept := filepath.Join(dir, name+".log"), filepath.Join(dir, name+"-last.log")
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		if err := os.Rename(path, kept); err != nil {
			return l, err
		}
		l.Last = kept
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return l, err
	}
	l.file = f
	return l, debug.SetCrashOutput(f, debug.CrashOptions{})
}

// Close ends the log; one that is empty goes.
func (l *Log) Close() error {
	if l.file == nil {
		return nil
	}
	err := errors.Join(debug.SetCrashOutput(nil, debug.CrashOptions{}), l.file.Close())
	if info, statErr := os.Stat(l.file.Name()); statErr == nil && info.Size() == 0 {
		err = errors.Join(err, os.Remove(l.file.Name()))
	}
	return err
}
