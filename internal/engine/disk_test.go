package engine_test

import (
	"errors"
	"os"
	"path/filepath"
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
		if lamp.State != engine.Red || !strings.Contains(lamp.Do.String(), "newest good backup") {
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

// wantDisk checks the disk lamp's colour, the folder that another one would help
// for, and words in it.
func (w *world) wantDisk(state engine.Colour, folder string, words ...string) {
	w.t.Helper()
	l := w.lamp("disk")
	if l.State != state || l.Folder != folder || (l.Do.IsZero()) != (state == engine.Green) {
		w.t.Errorf("the lamp is %+v, want %s about %q", l, state, folder)
	}
	for _, word := range words {
		if !strings.Contains(l.Says.String()+" "+l.Do.String(), word) {
			w.t.Errorf("the lamp says %q and %q, without %q", l.Says, l.Do, word)
		}
	}
}

// wantKept checks that a webhook posted now is kept.
func (w *world) wantKept() {
	w.t.Helper()
	if status := w.emit(told("11", "working"), simulator.Delivery{}); status != 200 {
		w.t.Errorf("an event was answered %d", status)
	}
	if s := w.status(); s.State != engine.StateReady {
		w.t.Errorf("the state is %s", s.State)
	}
}

func TestADiskThatIsNearlyFullIsToldBeforeNewsAreLost(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var free atomic.Uint64
		free.Store(1 << 40)
		w.free = func(string) (uint64, error) { return free.Load(), nil }
		w.ready()
		w.wantDisk(engine.Green, "")
		free.Store(20 << 20)
		w.pass(time.Hour)
		w.wantDisk(engine.Amber, "", w.dir, "20 MiB", "Free some space", "still kept") // another folder for files would not help
		w.wantKept()
		free.Store(1 << 40)
		w.pass(time.Minute)
		w.wantDisk(engine.Green, "")
	})
}

func TestADownloadFolderThatTakesNoFilesIsToldAndAnotherOneHelps(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		full, good, file := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "Stick")
		w.free = func(path string) (uint64, error) {
			if path == full {
				return 3 << 20, nil
			}
			return 1 << 40, nil
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		w.ready()
		for dir, words := range map[string][]string{full: {"3 MiB", "Free some space"}, file: {"not a folder"}} {
			w.set(engine.KeyDownloadDir, dir)
			w.pass(time.Second)
			w.wantDisk(engine.Amber, dir, append(words, dir, "another folder", "still kept", "wait")...)
			w.wantKept()
			findings, err := w.e.Doctor(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				if f.Name == "database" && f.State != engine.Green {
					t.Errorf("of the database is said %q", f.Says)
				}
			}
			w.set(engine.KeyDownloadDir, good)
			w.pass(time.Second)
			w.wantDisk(engine.Green, "")
		}
		if left := files(t, good); len(left) != 0 {
			t.Errorf("looking has left %q", left)
		}
	})
}

// A stick that holds the files is pulled out, and put back.
func TestAFileThatCannotBeSavedTurnsTheLampAtOnceAndIsSavedSoonAfterItCanBe(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		dir := filepath.Join(w.dir, "Documents")
		if err := os.WriteFile(dir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		w.complete(id)
		w.pass(2 * time.Second)
		w.wantDisk(engine.Amber, dir, dir)
		w.pass(3 * time.Hour) // by now it is tried every hour
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		w.wantDisk(engine.Green, "")
		if got := files(t, dir); len(got) != 1 {
			t.Errorf("saved was %q", got)
		}
	})
}
