package fetch

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Unfinished files are called ".dormer-<random>.part": hidden where dots hide,
// and recognisably ours.
const (
	tempPrefix = ".dormer-"
	tempSuffix = ".part"
)

// leftover is the age at which an unfinished file has no owner any more: no
// download that still moves takes so long.
const leftover = 24 * time.Hour

// temp is an unfinished file.
type temp struct {
	*os.File
	path string
}

func newTemp(dir string) (*temp, error) {
	path := filepath.Join(dir, tempPrefix+rand.Text()+tempSuffix)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	return &temp{f, path}, nil
}

// finish makes the bytes durable and closes the file, which Windows wants
// before it can be renamed.
func (t *temp) finish() error {
	return errors.Join(t.Sync(), t.Close())
}

// discard removes the file. It may be called again, and after the file was
// renamed.
func (t *temp) discard() {
	t.Close()
	os.Remove(t.path)
}

// Sweep removes the unfinished files that a crash left in dir, or in a folder
// right below it, more than a day before now. It gives the number removed. A
// missing dir is no error.
func Sweep(dir string, now time.Time) (removed int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	removed, err = sweep(dir, entries, now)
	for _, e := range entries {
		if !e.IsDir() { // links to directories are not followed
			continue
		}
		sub := filepath.Join(dir, e.Name())
		below, readErr := os.ReadDir(sub)
		if readErr != nil {
			err = errors.Join(err, readErr)
			continue
		}
		n, sweepErr := sweep(sub, below, now)
		removed, err = removed+n, errors.Join(err, sweepErr)
	}
	return removed, err
}

func sweep(dir string, entries []fs.DirEntry, now time.Time) (removed int, err error) {
	for _, e := range entries {
		ours := strings.HasPrefix(e.Name(), tempPrefix) && strings.HasSuffix(e.Name(), tempSuffix)
		if !ours || !e.Type().IsRegular() {
			continue
		}
		info, statErr := e.Info()
		if statErr != nil || now.Sub(info.ModTime()) < leftover {
			continue
		}
		if rmErr := os.Remove(filepath.Join(dir, e.Name())); rmErr != nil {
			err = errors.Join(err, rmErr)
			continue
		}
		removed++
	}
	return removed, err
}
