package storage_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dormer/storage"
	"dormer/storage/storagetest"
)

// hold keeps the writer busy until the returned function is called, so that
// what comes meanwhile must queue.
func hold(t *testing.T, s *storage.Store) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	var once sync.Once
	go func() {
		ended <- s.Update(context.Background(), func(*storage.Tx) error {
			once.Do(func() { close(begun) })
			<-end
			return nil
		})
	}()
	<-begun
	return sync.OnceFunc(func() {
		close(end)
		if err := <-ended; err != nil {
			t.Errorf("the held update: %v", err)
		}
	})
}

// queued waits until n operations wait for the writer.
func queued(t *testing.T, s *storage.Store, n int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); s.Waiting() != n; {
		if time.Now().After(deadline) {
			t.Fatalf("%d operations are queued, want %d", s.Waiting(), n)
		}
		runtime.Gosched() // the writer is held: it is a matter of microseconds
	}
}

func TestWritersAtTheSameTimeShareACommit(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	release := hold(t, s)
	before := s.Commits()
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			if _, err := s.Append(context.Background(), storage.Event{Body: fmt.Append(nil, i)}); err != nil {
				t.Error(err)
			}
		})
	}
	queued(t, s, 64)
	release()
	wg.Wait()
	if n := s.Commits() - before; n != 2 { // the held one, then everybody
		t.Errorf("64 writers needed %d commits", n-1)
	}
	if n := len(events(t, s, storage.EventQuery{})); n != 64 {
		t.Errorf("%d events are stored", n)
	}
}

func TestDeliveriesThatComeInACrowdWaitForCompanyAndNobodyElseDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storagetest.Open(t, storage.Options{})
		post := func() error {
			_, err := s.Append(t.Context(), storage.Event{Body: []byte("{}")})
			return err
		}
		took := func(write func() error) time.Duration {
			began := time.Now()
			if err := write(); err != nil {
				t.Error(err)
			}
			return time.Since(began)
		}
		crowd := func() {
			release := hold(t, s)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() { took(post) })
			}
			queued(t, s, 8)
			release()
			all.Wait()
		}
		if d := took(post); d != 0 {
			t.Errorf("one alone was kept waiting for %s", d)
		}
		crowd()
		before := s.Commits()
		var all sync.WaitGroup
		for i := range 3 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 400 * time.Microsecond)
				if d := took(post); d == 0 || d > 6*time.Millisecond {
					t.Errorf("after a crowd one waited for %s", d)
				}
			})
		}
		all.Wait()
		if n := s.Commits() - before; n != 1 {
			t.Errorf("three that came after a crowd needed %d commits", n)
		}
		if d := took(post); d != 0 {
			t.Errorf("when the crowd had gone one was kept waiting for %s", d)
		}
		crowd()
		if d := took(func() error { return s.Update(t.Context(), func(*storage.Tx) error { return nil }) }); d != 0 {
			t.Errorf("a person's setting was kept waiting for %s", d)
		}
		crowd()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestABurstIsCommittedInBoundedPortions(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	release := hold(t, s)
	before := s.Commits()
	body := strings.Repeat("x", 1<<20)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if _, err := s.Append(context.Background(), storage.Event{Body: fmt.Append(nil, i, body)}); err != nil {
				t.Error(err)
			}
		})
	}
	queued(t, s, 20)
	release()
	wg.Wait()
	if n := s.Commits() - before; n != 3 {
		t.Errorf("20 MiB went to disk in %d commits, want 2", n-1)
	}
}

func TestAPanicCostsOnlyItself(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	release := hold(t, s)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			errs[i] = s.Update(context.Background(), func(tx *storage.Tx) error {
				if err := tx.PutSetting(fmt.Sprintf("writer %d", i), "was here"); err != nil {
					return err
				}
				switch i {
				case 2:
					panic("out of luck")
				case 4:
					return errors.New("changed its mind")
				}
				return nil
			})
		})
	}
	queued(t, s, len(errs))
	release()
	wg.Wait()
	for i, err := range errs {
		switch i {
		case 2:
			if err == nil || !strings.Contains(err.Error(), "out of luck") {
				t.Errorf("the panic was told as %v", err)
			}
		case 4:
			if err == nil || err.Error() != "changed its mind" {
				t.Errorf("the error was told as %v", err)
			}
		default:
			if err != nil {
				t.Errorf("neighbour %d: %v", i, err)
			}
		}
	}
	view(t, s, func(tx *storage.Tx) error {
		for i := range errs {
			_, there := tx.Setting(fmt.Sprintf("writer %d", i))
			if want := i != 2 && i != 4; there != want {
				t.Errorf("what writer %d wrote is there: %v", i, there)
			}
		}
		return nil
	})
}

