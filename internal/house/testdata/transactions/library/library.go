// Package library lets the standard library call what asks the machine.
package library

import (
	"maps"
	"os"
	"slices"
	"sync"

	"dormer/storage"
)

// Sort compares by what is on the disk.
func Sort(s *storage.Store, paths []string) error {
	return s.View(func(*storage.Tx) error {
		slices.SortFunc(paths, func(a, b string) int { return int(size(a) - size(b)) })
		return nil
	})
}

func size(path string) int64 {
	info, err := os.Stat(path) // held up: os.Stat
	if err != nil {
		return 0
	}
	return info.Size()
}

// Range goes through an iterator of a library.
func Range(s *storage.Store, paths map[string]bool) error {
	return s.View(func(tx *storage.Tx) error {
		for path := range maps.Keys(paths) {
			if err := os.Chmod(path, 0o600); err != nil { // held up: os.Chmod
				return err
			}
		}
		for _, err := range tx.Jobs(storage.JobQuery{}) {
			if err != nil {
				return os.Truncate("x", 0) // held up: os.Truncate
			}
		}
		return nil
	})
}

// Once hands a closure on twice.
func Once(s *storage.Store) error {
	var once sync.Once
	return s.View(func(*storage.Tx) error {
		through(&once, func() {
			_ = os.Chdir("x") // held up: os.Chdir
		})
		return nil
	})
}

func through(once *sync.Once, f func()) { once.Do(f) }
