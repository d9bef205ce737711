package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/simulator"
	"dormer/storage"
)

// files gives the names in a directory.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

// A laptop that is closed every evening may never be awake for 24 hours on end.
func TestALaptopThatSleepsEveryNightMakesItsBackupsToo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.backups = filepath.Join(w.dir, "backups")
		var nights atomic.Int64 // which the monotonic clock does not see
		w.now = func() time.Time { return time.Now().Add(time.Duration(nights.Load())) }
		w.start()
		for range 3 {
			w.pass(8 * time.Hour)
			nights.Add(int64(16 * time.Hour))
		}
		w.pass(time.Minute)
		if got := files(t, w.backups); len(got) != 4 {
			t.Errorf("in four days there were made %q", got)
		}
	})
}

func TestABackupThatIsNoGoodPushesOutNone(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.backups = filepath.Join(w.dir, "backups")
		var bad atomic.Bool
		w.verify = func(_ context.Context, path string) error {
			if bad.Load() {
				return storage.ErrDamaged
			}
			return storage.Verify(path)
		}
		w.start()
		for range 8 {
			w.pass(24 * time.Hour)
		}
		good := files(t, w.backups)
		bad.Store(true)
		for range 8 {
			w.pass(24 * time.Hour)
		}
		if got := files(t, w.backups); len(good) != 7 || !slices.Equal(got, good) {
			t.Errorf("of %q were left %q", good, got)
		}
		if !strings.Contains(w.log.String(), "today's backup could not be made") {
			t.Error("nobody was told")
		}
	})
}

// ruined gives an engine whose database is garbled while it runs, and how its
// run ends.
func (w *world) ruined(after time.Duration) (lamp engine.Lamp, status int, err error) {
	w.t.Helper()
	w.ready()
	w.pass(after)
	info, serr := os.Stat(w.store.Path())
	if serr != nil {
		w.t.Fatal(serr)
	}
	f, serr := os.OpenFile(w.store.Path(), os.O_WRONLY, 0)
	if serr == nil {
		_, serr = f.WriteAt(make([]byte, info.Size()-8192), 8192)
		serr = errors.Join(serr, f.Close())
	}
	if serr != nil {
		w.t.Fatal(serr)
	}
	status = w.emit(told("11", "working"), simulator.Delivery{})
	lamp = w.lamp("disk")
	w.pass(time.Second)
	return lamp, status, w.abandon()
}

func TestADatabaseThatFailsWhileOpenEndsTheRunSoThatTheNextMendsIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		lamp, status, err := w.ruined(time.Hour)
		if status == 200 {
			t.Error("an event that could not be kept was answered 200")
		}
		if lamp.State != engine.Red || !strings.Contains(lamp.Do, "newest good backup") {
			t.Errorf("the lamp is %+v", lamp)
		}
		if !errors.Is(err, storage.ErrDamaged) || !errors.Is(err, engine.ErrStartAgain) {
			t.Errorf("the run ended with %v", err)
		}
	})
}

func TestADiskThatRuinsOneDatabaseAfterTheOtherIsLeftToAPerson(t *testing.T) {
	for after, again := range map[time.Duration]bool{time.Minute: false, time.Hour: true} {
		story(t, func(t *testing.T, w *world) {
			w.damaged = "The database was damaged."
			_, _, err := w.ruined(after)
			if !errors.Is(err, storage.ErrDamaged) || errors.Is(err, engine.ErrStartAgain) != again {
				t.Errorf("after %s the run ended with %v", after, err)
			}
		})
	}
}
