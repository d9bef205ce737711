package storage_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
	"dormer/storage/storagetest"

	bolt "go.etcd.io/bbolt"
)

// aFile gives the path of a closed store with a little of everything, and no
// unused space at its end.
func aFile(t testing.TB) string {
	t.Helper()
	s := storagetest.Open(t, storage.Options{})
	fill(t, s, 300)
	path := filepath.Join(t.TempDir(), "dormer.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// fill stores n events, with something of every kind for each.
func fill(t testing.TB, s *storage.Store, n int) {
	t.Helper()
	update(t, s, func(tx *storage.Tx) error {
		for i := range n {
			id := fmt.Sprint(i % 50)
			_, err := tx.Append(storage.Event{Job: "1", Name: "n", Body: fmt.Appendf(nil, "%d %0200d", i%40, i%40)})
			_, _, err2 := tx.AddAlert(job.Alert{Key: id, Title: say.Words("title")})
			_, err3 := tx.Quarantine(storage.Event{Body: []byte("q")})
			err = errors.Join(err, err2, err3,
				tx.PutJob(job.Job{ID: "1", Name: id}),
				tx.PutInvitation(job.Invitation{ID: "1"}),
				tx.Enqueue(storage.Work{Kind: "refresh", Key: id}),
				tx.PutFile(storage.File{Job: "1", Key: id}),
				tx.PutSetting(id, id), tx.PutDoc(id, i))
			if err != nil {
				return err
			}
		}
		due, err := tx.Due(time.Now().Add(time.Hour), 1)
		if err != nil {
			return err
		}
		return tx.Bury(due[0], "gone")
	})
	storagetest.Read(t, s)
	update(t, s, func(tx *storage.Tx) error { return tx.Rejudge(storage.Event{Seq: 1, Verdict: "signed"}) })
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the profile protects the file there")
	}
	path := aFile(t)
	mode := func(path string) fs.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if m := mode(path); m != 0o600 {
		t.Errorf("created with mode %o", m)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s := storagetest.OpenAt(t, path, storage.Options{})
	if m := mode(path); m != 0o600 {
		t.Errorf("left with mode %o", m)
	}
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := mode(path); m != 0o600 {
		t.Errorf("compacted to mode %o", m)
	}
	if err := s.Backup(t.Context(), path+".copy"); err != nil {
		t.Fatal(err)
	}
	if m := mode(path + ".copy"); m != 0o600 {
		t.Errorf("backed up with mode %o", m)
	}
}

func TestASecondProcessIsToldThatTheFileIsInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	for _, readOnly := range []bool{false, true} {
		o := storage.Options{Timeout: time.Millisecond, ReadOnly: readOnly}
		if _, err := storage.Open(path, o); !errors.Is(err, storage.ErrLocked) {
			t.Errorf("opened twice (read-only: %v): %v", readOnly, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	first := storagetest.OpenAt(t, path, storage.Options{ReadOnly: true})
	second := storagetest.OpenAt(t, path, storage.Options{ReadOnly: true})
	a, err := first.InstallationID()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := second.InstallationID(); err != nil || a != b {
		t.Errorf("two readers see %s and %s, %v", a, b, err)
	}
}

func TestReadersOfAClosedDirectoryChangeNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := storage.Open(filepath.Join(dir, "none.db"), storage.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
	path := aFile(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := storagetest.OpenAt(t, path, storage.Options{ReadOnly: true})
	if n := len(events(t, s, storage.EventQuery{})); n != 300 {
		t.Errorf("%d events", n)
	}
	if _, err := s.Append(t.Context(), storage.Event{}); !errors.Is(err, storage.ErrReadOnly) {
		t.Errorf("Append: %v", err)
	}
	if err := s.Compact(t.Context()); !errors.Is(err, storage.ErrReadOnly) {
		t.Errorf("Compact: %v", err)
	}
	if err := s.View(func(tx *storage.Tx) error { return tx.PutSetting("a", "b") }); err == nil {
		t.Error("wrote in a view")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed, %v", err)
	}
}

func TestAnInstallationKeepsItsID(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	id := func() string {
		s := storagetest.OpenAt(t, path, storage.Options{})
		defer s.Close()
		id, err := s.InstallationID()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := id()
	if raw, err := hex.DecodeString(first); err != nil || len(raw) != 16 {
		t.Errorf("the id is %q", first)
	}
	if again := id(); again != first {
		t.Errorf("%s became %s", first, again)
	}
	if other, err := storagetest.Open(t, storage.Options{}).InstallationID(); err != nil || other == first {
		t.Errorf("two installations are %s, %v", other, err)
	}
}

func TestAFileThatIsNoDatabaseIsDamaged(t *testing.T) {
	whole, err := os.ReadFile(aFile(t))
	if err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("somebody else's"))
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	foreigner, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"empty": {}, "one byte": {1}, "text": []byte("not a database"), "zeros": make([]byte, 1<<16),
		"truncated to its header": whole[:1<<13], "half": whole[:len(whole)/2/4096*4096],
		"without its last page": whole[:len(whole)-4096], "without its last byte": whole[:len(whole)-1], "another program's": foreigner,
	} {
		path := filepath.Join(t.TempDir(), "dormer.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, readOnly := range []bool{true, false} {
			if s, err := storage.Open(path, storage.Options{ReadOnly: readOnly}); !errors.Is(err, storage.ErrDamaged) {
				t.Errorf("%s (read-only: %v): %v", name, readOnly, err)
				if err == nil {
					s.Close()
				}
			}
		}
		if err := storage.Verify(path); !errors.Is(err, storage.ErrDamaged) {
			t.Errorf("%s: verified as %v", name, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
			t.Errorf("%s: it was not left as it was", name)
		}
		if err := os.Rename(path, path+".damaged"); err != nil { // nothing holds it
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAGarbledFileNeverTakesTheProcessDown(t *testing.T) {
	whole, err := os.ReadFile(aFile(t))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	told := 0
	for round := range 60 {
		garbled := bytes.Clone(whole)
		switch round % 3 {
		case 0: // a sector of noise
			at := random.IntN(len(garbled)/512) * 512
			for i := range 512 {
				garbled[at+i] = byte(random.Uint32())
			}
		case 1: // a page of another place
			from, to := random.IntN(len(garbled)/4096)*4096, random.IntN(len(garbled)/4096)*4096
			copy(garbled[to:to+4096], whole[from:])
		case 2: // a few bits
			for range 20 {
				garbled[random.IntN(len(garbled))] ^= 1 << random.IntN(8)
			}
		}
		path := filepath.Join(t.TempDir(), "dormer.db")
		if err := os.WriteFile(path, garbled, 0o600); err != nil {
			t.Fatal(err)
		}
		verified := storage.Verify(path)
		if verified != nil {
			told++
			if !errors.Is(verified, storage.ErrDamaged) && !errors.Is(verified, storage.ErrNewerSchema) {
				t.Errorf("round %d: verified as %v", round, verified)
			}
		}
		s, err := storage.Open(path, storage.Options{})
		if err != nil {
			if verified == nil {
				t.Errorf("round %d: verified, but not opened: %v", round, err)
			}
			continue
		}
		if err := s.Check(); (err == nil) != (verified == nil) {
			t.Errorf("round %d: verified as %v, checked as %v", round, verified, err)
		}
		if verified == nil {
			appendEvent(t, s, storage.Event{Job: "1", Body: []byte("one more")})
			if err := s.Check(); err != nil {
				t.Errorf("round %d: after one more event: %v", round, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
	}
	if told < 20 {
		t.Errorf("only %d of 60 garbled files were noticed", told)
	}
}

func TestAFileThatIsGarbledWhileItIsOpenFailsAndLetsGo(t *testing.T) {
	const headers = 2 * 4096
	for name, c := range map[string]struct {
		from int64
		when func(t *testing.T, s *storage.Store, garble func())
	}{
		"its rows, between transactions":  {headers, func(t *testing.T, s *storage.Store, garble func()) { garble() }},
		"all of it, between transactions": {0, func(t *testing.T, s *storage.Store, garble func()) { garble() }},
		"all of it, before a commit": {0, func(t *testing.T, s *storage.Store, garble func()) {
			err := s.Update(t.Context(), func(tx *storage.Tx) error {
				defer garble()
				return tx.PutSetting("a", "b")
			})
			if !errors.Is(err, storage.ErrDamaged) {
				t.Errorf("Update: %v", err)
			}
			if _, err := s.Append(t.Context(), storage.Event{}); !errors.Is(err, storage.ErrDamaged) {
				t.Errorf("Append straight after: %v", err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := aFile(t)
			s, err := storage.Open(path, storage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			c.when(t, s, func() {
				info, err := os.Stat(path)
				if err != nil {
					t.Fatal(err)
				}
				f, err := os.OpenFile(path, os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				_, err = f.WriteAt(bytes.Repeat([]byte{0xff}, int(info.Size()-c.from)), c.from)
				if err := errors.Join(err, f.Close()); err != nil {
					t.Fatal(err)
				}
			})
			for range 2 {
				err := s.View(func(tx *storage.Tx) error {
					_, _, err := tx.Event(1)
					return err
				})
				if !errors.Is(err, storage.ErrDamaged) {
					t.Errorf("View: %v", err)
				}
				if _, err := s.Append(t.Context(), storage.Event{Body: []byte("b")}); !errors.Is(err, storage.ErrDamaged) {
					t.Errorf("Append: %v", err)
				}
			}
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			if _, err := storage.Open(path, storage.Options{}); !errors.Is(err, storage.ErrDamaged) {
				t.Errorf("opened again: %v", err)
			}
		})
	}
}

func TestATransactionKeptTooLongIsNotTakenForDamage(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	var kept *storage.Tx
	view(t, s, func(tx *storage.Tx) error {
		kept = tx
		return nil
	})
	defer func() {
		if recover() == nil {
			t.Error("read from a transaction that has ended")
		}
	}()
	err := s.View(func(*storage.Tx) error {
		_, _, err := kept.Event(1)
		return err
	})
	t.Errorf("View: %v", err)
}

func TestAPanicOfAReaderIsItsOwn(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	defer func() {
		if p := recover(); p != "mine" {
			t.Errorf("recovered %v", p)
		}
	}()
	_ = s.View(func(*storage.Tx) error { panic("mine") })
}

func TestAnOlderFileIsUpgradedOnceAndANewerOneRefused(t *testing.T) {
	path := aFile(t)
	runs := 0
	second := func(tx *bolt.Tx) error {
		runs++
		return tx.Bucket([]byte("settings")).Put([]byte("upgraded"), []byte("yes"))
	}
	failing := func(*bolt.Tx) error { return errors.New("cannot") }

	if _, err := storage.OpenAsOf(path, second, failing); err == nil {
		t.Fatal("an upgrade that fails succeeded")
	}
	s := storagetest.OpenAt(t, path, storage.Options{}) // still readable by the old version
	view(t, s, func(tx *storage.Tx) error {
		if _, done := tx.Setting("upgraded"); done {
			t.Error("a failed upgrade left something")
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := storage.VerifyAsOf(path, second); err != nil {
		t.Errorf("an older file is verified as %v", err)
	}
	runs = 0
	for range 2 {
		s, err := storage.OpenAsOf(path, second)
		if err != nil {
			t.Fatal(err)
		}
		view(t, s, func(tx *storage.Tx) error {
			if _, done := tx.Setting("upgraded"); !done {
				t.Error("the upgrade did nothing")
			}
			return nil
		})
		if n := len(events(t, s, storage.EventQuery{})); n != 300 {
			t.Errorf("%d events after the upgrade", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if runs != 1 {
		t.Errorf("the upgrade ran %d times", runs)
	}
	for _, readOnly := range []bool{false, true} {
		if _, err := storage.Open(path, storage.Options{ReadOnly: readOnly}); !errors.Is(err, storage.ErrNewerSchema) {
			t.Errorf("a newer file (read-only: %v): %v", readOnly, err)
		}
	}
	if err := storage.Verify(path); !errors.Is(err, storage.ErrNewerSchema) {
		t.Errorf("a newer file is verified as %v", err)
	}
	// The file went on with the newer version; put the old number back so that
	// it can be checked as any other when the test ends.
	s, err := storage.OpenAsOf(path, second)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Bolt(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte{7: byte(storage.Schemas)})
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}

// asOfSchema1 makes a database what schema 1 has left of it: the texts of its jobs
// are what they were.
func asOfSchema1(t *testing.T, path string, texts map[hover.JobID]string) {
	t.Helper()
	s, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Bolt(func(tx *bolt.Tx) error {
		jobs, list := tx.Bucket([]byte("jobs")), tx.Bucket([]byte("jobs.list"))
		for id, text := range texts {
			row := jobs.Get([]byte(id))
			key := append(slices.Clone(row[:8]), id...)
			was := list.Get(key)
			state := was[:2+int(was[1])]
			if err := list.Put(key, append(slices.Clone(state), text...)); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte{7: 1})
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestJobsOfAnOlderFileAreFoundAsThoseOfANewOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	update(t, s, func(tx *storage.Tx) error {
		return tx.PutJob(job.Job{
			ID: "42", Name: "Peña residence", State: hover.JobCompleted, Address: hover.Address{Line1: "12 N Oak Ln"},
			Customer: hover.Customer{Name: "Inés Peña", Phone: "(317) 555-0143"},
		})
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	asOfSchema1(t, path, map[hover.JobID]string{"42": "42\npeña residence\n12 n oak ln\ninés peña\n\n(317) 555-0143\n"})

	// Without being upgraded it is read as it is.
	s, err := storage.Open(path, storage.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if ids := jobIDs(t, s, storage.JobQuery{Search: "residence"}); len(ids) != 1 {
		t.Errorf("in the older file: %v", ids)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	kept := filepath.Join(t.TempDir(), "before.db")
	asked := 0
	options := storage.Options{KeepOld: func(schema int) string {
		if asked++; schema != storage.Schemas {
			t.Errorf("upgraded to schema %d", schema)
		}
		return kept
	}}
	s = storagetest.OpenAt(t, path, options)
	if ids := jobIDs(t, s, storage.JobQuery{Search: "pena 3175550143 north lane"}); len(ids) != 1 {
		t.Errorf("after the upgrade: %v", ids)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storagetest.OpenAt(t, path, options)
	if asked != 1 {
		t.Errorf("it was kept %d times", asked)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = storage.Open(kept, storage.Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	if ids := jobIDs(t, s, storage.JobQuery{Search: "peña"}); len(ids) != 0 {
		t.Errorf("what was kept is not what was there before: it finds %v", ids)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWithoutRoomForACopyAnOlderFileIsNotUpgraded(t *testing.T) {
	path := aFile(t)
	asOfSchema1(t, path, nil)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o := storage.Options{KeepOld: func(int) string { return filepath.Join(path, "there can be nothing here") }}
	if _, err := storage.Open(path, o); !errors.Is(err, storage.ErrNotKept) {
		t.Errorf("it ended with %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file was touched: %v", err)
	}
}
