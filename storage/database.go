package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// database is an open bbolt file.
type database struct {
	*bolt.DB
	file *os.File // bbolt's own
	// broken is set when a panic has left one of bbolt's locks taken: bbolt would
	// wait for it forever, to read, to write or to close.
	broken atomic.Bool
}

// guard runs f, which reads a file that nobody has read to its end, and makes
// an error of what bbolt does where a page is garbled.
func (db *database) guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			if !isDamage(p) {
				panic(p)
			}
			db.broken.Store(true)
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	return f()
}

// Close closes the file, and with it lets go of the lock.
func (db *database) Close() error {
	if db.broken.Load() {
		return letGo(db.file)
	}
	return db.DB.Close()
}

// Allocation: the file grows in steps of growBy, and the mapping is made large
// at once, since a writer that has to enlarge it waits for every reader (a
// backup reads for seconds). Windows would make the file as large as the mapping.
const (
	growBy  = 4 << 20
	mapSize = 1 << 30
)

// openFile opens the file itself: examined first, because bbolt reads it through
// a memory map, where what is missing is not an error but a fault.
func openFile(path string, timeout time.Duration, readOnly bool) (db *database, err error) {
	created, err := examineSettled(path, readOnly)
	if err != nil {
		return nil, err
	}
	var file *os.File
	settings := &bolt.Options{
		Timeout: timeout, ReadOnly: readOnly, FreelistType: bolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode fs.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag, mode)
			file = f
			return f, err
		},
	}
	if runtime.GOOS != "windows" && bits.UintSize == 64 {
		settings.InitialMmapSize = mapSize
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			if file != nil {
				_ = letGo(file) // what the panic left of bbolt cannot be closed
			}
			db, err = nil, fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	before, _ := os.Stat(path)
	opened, err := bolt.Open(path, 0o600, settings)
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, ErrLocked
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, damaged("open", err)
	case err != nil:
		return nil, fmt.Errorf("storage: open: %w", err)
	}
	opened.AllocSize = growBy
	db = &database{DB: opened, file: file}
	if runtime.GOOS == "windows" && before != nil && !readOnly {
		// The map sets the file's size there, which counts as a change of the file: but
		// whoever only opens it has changed nothing (see ClosedInOrder). Where the time
		// cannot be put back, the next start only takes longer.
		_ = os.Chtimes(path, before.ModTime(), before.ModTime())
	}
	if err := settle(db, path, created, readOnly); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// settle makes sure that the locked file is the one at path (Compact may have
// put another there while we waited for the lock), that only its owner can read
// it, and that a new file's name is on disk.
func settle(db *database, path string, created, readOnly bool) error {
	mine, err := db.file.Stat()
	if err != nil {
		return fmt.Errorf("storage: open: %w", err)
	}
	if there, err := os.Stat(path); err != nil || !os.SameFile(mine, there) {
		return ErrLocked
	}
	if readOnly {
		return nil
	}
	if err := db.file.Chmod(0o600); err != nil && mine.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		return fmt.Errorf("storage: open: keep others out: %w", err)
	}
	if created {
		return syncDir(filepath.Dir(db.Path()))
	}
	return nil
}

// examineSettled examines the file at path; created is true if there is none
// yet. Nobody holds the lock so early, so a file that seems damaged is looked at
// again: another process may just be writing its first pages.
func examineSettled(path string, readOnly bool) (created bool, err error) {
	const tries, pause = 4, 10 * time.Millisecond
	for range tries {
		err = examineFile(path, false)
		if !errors.Is(err, ErrDamaged) {
			break
		}
		time.Sleep(pause)
	}
	if errors.Is(err, fs.ErrNotExist) && !readOnly {
		return true, nil
	}
	return false, err
}
