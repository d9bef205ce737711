// Package storagetest opens stores for tests, and distrusts them: every store
// is checked, pages, rows, indexes and counts, when its test ends.
package storagetest

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"dormer/storage"
)

// Open opens a store in a directory of the test's own. When the test ends the
// store is checked and closed; a fault fails the test. The test may close the
// store itself: then the file is verified instead.
func Open(t testing.TB, o storage.Options) *storage.Store {
	t.Helper()
	return OpenAt(t, filepath.Join(t.TempDir(), "dormer.db"), o)
}

// Read reads the log of s to its end, unless it was opened for reading only.
func Read(t testing.TB, s *storage.Store) {
	t.Helper()
	for {
		read, err := s.Read(context.Background(), 1000, nil)
		if errors.Is(err, storage.ErrReadOnly) {
			return
		}
		if err != nil {
			t.Fatalf("read the log: %v", err)
		}
		if len(read) == 0 {
			return
		}
	}
}

// OpenAt is Open for a file at path, so that a test can open it again.
func OpenAt(t testing.TB, path string, o storage.Options) *storage.Store {
	t.Helper()
	s, err := storage.Open(path, o)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(func() {
		err := s.Check()
		if errors.Is(err, storage.ErrClosed) {
			err = storage.Verify(path)
		}
		if err != nil {
			t.Errorf("the store ends the test in disorder: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}
