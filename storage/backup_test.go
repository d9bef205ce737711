package storage_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// busy appends events until the returned function is called, which gives the
// number of those that were acknowledged.
func busy(t *testing.T, s *storage.Store) (stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{})
	var n int
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			_, err := s.Append(ctx, storage.Event{Job: "1", Name: "n", Body: fmt.Appendf(nil, "busy %d", n)})
			switch {
			case err == nil:
				if n++; n == 1 {
					close(begun)
				}
			case !errors.Is(err, context.Canceled):
				t.Error(err)
				return
			}
		}
	})
	<-begun
	return func() int {
		cancel()
		wg.Wait()
		return n
	}
}

func TestABackupIsWholeWhileEventsArrive(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	fill(t, s, 200)
	id, err := s.InstallationID()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	stop := busy(t, s)
	for range 5 { // over the one before
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := storage.Verify(path); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	c := storagetest.OpenAt(t, path, storage.Options{})
	if got, err := c.InstallationID(); err != nil || got != id {
		t.Errorf("the copy's installation is %s, %v; want %s", got, err, id)
	}
	if n := len(events(t, c, storage.EventQuery{})); n < 201 {
		t.Errorf("the copy has %d events", n)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}

// TestABackupOntoADriveThatIsGoneHoldsUpNobody has what a person named for a backup
// stop answering in the middle of it.
func TestABackupOntoADriveThatIsGoneHoldsUpNobody(t *testing.T) {
	at := filepath.Join(t.TempDir(), "dormer.db")
	s, err := storage.Open(at, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 200)
	writing, answers := make(chan struct{}, 100), make(chan struct{})
	t.Cleanup(storage.HangBackups(func() { writing <- struct{}{}; <-answers }))
	drive := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Backup(ctx, filepath.Join(drive, "copy.db")) }()
	<-writing
	if err := s.Compact(t.Context()); err != nil { // which waits for every transaction
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("who asked for it is told %v", err)
	}
	close(answers)                                                                // the drive is back
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) { // sleep: it clears away by itself
		left, err := os.ReadDir(drive)
		if err == nil && len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it left %v, %v", left, err)
		}
	}
	if beside, err := os.ReadDir(filepath.Dir(at)); err != nil || len(beside) != 1 {
		t.Errorf("beside the database are %v, %v", beside, err)
	}
}

func TestABackupThatFailsLeavesTheOneBefore(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, []byte("the one before"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("Backup: %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "the one before" {
		t.Errorf("left is %q, %v", got, err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
	if err := s.Backup(t.Context(), s.Path()); err == nil {
		t.Error("backed up onto itself")
	}
}

func TestCompactingKeepsEverythingAndGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	update(t, s, func(tx *storage.Tx) error {
		for i := range 20 {
			if _, err := tx.Append(storage.Event{Job: "1", Body: append(fmt.Append(nil, i), make([]byte, 1<<19)...)}); err != nil {
				return err
			}
		}
		if _, _, err := tx.AddAlert(job.Alert{Key: "k"}); err != nil {
			return err
		}
		return tx.PutJob(job.Job{ID: "1", Name: "kept"})
	})
	storagetest.Read(t, s)
	update(t, s, func(tx *storage.Tx) error {
		_, err := tx.Prune(time.Now().Add(time.Hour), time.Now(), 18)
		return err
	})
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	stop := busy(t, s)
	if err := os.WriteFile(path+".compact", []byte("left by a crash"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	acknowledged := stop()
	if !s.Syncs() {
		t.Error("the new file is written without waiting for the disk")
	}
	if after := size(); after > before*2/3 {
		t.Errorf("%d bytes became %d", before, after)
	}
	if _, err := storage.Open(path, storage.Options{Timeout: 1}); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("the new file is open to others: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storagetest.OpenAt(t, path, storage.Options{})
	all := events(t, s, storage.EventQuery{Job: "1"})
	if len(all) != 2+acknowledged || all[0].Seq != 19 {
		t.Errorf("%d events, the first is %d; want 2 and the %d that were acknowledged", len(all), all[0].Seq, acknowledged)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
	if e := appendEvent(t, s, storage.Event{}); e.Seq != all[len(all)-1].Seq+1 {
		t.Errorf("the numbers start again at %d", e.Seq)
	}
}

func TestACompactionThatFailsChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	appendEvent(t, s, storage.Event{Body: []byte("b")})
	if err := os.Mkdir(path+".compact", 0o700); err != nil { // in the way
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".compact/x", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(t.Context()); err == nil {
		t.Error("compacted without a place for the new file")
	}
	appendEvent(t, s, storage.Event{Body: []byte("c")})
	if n := len(events(t, s, storage.EventQuery{})); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestWhoWaitsForTheFileDoesNotGetTheOneThatCompactingThrewAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	opened := make(chan error, 1)
	go func() {
		_, err := storage.Open(path, storage.Options{Timeout: 300 * time.Millisecond})
		opened <- err
	}()
	for {
		select {
		case err := <-opened:
			if !errors.Is(err, storage.ErrLocked) {
				t.Errorf("Open: %v", err)
			}
			return
		default:
			if err := s.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}
