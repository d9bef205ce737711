// Package method hands methods to transactions.
package method

import (
	"os"

	"dormer/storage"
)

type folder struct{ path string }

func (f folder) look(*storage.Tx) error {
	_, err := os.ReadDir(f.path) // held up: os.ReadDir
	return err
}

func (f *folder) clear(*storage.Tx) error {
	return os.RemoveAll(f.path) // held up: os.RemoveAll
}

// Both hands on a method of a value, and one of a type.
func Both(s *storage.Store, f *folder) error {
	if err := s.View(f.look); err != nil {
		return err
	}
	clear := (*folder).clear
	return s.View(func(tx *storage.Tx) error { return clear(f, tx) })
}
