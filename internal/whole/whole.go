// Package whole writes files whole or not at all: whoever looks, at whatever moment the
// machine stops, finds the file of before or the new one.
package whole

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// File has write make what path holds from then on. Until it is on disk it is called by
// pattern (see [os.CreateTemp]) in the same directory, which is what a crash leaves. The
// file gets mode, whatever the umask.
func File(path, pattern string, mode fs.FileMode, write func(f *os.File) error) error {
	temp, err := Beside(path, pattern, mode, write)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return SyncDir(filepath.Dir(path))
}

// Beside has write make a file in the directory of path, which is on disk under the name
// that it gives, ready to be renamed; where that fails nothing is left.
func Beside(path, pattern string, mode fs.FileMode, write func(f *os.File) error) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), pattern)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = f.Close() // closed twice where the failure came later; harmless
			_ = os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return "", err
	}
	return f.Name(), errors.Join(f.Chmod(mode), f.Sync(), f.Close())
}

// Text is File with a text in the place of what writes it.
func Text(path, pattern string, mode fs.FileMode, text []byte) error {
	return File(path, pattern, mode, func(f *os.File) error {
		_, err := f.Write(text)
		return err
	})
}
