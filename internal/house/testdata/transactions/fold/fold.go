// Package fold gives the storage what it calls by itself.
package fold

import (
	"os"
	"time"

	"dormer/storage"
)

// Open opens a store whose events and clock ask the machine.
func Open(path string) (*storage.Store, error) {
	return storage.Open(path, storage.Options{
		Fold: func(tx *storage.Tx, _ storage.Event) error {
			_ = tx.Now()
			return os.WriteFile("x", nil, 0o600) // held up: os.WriteFile
		},
		Now: func() time.Time {
			_ = os.Getpagesize() // held up: os.Getpagesize
			return time.Time{}
		},
	})
}