func TestWhoFailsBecauseOfAFailingNeighbourIsAskedAgainAlone(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	release := hold(t, s)
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		first <- s.Update(context.Background(), func(tx *storage.Tx) error {
			if _, there := tx.Setting("second"); there {
				return nil
			}
			if err := tx.PutSetting("in the way", ""); err != nil {
				return err
			}
			return errors.New("fails after having been in the way")
		})
	}()
	queued(t, s, 1)
	go func() {
		second <- s.Update(context.Background(), func(tx *storage.Tx) error {
			if _, there := tx.Setting("in the way"); there {
				return errors.New("blocked by what was never committed")
			}
			return tx.PutSetting("second", "")
		})
	}()
	queued(t, s, 2)
	release()
	if err := <-second; err != nil {
		t.Errorf("second: %v", err)
	}
	if err := <-first; err != nil {
		t.Errorf("first, which could have worked after the second: %v", err)
	}
}

func TestWhoLeavesTheQueueWritesNothing(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := s.Append(ctx, storage.Event{Body: []byte("impatient")})
		left <- err
	}()
	queued(t, s, 1)
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) { // while the writer is still held
		t.Errorf("left with %v", err)
	}
	release()
	update(t, s, func(*storage.Tx) error { return nil })
	if got := events(t, s, storage.EventQuery{}); len(got) != 0 {
		t.Errorf("stored all the same: %+v", got)
	}
	if _, err := s.Append(ctx, storage.Event{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
}

func TestClosingWaitsForWhatIsQueuedAndRefusesTheRest(t *testing.T) {
	path := t.TempDir() + "/dormer.db"
	s := storagetest.OpenAt(t, path, storage.Options{})
	release := hold(t, s)
	appended := make(chan error, 1)
	go func() {
		_, err := s.Append(context.Background(), storage.Event{Body: []byte("in time")})
		appended <- err
	}()
	queued(t, s, 1)
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	release()
	if err := <-appended; err != nil {
		t.Errorf("queued before Close: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
	_, appendErr := s.Append(t.Context(), storage.Event{})
	_, idErr := s.InstallationID()
	nothing := func(*storage.Tx) error { return nil }
	for call, err := range map[string]error{
		"Append": appendErr, "Update": s.Update(t.Context(), nothing), "View": s.View(nothing), "Check": s.Check(),
		"Backup": s.Backup(t.Context(), path+".copy"), "Compact": s.Compact(t.Context()), "InstallationID": idErr,
	} {
		if !errors.Is(err, storage.ErrClosed) {
			t.Errorf("%s after Close: %v", call, err)
		}
	}
	s = storagetest.OpenAt(t, path, storage.Options{})
	if n := len(events(t, s, storage.EventQuery{})); n != 1 {
		t.Errorf("%d events are stored", n)
	}
}

func TestAFullDiskIsToldAndForgivenOnceThereIsRoom(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	if _, err := s.Append(t.Context(), storage.Event{Body: []byte("before")}); err != nil {
		t.Fatal(err)
	}
	s.LimitDisk(128 << 10)
	release := hold(t, s)
	big := []byte(strings.Repeat("x", 1<<20))
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := s.Append(context.Background(), storage.Event{Body: big}); err == nil {
				t.Error("stored a body that has no room")
			}
		})
	}
	queued(t, s, 3)
	release()
	wg.Wait()
	s.LimitDisk(0)
	e, err := s.Append(t.Context(), storage.Event{Body: big})
	if err != nil || e.Seq != 2 || e.Duplicate {
		t.Errorf("with room again: %+v, %v", e.Seq, err)
	}
	if n := len(events(t, s, storage.EventQuery{})); n != 2 {
		t.Errorf("%d events are stored", n)
	}
}
