//go:build !windows

package whole

import (
	"errors"
	"os"
	"syscall"
)

// SyncDir makes the names in a directory durable. File systems that cannot
// (some network drives) say EINVAL or ENOTSUP, and nothing better can be done;
// a directory above ours may not be readable to us.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if errors.Is(err, os.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
