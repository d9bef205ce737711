package storage_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// What is appended is the log and nothing else: nothing is made of it before it is
// read, and then all, once.
func TestAnAnswerWaitsForTheLogAlone(t *testing.T) {
	var folded []string
	fold := func(tx *storage.Tx, e storage.Event) error {
		folded = append(folded, fmt.Sprint(e.Seq, e.Duplicate))
		return tx.Enqueue(storage.Work{Kind: "refresh", Key: e.Job.String()})
	}
	s := storagetest.Open(t, storage.Options{Fold: fold})
	for range 2 {
		if e, err := s.Append(t.Context(), storage.Event{Job: "1", Name: "n", Body: []byte("a")}); err != nil || e.Duplicate {
			t.Fatalf("%+v, %v", e, err)
		}
	}
	counts := func() (c storage.Counts, pending int) {
		view(t, s, func(tx *storage.Tx) (err error) {
			if c, err = tx.Counts(); err != nil {
				return err
			}
			for e, err := range tx.Events(storage.EventQuery{Job: "1"}) {
				if err != nil || e.Seq > c.Events {
					t.Errorf("event %d is listed, %v", e.Seq, err)
				}
			}
			pending, _, err = tx.WorkCounts()
			return err
		})
		return c, pending
	}
	if c, pending := counts(); c != (storage.Counts{}) || pending != 0 || len(folded) != 0 {
		t.Errorf("unread: %+v, %d works, folded %v", c, pending, folded)
	}
	if _, unread := s.Lag(); unread != 2 {
		t.Errorf("%d wait to be read", unread)
	}
	read, err := s.Read(t.Context(), 1, nil)
	if err != nil || len(read) != 1 || read[0].Seq != 1 {
		t.Fatalf("read %v, %v", read, err)
	}
	if c, pending := counts(); c.Events != 1 || pending != 1 {
		t.Errorf("half read: %+v, %d works", c, pending)
	}
	storagetest.Read(t, s)
	if c, _ := counts(); c != (storage.Counts{Events: 2, Duplicates: 1}) || !slices.Equal(folded, []string{"1 false", "2 true"}) {
		t.Errorf("read: %+v, folded %v", c, folded)
	}
	if lag, unread := s.Lag(); lag != 0 || unread != 0 {
		t.Errorf("%d wait for %s", unread, lag)
	}
}

// An event that cannot be folded keeps nobody: it is tried once more alone, then set
// aside, with what the fold had written by then undone.
func TestAnEventThatCannotBeFoldedIsSetAside(t *testing.T) {
	for _, fails := range []string{"an error", "a panic"} {
		t.Run(fails, func(t *testing.T) {
			tried, aside := map[uint64]int{}, map[uint64]string{}
			fold := func(tx *storage.Tx, e storage.Event) error {
				tried[e.Seq]++
				if err := tx.PutJob(job.Job{ID: e.Job, State: hover.JobState(e.State)}); err != nil {
					return err
				}
				switch e.State {
				case "an error":
					return errors.New("cannot fold this")
				case "a panic":
					panic("cannot fold this")
				case "once":
					if tried[e.Seq] == 1 {
						return errors.New("not now")
					}
				}
				return nil
			}
			s := storagetest.Open(t, storage.Options{Fold: fold, SetAside: func(_ *storage.Tx, e storage.Event, why error) error {
				aside[e.Seq] = why.Error()
				return nil
			}})
			update(t, s, func(tx *storage.Tx) error {
				for i, state := range []string{"good", "good", fails, fails, "once", "good"} {
					if _, err := tx.Append(storage.Event{Job: hover.JobID(fmt.Sprint(i + 1)), State: state}); err != nil {
						return err
					}
				}
				return nil
			})
			storagetest.Read(t, s)
			view(t, s, func(tx *storage.Tx) error {
				for id, want := range map[hover.JobID]bool{"1": true, "2": true, "3": false, "4": false, "5": true, "6": true} {
					if _, known, err := tx.Job(id); err != nil || known != want {
						t.Errorf("job %s is known: %v, %v", id, known, err)
					}
				}
				return nil
			})
			if len(aside) != 2 || aside[3] == "" || aside[4] == "" {
				t.Errorf("set aside are %v", aside)
			}
			if n := len(events(t, s, storage.EventQuery{})); n != 6 {
				t.Errorf("%d events are listed", n)
			}
		})
	}
}

