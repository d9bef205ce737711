package storage_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dormer/storage"
	"dormer/storage/storagetest"

	bolt "go.etcd.io/bbolt"
)

func inOrder(t *testing.T, path string) bool {
	t.Helper()
	yes, err := storage.ClosedInOrder(path)
	if err != nil {
		t.Fatal(err)
	}
	return yes
}

func TestAFileSaysWhetherItWasClosedInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	if _, err := storage.ClosedInOrder(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	s := storagetest.OpenAt(t, path, storage.Options{})
	appendEvent(t, s, storage.Event{Body: []byte("a")})
	killed := filepath.Join(t.TempDir(), "killed.db")
	copyFile(t, path, killed) // what a kill would leave
	if inOrder(t, killed) {
		t.Error("a file that was just being written is in order")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !inOrder(t, path) {
		t.Error("a closed file is not in order")
	}

	s = storagetest.OpenAt(t, path, storage.Options{}) // nothing is written
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !inOrder(t, path) {
		t.Error("reading disturbed the file")
	}
	copyFile(t, path, killed)
	if inOrder(t, killed) {
		t.Error("a copy of unknown origin is trusted")
	}
	s = storagetest.OpenAt(t, path, storage.Options{})
	appendEvent(t, s, storage.Event{Body: []byte("b")})
	copyFile(t, path, killed)
	if inOrder(t, killed) {
		t.Error("a kill after the first write is not noticed")
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	copyFile(t, path, killed)
	if inOrder(t, killed) {
		t.Error("a kill after a compaction is not noticed")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !inOrder(t, path) {
		t.Error("a compacted and closed file is not in order")
	}
	storagetest.OpenAt(t, backup, storage.Options{})
}

func TestAClosedFileThatSomebodyElseHasWrittenToIsNotTrusted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	appendEvent(t, s, storage.Event{Body: []byte("a")})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	_, err = f.ReadAt(b, 1<<13)
	if err == nil {
		_, err = f.WriteAt(b, 1<<13)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if inOrder(t, path) {
		t.Error("it is trusted")
	}
}

func TestAFileThatIsNoDatabaseWasNotClosedInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("noise"), 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.ClosedInOrder(path); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("noise: %v", err)
	}
}

// A row that makes no sense is damage like any other: the next start has to look
// at the whole file, and until then nothing is answered that might be lost.
func TestAStoreThatHasMetDamageWritesNothingMore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	appendEvent(t, s, storage.Event{Body: []byte("a")})
	found := s.Damaged()
	if s.Damage() != nil {
		t.Fatal(s.Damage())
	}
	err = s.Bolt(func(tx *bolt.Tx) error { return tx.Bucket([]byte("events")).Put([]byte{7: 1}, []byte("garbled")) })
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(func(tx *storage.Tx) error {
		_, _, err := tx.Event(1)
		return err
	})
	if !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("View: %v", err)
	}
	select {
	case <-found:
	default:
		t.Error("nobody was told")
	}
	<-s.Damaged() // nor is it too late to ask
	if !errors.Is(s.Damage(), storage.ErrDamaged) || !strings.Contains(s.Damage().Error(), "event 1") {
		t.Errorf("the damage is %v", s.Damage())
	}
	if _, err := s.Append(t.Context(), storage.Event{Body: []byte("b")}); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("Append: %v", err)
	}
	if err := s.Compact(t.Context()); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("Compact: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if inOrder(t, path) {
		t.Error("the next start would trust the file")
	}
}

func TestACompactionOfAGarbledFileFailsAndLeavesIt(t *testing.T) {
	path := aFile(t)
	s, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		// Behind the headers, to the end: on Windows half of the file may be in no use.
		from := 4 * os.Getpagesize()
		_, err = f.WriteAt(bytes.Repeat([]byte{0xff}, len(whole)-from), int64(from))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(t.Context()); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("Compact: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}

func TestAFileThatIsBegunAnewKeepsTheInstallation(t *testing.T) {
	const id = "00112233445566778899aabbccddeeff"
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{Installation: id})
	if got, err := s.InstallationID(); err != nil || got != id {
		t.Errorf("the id is %q, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storagetest.OpenAt(t, path, storage.Options{Installation: strings.Repeat("f", 32)})
	if got, err := s.InstallationID(); err != nil || got != id {
		t.Errorf("a file that was there got the id %q, %v", got, err)
	}
	for _, bad := range []string{"00", "no hex", id + "00"} {
		if _, err := storage.Open(filepath.Join(t.TempDir(), "dormer.db"), storage.Options{Installation: bad}); err == nil {
			t.Errorf("%q became an id", bad)
		}
	}
}
