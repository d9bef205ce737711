//go:build !windows

package storage

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// replacesOpenFiles: a file can be renamed over another while both are open.
const replacesOpenFiles = true

// syncDir puts the names in dir on disk: a new or renamed file's data is no use
// without its name.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("storage: sync directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("storage: sync directory: %w", err)
	}
	return nil
}

// letGo closes a database's file and lets go of its lock. Closing alone does
// not: the memory map keeps the file open, and the lock with it.
func letGo(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}
