package storage_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"dormer/internal/hover"
	"dormer/storage"
	"dormer/storage/storagetest"
)

const manyJobs = 300 // a batch of them is written in several parts

// tally is a fold that says of a job how often it was told of, has work wished for it as
// often, which says the same, and says beside the jobs how many events were folded.
func tally(tx *storage.Tx, e storage.Event) error {
	j, _, err := tx.Job(e.Job)
	j.ID, j.Name = e.Job, j.Name+"x"
	times, _ := tx.Setting("folded")
	return errors.Join(err, tx.PutJob(j), tx.PutSetting("folded", times+"x"), tx.Enqueue(storage.Work{Kind: "k", Key: "all"}),
		tx.Enqueue(storage.Work{Kind: "k", Key: e.Job.String(), Payload: []byte(j.Name)}))
}

// written gives how many jobs are known.
func written(t *testing.T, s *storage.Store) (n int) {
	t.Helper()
	view(t, s, func(tx *storage.Tx) error {
		for _, err := range tx.Jobs(storage.JobQuery{}) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n
}

// storm stores three events of each of many jobs.
func storm(t *testing.T, s *storage.Store) {
	t.Helper()
	update(t, s, func(tx *storage.Tx) error {
		for i := range 3 * manyJobs {
			e := storage.Event{Job: storagetest.JobID(i % manyJobs), Name: "n", Body: fmt.Append(nil, i)}
			if _, err := tx.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// wantTallied says that a storm, and later events that came after it, were folded once;
// extra is how often more than by the storm a job was told of.
func wantTallied(t *testing.T, s *storage.Store, later int, extra map[hover.JobID]int) {
	t.Helper()
	view(t, s, func(tx *storage.Tx) error {
		for i := range manyJobs {
			id := storagetest.JobID(i)
			times := 3 + extra[id]
			j, _, err := tx.Job(id)
			w, _, err2 := tx.Work("k", id.String())
			if err := errors.Join(err, err2); err != nil || len(j.Name) != times || w.Rev != uint64(times) || string(w.Payload) != j.Name {
				t.Fatalf("job %s was told of %d times, its work wished for %d times with %q, want %d: %v", id, len(j.Name), w.Rev,
					w.Payload, times, err)
			}
		}
		events := 3*manyJobs + later
		times, _ := tx.Setting("folded")
		if w, _, err := tx.Work("k", "all"); err != nil || len(times) != events || w.Rev != uint64(events) {
			t.Errorf("%d events were folded, and wished for %d times, want %d: %v", len(times), w.Rev, events, err)
		}
		c, err := tx.Counts()
		if pending, _, err2 := tx.WorkCounts(); err != nil || err2 != nil || c.Events != uint64(events) || pending != manyJobs+1 {
			t.Errorf("%+v, %d works, %v, %v", c, pending, err, err2)
		}
		return nil
	})
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

// What is made of many jobs is written in parts. Dormer may end between any two of
// them: whoever reads on, at once or after a start, makes of each event once what is to
// be made, even where more has come by then and fewer are read at once.
func TestABatchMayEndBetweenAnyTwoOfItsParts(t *testing.T) {
	half := map[int]bool{}
	for ends := 1; ; ends++ {
		path := filepath.Join(t.TempDir(), "dormer.db")
		s, err := storage.Open(path, storage.Options{Fold: tally})
		if err != nil {
			t.Fatal(err)
		}
		storm(t, s)
		_, err = s.Read(&impatient{Context: t.Context(), left: ends}, 2000, nil)
		if err == nil {
			if len(half) < 4 {
				t.Errorf("of %d jobs there were %d written when it ended", manyJobs, slices.Sorted(maps.Keys(half)))
			}
			wantTallied(t, s, 0, nil)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Errorf("ended before %d: %v", ends, err)
		}
		if n := written(t, s); n > 0 {
			half[n] = true
		}
		if ends%2 == 0 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = storage.Open(path, storage.Options{Fold: tally}); err != nil {
				t.Fatal(err)
			}
		}
		first := storagetest.JobID(0)
		if _, err := s.Append(t.Context(), storage.Event{Job: first, Name: "n", Body: []byte("later")}); err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			list, err := s.Read(t.Context(), 100, nil)
			if err != nil {
				t.Fatal(err)
			}
			more = len(list) > 0
		}
		wantTallied(t, s, 1, map[hover.JobID]int{first: 1})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Somebody writes a job between two parts of a batch: nothing of that is written over,
// whether the job is done by then or is not, and whether it happens once or every time
// that the rest is folded anew.
func TestWhatIsWrittenBetweenTwoPartsStands(t *testing.T) {
	for name, change := range map[string]struct {
		id    hover.JobID
		times int
	}{
		"a job that is done":            {storagetest.JobID(0), 1},
		"a job of the next part":        {storagetest.JobID(70), 1},
		"a job of the last, every time": {storagetest.JobID(manyJobs - 1), 1000},
	} {
		t.Run(name, func(t *testing.T) {
			s := storagetest.Open(t, storage.Options{Fold: tally})
			storm(t, s)
			extra, submitted := 0, 0
			meanwhile := func() { // by a worker, before an operation of the reader
				if submitted++; submitted < 9 || extra == change.times {
					return
				}
				extra++
				err := s.Update(context.Background(), func(tx *storage.Tx) error {
					j, _, err := tx.Job(change.id)
					j.ID, j.Name = change.id, j.Name+"x"
					return errors.Join(err, tx.PutJob(j), tx.Enqueue(storage.Work{Kind: "k", Key: j.ID.String(), Payload: []byte(j.Name)}))
				})
				if err != nil {
					t.Error(err)
				}
			}
			list, err := s.Read(watched{t.Context(), meanwhile}, 2000, nil)
			if err != nil || len(list) != 3*manyJobs {
				t.Fatalf("%d events were read: %v", len(list), err)
			}
			if extra == 0 {
				t.Fatal("nothing was written meanwhile")
			}
			wantTallied(t, s, 0, map[hover.JobID]int{change.id: extra})
		})
	}
}

// watched is a context that says when it is asked whether it has ended, as it is before
// each operation.
type watched struct {
	context.Context
	asked func()
}

func (w watched) Err() error {
	w.asked()
	return nil
}

// An event that cannot be folded any more, in a batch of which a part is written, is set
// aside as ever, and the others are folded once, whichever jobs are done by then.
func TestAnEventOfAHalfWrittenBatchMayBecomeUnfit(t *testing.T) {
	for _, unfit := range []uint64{1, manyJobs + 5, 2*manyJobs + 200, 3 * manyJobs} {
		begun, aside := false, 0
		s := storagetest.Open(t, storage.Options{
			Fold: func(tx *storage.Tx, e storage.Event) error {
				if begun && e.Seq == unfit {
					return errors.New("unfit")
				}
				return tally(tx, e)
			},
			SetAside: func(*storage.Tx, storage.Event, error) error {
				aside++
				return nil
			},
		})
		storm(t, s)
		if _, err := s.Read(&impatient{Context: t.Context(), left: 18}, 2000, nil); err == nil || written(t, s) == 0 {
			t.Fatalf("%d jobs were written, %v", written(t, s), err)
		}
		begun = true
		done := written(t, s)
		storagetest.Read(t, s)
		view(t, s, func(tx *storage.Tx) error {
			for i := range manyJobs {
				times := 3
				if i >= done && i == int(unfit-1)%manyJobs {
					times = 2
				}
				j, _, err := tx.Job(storagetest.JobID(i))
				if err != nil || len(j.Name) != times {
					t.Errorf("with event %d unfit, job %d was told of %d times, want %d: %v", unfit, i, len(j.Name), times, err)
				}
			}
			if folded, _ := tx.Setting("folded"); len(folded) != 3*manyJobs-1 {
				t.Errorf("with event %d unfit, %d were folded", unfit, len(folded))
			}
			return nil
		})
		if aside != 1 {
			t.Errorf("event %d was set aside %d times", unfit, aside)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
}

// The index is made anew while a batch is half written, so many at once that a reading
// ends within the batch, at its end or behind it: each event is still folded once.
func TestTheIndexIsMadeAnewWithinAHalfWrittenBatch(t *testing.T) {
	for _, limit := range []int{70, 3 * manyJobs, 5000} {
		s := storagetest.Open(t, storage.Options{Fold: tally})
		storm(t, s)
		if _, err := s.Read(&impatient{Context: t.Context(), left: 18}, 2000, nil); err == nil || written(t, s) == 0 {
			t.Fatalf("%d jobs were written, %v", written(t, s), err)
		}
		first := storagetest.JobID(0)
		if _, err := s.Append(t.Context(), storage.Event{Job: first, Name: "n", Body: []byte("later")}); err != nil {
			t.Fatal(err)
		}
		update(t, s, (*storage.Tx).DropIndex)
		for more := true; more; {
			list, err := s.Read(t.Context(), limit, nil)
			if err != nil || len(list) > limit {
				t.Fatalf("%d were read of %d: %v", len(list), limit, err)
			}
			more = len(list) > 0
		}
		wantTallied(t, s, 1, map[hover.JobID]int{first: 1})
	}
}

// Where a batch is said to be half written that cannot be, the file is not sound.
func TestACheckLooksAtWhatIsHalfWritten(t *testing.T) {
	for _, left := range []int{16, 17, 18, 19} {
		s := storagetest.Open(t, storage.Options{Fold: tally})
		storm(t, s)
		if _, err := s.Read(&impatient{Context: t.Context(), left: left}, 2000, nil); err == nil {
			t.Fatal("all was read at once")
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
	s, err := storage.Open(filepath.Join(t.TempDir(), "dormer.db"), storage.Options{Fold: tally})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	storm(t, s)
	storagetest.Read(t, s)
	if err := s.HalfWritten(3*manyJobs+1, storagetest.JobID(0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err == nil {
		t.Error("a half written batch of what was not received passes")
	}
}

// A Dormer that knows of no parts has read on meanwhile: what it left of a batch that was
// half written counts no more.
func TestABatchThatWasPassedIsNotHalfWritten(t *testing.T) {
	s := storagetest.Open(t, storage.Options{Fold: tally})
	storm(t, s)
	storagetest.Read(t, s)
	if err := s.HalfWritten(3, storagetest.JobID(manyJobs)); err != nil {
		t.Fatal(err)
	}
	first := storagetest.JobID(0)
	if _, err := s.Append(t.Context(), storage.Event{Job: first, Name: "n", Body: []byte("later")}); err != nil {
		t.Fatal(err)
	}
	storagetest.Read(t, s)
	wantTallied(t, s, 1, map[hover.JobID]int{first: 1})
}
