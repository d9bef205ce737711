package storage_test

import (
	"path/filepath"
	"testing"

	"dormer/internal/hover"
	"dormer/storage"
	"dormer/storage/storagetest"
)

func TestWhatWasAnsweredIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	sent := storage.Event{
		Name: hover.EventJobStateV2, Job: "42", State: "completed", Webhook: "7", Verdict: hover.VerdictSigned,
		Reading: "path", Path: "/hover/x", Header: map[string]string{"Date": "Mon"}, Body: []byte("{\"a\": 1}\r\n\x00"),
	}
	stored, err := s.Append(t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	if stored.Seq != 1 || stored.Duplicate || stored.ReceivedAt.IsZero() {
		t.Errorf("stored as %+v", stored)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storagetest.OpenAt(t, path, storage.Options{})
	if got := events(t, s, storage.EventQuery{}); len(got) != 1 || !same(got[0], stored) {
		t.Errorf("after reopening: %+v, want %+v", got, stored)
	}
}
