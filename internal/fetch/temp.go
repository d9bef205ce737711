package fetch

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dormer/internal/say"
)

// Unfinished files are called ".dormer-<owner>-<run>-<random>.part": hidden where
// dots hide, and recognisably ours. While one is written it is locked, as far as
// its file system has locks.
const (
	tempPrefix = ".dormer-"
	tempSuffix = ".part"
)

// run marks the unfinished files of this process.
var run = rand.Text()[:8]

// leftover is the age at which an unfinished file of somebody else has no owner
// any more: no download that still moves takes so long.
const leftover = 24 * time.Hour

// temp is an unfinished file.
type temp struct {
	*os.File
	path string
}

// newTemp makes an unfinished file and locks it. Between the two somebody may
// sweep it away: then another is made.
func newTemp(dir, owner string) (t *temp, err error) {
	for range 10 {
		path := filepath.Join(dir, tempPrefix+owner+"-"+run+"-"+rand.Text()[:10]+tempSuffix)
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
		if err != nil {
			return nil, err
		}
		t = &temp{f, path}
		if lock(f) != lockTaken && t.there() {
			return t, nil
		}
		t.discard()
	}
	return nil, say.Because("file.taken_away")
}

// there says that the file still has its name.
func (t *temp) there() bool {
	mine, err := t.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(t.path)
	return err == nil && os.SameFile(mine, named)
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

// Sweep removes the unfinished files that nobody will finish from dir, and from
// the folders right below it: those that earlier runs of the owner have left, and
// those of anybody that are more than a day old. What another process still
// writes stays: it is locked. It gives the number removed. A missing dir is no
// error.
func Sweep(dir, owner string, now time.Time) (removed int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	removed, err = sweep(dir, owner, entries, now)
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
		n, sweepErr := sweep(sub, owner, below, now)
		removed, err = removed+n, errors.Join(err, sweepErr)
	}
	return removed, err
}

func sweep(dir, owner string, entries []fs.DirEntry, now time.Time) (removed int, err error) {
	for _, e := range entries {
		mark, ours := strings.CutPrefix(e.Name(), tempPrefix)
		if !ours || !strings.HasSuffix(mark, tempSuffix) || !e.Type().IsRegular() || strings.HasPrefix(mark, owner+"-"+run+"-") {
			continue
		}
		info, statErr := e.Info()
		if statErr != nil {
			continue
		}
		path := filepath.Join(dir, e.Name())
		dead := owner != "" && strings.HasPrefix(mark, owner+"-") || now.Sub(info.ModTime()) > leftover
		if !dead || inUse(path) {
			continue
		}
		if rmErr := os.Remove(path); rmErr != nil {
			err = errors.Join(err, rmErr)
			continue
		}
		removed++
	}
	return removed, err
}

// inUse says that a process holds the lock of an unfinished file.
func inUse(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return lock(f) == lockTaken
}

// lockState is how an attempt to lock a file ended.
type lockState int

const (
	lockMine  lockState = iota // until the file is closed
	lockTaken                  // somebody has it
	lockNone                   // there are none on this file system
)
