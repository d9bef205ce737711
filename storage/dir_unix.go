//go:build !windows

package storage

import (
	"fmt"
	"os"
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