func TestAFoldThatMeetsADamagedRowIsNoFaultOfTheEvents(t *testing.T) {
	aside := false
	s := storagetest.Open(t, storage.Options{
		Fold:     func(*storage.Tx, storage.Event) error { return fmt.Errorf("a job: %w", storage.ErrDamaged) },
		SetAside: func(*storage.Tx, storage.Event, error) error { aside = true; return nil },
	})
	if _, err := s.Append(t.Context(), storage.Event{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), 9, nil); !errors.Is(err, storage.ErrDamaged) || aside {
		t.Errorf("read as %v, set aside: %v", err, aside)
	}
	select {
	case <-s.Damaged():
	default:
		t.Error("nobody is told of the damage")
	}
}

// What is not read yet is neither cleared away nor missing in a copy.
func TestWhatIsUnreadIsKept(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{Now: c.Now})
	appendEvent(t, s, storage.Event{Body: []byte("read")})
	unread, err := s.Append(t.Context(), storage.Event{Body: []byte("unread")})
	if err != nil {
		t.Fatal(err)
	}
	c.pass(100 * 24 * time.Hour)
	update(t, s, func(tx *storage.Tx) error {
		if n, err := tx.Prune(c.now, c.now, 100); n != 1 || err != nil {
			t.Errorf("pruned %d, %v", n, err)
		}
		return nil
	})
	if err := s.Update(t.Context(), func(tx *storage.Tx) error { return tx.Withdraw(unread) }); err == nil {
		t.Error("an event that nobody has read was withdrawn")
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := errors.Join(s.Compact(t.Context()), s.Backup(t.Context(), copied), s.Close()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, copied} {
		folded := 0
		s := storagetest.OpenAt(t, path, storage.Options{Fold: func(_ *storage.Tx, e storage.Event) error {
			folded++
			return nil
		}})
		if _, unread := s.Lag(); unread != 1 {
			t.Errorf("%d wait to be read", unread)
		}
		if all := events(t, s, storage.EventQuery{}); folded != 1 || len(all) != 1 || string(all[0].Body) != "unread" {
			t.Errorf("folded %d, listed %+v", folded, all)
		}
	}
}

func TestAFullDiskKeepsTheReaderWhereItIs(t *testing.T) {
	folded := map[uint64]int{}
	s := storagetest.Open(t, storage.Options{Fold: func(tx *storage.Tx, e storage.Event) error {
		folded[e.Seq]++
		return tx.PutDoc(fmt.Sprint(e.Seq), make([]byte, 1<<20))
	}})
	if _, err := s.Append(t.Context(), storage.Event{}); err != nil {
		t.Fatal(err)
	}
	s.LimitDisk(128 << 10)
	if read, err := s.Read(t.Context(), 9, nil); err == nil {
		t.Fatalf("read %v on a full disk", read)
	}
	s.LimitDisk(0)
	read, err := s.Read(t.Context(), 9, nil)
	if err != nil || len(read) != 1 || folded[1] != 2 {
		t.Errorf("with room again: %v, %v, folded %v", read, err, folded)
	}
}

