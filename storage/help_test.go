package storage_test

import (
	"os"
	"reflect"
	"testing"

	"dormer/storage"
	"dormer/storage/storagetest"
)

// events lists what q selects, once the log has been read.
func events(t testing.TB, s *storage.Store, q storage.EventQuery) []storage.Event {
	t.Helper()
	storagetest.Read(t, s)
	var all []storage.Event
	view(t, s, func(tx *storage.Tx) error {
		for e, err := range tx.Events(q) {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	return all
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }

func view(t testing.TB, s *storage.Store, fn func(*storage.Tx) error) {
	t.Helper()
	if err := s.View(fn); err != nil {
		t.Fatal(err)
	}
}

func update(t testing.TB, s *storage.Store, fn func(*storage.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