// A judgement stands beside the row that it is of.
func TestAJudgementIsBesideTheRow(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	e := appendEvent(t, s, storage.Event{Job: "1", Verdict: hover.VerdictUnpinned, Reading: "unread", Body: []byte("b")})
	e.Verdict, e.Reading = hover.VerdictSigned, "path"
	update(t, s, func(tx *storage.Tx) error { return tx.Rejudge(e) })
	if all := events(t, s, storage.EventQuery{Job: "1"}); len(all) != 1 || !same(all[0], e) {
		t.Errorf("listed as %+v", all)
	}
	update(t, s, func(tx *storage.Tx) error { return tx.Withdraw(e) })
	if n := len(events(t, s, storage.EventQuery{})); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// Who asks waits for what was stored before, while somebody reads.
func TestWhoAsksWaitsForTheReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storagetest.Open(t, storage.Options{})
		store := func() {
			if _, err := s.Append(t.Context(), storage.Event{}); err != nil {
				t.Fatal(err)
			}
		}
		waited := func() time.Duration {
			began := time.Now()
			s.Come(t.Context(), 2*time.Second)
			return time.Since(began)
		}
		store()
		if d := waited(); d != 0 {
			t.Errorf("waited %s for a reader that is not there", d)
		}
		s.Reading(true)
		if d := waited(); d != 2*time.Second {
			t.Errorf("waited %s for a reader that sleeps", d)
		}
		reads := func(after time.Duration) {
			go func() {
				time.Sleep(after)
				storagetest.Read(t, s)
			}()
		}
		<-s.Asked() // one that rests is told
		reads(time.Second)
		if d := waited(); d != time.Second {
			t.Errorf("waited %s for what was read after a second", d)
		}
		if d := waited(); d != 0 {
			t.Errorf("waited %s with nothing to wait for", d)
		}
		store()
		go func() {
			time.Sleep(time.Second)
			s.Reading(false)
		}()
		if d := waited(); d != time.Second {
			t.Errorf("waited %s for a reader that gave up after a second", d)
		}
		s.Reading(true)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s.Come(ctx, time.Hour)
		if lag, unread := s.Lag(); lag < time.Second || unread != 1 {
			t.Errorf("%d wait for %s", unread, lag)
		}
	})
}

// An index that is dropped is made anew; nothing is folded again for it, and what
// comes meanwhile is folded once.
func TestTheIndexIsMadeAnew(t *testing.T) {
	folded := map[uint64]int{}
	s := storagetest.Open(t, storage.Options{Fold: func(_ *storage.Tx, e storage.Event) error {
		folded[e.Seq]++
		return nil
	}})
	for i := range 20 {
		appendEvent(t, s, storage.Event{Job: hover.JobID(fmt.Sprint(i % 3)), Name: "n", Body: fmt.Append(nil, i%15)})
	}
	before := events(t, s, storage.EventQuery{Job: "1"})
	update(t, s, (*storage.Tx).DropIndex)
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	if _, err := s.Append(t.Context(), storage.Event{Job: "7"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := s.Read(t.Context(), 7, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
	if after := events(t, s, storage.EventQuery{Job: "1"}); !same(after, before) {
		t.Errorf("listed as %+v, before as %+v", after, before)
	}
	if len(folded) != 21 || slices.Max(slices.Collect(maps.Values(folded))) != 1 {
		t.Errorf("folded %v", folded)
	}
}

// A batch is folded before its transaction begins. What somebody else writes meanwhile
// is not written over: then it is folded anew.
func TestWhatIsWrittenWhileABatchIsFoldedStands(t *testing.T) {
	for _, meanwhile := range []string{"another job", "the job", "a job that was not there"} {
		t.Run(meanwhile, func(t *testing.T) {
			var s *storage.Store
			folded := 0
			s = storagetest.Open(t, storage.Options{Fold: func(tx *storage.Tx, e storage.Event) error {
				if folded++; folded == 1 {
					id := map[string]hover.JobID{"another job": "9", "the job": "1", "a job that was not there": "2"}[meanwhile]
					err := s.Update(context.Background(), func(tx *storage.Tx) error { // by a worker
						j, _, err := tx.Job(id)
						j.ID, j.Name = id, j.Name+"meanwhile "
						return errors.Join(err, tx.PutJob(j), tx.Enqueue(storage.Work{Kind: "k", Key: id.String()}))
					})
					if err != nil {
						return err
					}
				}
				j, _, err := tx.Job(e.Job)
				j.ID, j.Name = e.Job, j.Name+"folded "
				return errors.Join(err, tx.PutJob(j), tx.Enqueue(storage.Work{Kind: "k", Key: e.Job.String()}))
			}})
			update(t, s, func(tx *storage.Tx) error {
				err := tx.PutJob(job.Job{ID: "1", Name: "old "})
				for _, id := range []hover.JobID{"1", "2", "1"} {
					_, err2 := tx.Append(storage.Event{Job: id})
					err = errors.Join(err, err2)
				}
				return err
			})
			storagetest.Read(t, s)
			want := map[hover.JobID]string{"1": "old folded folded ", "2": "folded "}
			revisions := map[hover.JobID]uint64{"1": 2, "2": 1}
			times := 6 // each once more, by the transaction that writes
			switch meanwhile {
			case "another job":
				want["9"], revisions["9"], times = "meanwhile ", 1, 3
			case "the job":
				want["1"], revisions["1"] = "old meanwhile folded folded ", 3
			default:
				want["2"], revisions["2"] = "meanwhile folded ", 2
			}
			view(t, s, func(tx *storage.Tx) error {
				for id, name := range want {
					j, _, err := tx.Job(id)
					if err != nil || j.Name != name {
						t.Errorf("job %s is %q, %v, want %q", id, j.Name, err, name)
					}
					w, _, err := tx.Work("k", id.String())
					if err != nil || w.Rev != revisions[id] {
						t.Errorf("the work of %s has revision %d, %v, want %d", id, w.Rev, err, revisions[id])
					}
				}
				return nil
			})
			if folded != times {
				t.Errorf("folded %d times, want %d", folded, times)
			}
		})
	}
}

// impatient is a context that ends when it has been asked so often.
type impatient struct {
	context.Context
	left int
}

func (c *impatient) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// A batch that is too large for one transaction may end between any two of them: no
// list shows what is not known yet to have come once or twice, and when it is read again nothing
// counts twice.
func TestALargeBatchMayEndBetweenAnyTwoOfItsTransactions(t *testing.T) {
	for ends := 1; ; ends++ {
		s := storagetest.Open(t, storage.Options{})
		update(t, s, func(tx *storage.Tx) error {
			for i := range 1400 {
				e := storage.Event{Job: hover.JobID(fmt.Sprint(i % 7)), Name: "n", Body: fmt.Append(nil, i%1390)}
				if _, err := tx.Append(e); err != nil {
					return err
				}
			}
			return nil
		})
		_, err := s.Read(&impatient{Context: t.Context(), left: ends}, 2000, nil)
		if err == nil {
			if ends < 12 {
				t.Errorf("1400 events were read in %d transactions", ends)
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Errorf("ended before %d: %v", ends, err)
		}
		view(t, s, func(tx *storage.Tx) error {
			n := uint64(0)
			for range tx.Events(storage.EventQuery{Name: "n"}) {
				n++
			}
			if c, err := tx.Counts(); err != nil || n != c.Events {
				t.Errorf("ended before %d: %d events are listed, %d counted, %v", ends, n, c.Events, err)
			}
			return nil
		})
		storagetest.Read(t, s)
		view(t, s, func(tx *storage.Tx) error {
			if c, err := tx.Counts(); err != nil || c != (storage.Counts{Events: 1400, Duplicates: 10}) {
				t.Errorf("ended before %d: %+v, %v", ends, c, err)
			}
			return nil
		})
		if err := s.Check(); err != nil {
			t.Errorf("ended before %d and read on: %v", ends, err)
		}
	}
}
