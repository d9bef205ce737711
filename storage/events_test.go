package storage_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// clock is a clock that moves when told.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

// appendEvent stores an event, has it read, and gives it as it is listed then.
func appendEvent(t testing.TB, s *storage.Store, e storage.Event) storage.Event {
	t.Helper()
	e, err := s.Append(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Read(t, s)
	view(t, s, func(tx *storage.Tx) (err error) {
		e, _, err = tx.Event(e.Seq)
		return err
	})
	return e
}

func seqs(all []storage.Event) (n []uint64) {
	for _, e := range all {
		n = append(n, e.Seq)
	}
	return n
}

func TestEventsAreFoundByJobNameAndPlace(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	const created, state = hover.EventModelCreated, hover.EventJobStateV2
	for i, e := range []storage.Event{
		{Job: "1", Name: created}, {Job: "1", Name: state}, {Job: "12", Name: state}, {Name: "news"},
		{Job: "1", Name: state}, {Job: "12", Name: created}, {Job: "1\x00", Name: "new"},
	} {
		e.Body = fmt.Append(nil, i)
		appendEvent(t, s, e)
	}
	for _, c := range []struct {
		says string
		q    storage.EventQuery
		want []uint64
	}{
		{"all, oldest first", storage.EventQuery{}, []uint64{1, 2, 3, 4, 5, 6, 7}},
		{"newest first", storage.EventQuery{Newest: true, Limit: 3}, []uint64{7, 6, 5}},
		{"the next page", storage.EventQuery{Newest: true, Before: 5, Limit: 3}, []uint64{4, 3, 2}},
		{"what came after", storage.EventQuery{After: 5}, []uint64{6, 7}},
		{"after the last", storage.EventQuery{After: 7}, nil},
		{"after the largest number", storage.EventQuery{After: 1<<64 - 1}, nil},
		{"one job", storage.EventQuery{Job: "1"}, []uint64{1, 2, 5}},
		{"one job, newest first", storage.EventQuery{Job: "12", Newest: true}, []uint64{6, 3}},
		{"one job, after", storage.EventQuery{Job: "1", After: 2}, []uint64{5}},
		{"one name", storage.EventQuery{Name: state}, []uint64{2, 3, 5}},
		{"one name, between", storage.EventQuery{Name: state, After: 2, Before: 5}, []uint64{3}},
		{"a name that another starts with", storage.EventQuery{Name: "new"}, []uint64{7}},
		{"job and name", storage.EventQuery{Job: "1", Name: state, Limit: 1}, []uint64{2}},
		{"nobody's", storage.EventQuery{Job: "9"}, nil},
	} {
		if got := seqs(events(t, s, c.q)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.says, got, c.want)
		}
	}
	view(t, s, func(tx *storage.Tx) error {
		if _, there, err := tx.Event(99); there || err != nil {
			t.Errorf("event 99: %v, %v", there, err)
		}
		return nil
	})
}

func TestTheSameBodyWithinADayIsADuplicate(t *testing.T) {
	c := newClock()
	s := storagetest.Open(t, storage.Options{Now: c.Now})
	send := func(body string) bool { return appendEvent(t, s, storage.Event{Body: []byte(body)}).Duplicate }
	if send("a") || send("b") {
		t.Error("a first body is labelled duplicate")
	}
	c.pass(24 * time.Hour)
	if !send("a") {
		t.Error("the same body a day later is not labelled")
	}
	c.pass(20 * time.Hour)
	if !send("a") {
		t.Error("the same body 20 hours after its repetition is not labelled")
	}
	if send("b") {
		t.Error("the same body 44 hours later is labelled")
	}
	view(t, s, func(tx *storage.Tx) error {
		got, err := tx.Counts()
		if want := (storage.Counts{Events: 5, Duplicates: 2}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		return err
	})
}

func TestOldBodiesAreForgotten(t *testing.T) {
	c := newClock()
	s := storagetest.Open(t, storage.Options{Now: c.Now})
	update(t, s, func(tx *storage.Tx) error {
		for i := range 100 {
			if _, err := tx.Append(storage.Event{Body: fmt.Append(nil, i)}); err != nil {
				return err
			}
		}
		return nil
	})
	storagetest.Read(t, s)
	c.pass(25 * time.Hour)
	update(t, s, func(tx *storage.Tx) error {
		for i := range 30 {
			if _, err := tx.Append(storage.Event{Body: fmt.Append(nil, "later", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	storagetest.Read(t, s)
	if n := s.Remembered(); n != 30 {
		t.Errorf("%d bodies are remembered, want 30", n)
	}
}

// TestWhatComesAgainAfterARestartIsLabelled, by the bodies in the log: what came within
// the last day and no other, also where a row of the log says nothing.
func TestWhatComesAgainAfterARestartIsLabelled(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{Now: c.Now})
	for _, body := range []string{"early", "other", "early", "late", "garbled"} {
		appendEvent(t, s, storage.Event{Body: []byte(body)})
		c.pass(10 * time.Hour)
	}
	key := binary.BigEndian.AppendUint64(nil, 5)
	var row []byte
	garble := func(with []byte) {
		t.Helper()
		if err := s.Bolt(func(tx *bolt.Tx) error {
			log := tx.Bucket([]byte("events"))
			row = bytes.Clone(log.Get(key))
			return log.Put(key, with)
		}); err != nil {
			t.Fatal(err)
		}
	}
	garble([]byte("?"))
	whole := row
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storagetest.OpenAt(t, path, storage.Options{Now: c.Now})
	for _, x := range []struct {
		body  string
		again bool
	}{{"other", false}, {"late", true}, {"early", false}, {"early", true}, {"new", false}, {"new", true}} {
		if e := appendEvent(t, s, storage.Event{Body: []byte(x.body)}); e.Duplicate != x.again {
			t.Errorf("%s: labelled %v", x.body, e.Duplicate)
		}
	}
	garble(whole)
}

// TestAClockThatIsWrongForAMomentDoesNotEndTheDay: what came before it, by a year ahead or
// behind, is known to come again, also after a restart.
func TestAClockThatIsWrongForAMomentDoesNotEndTheDay(t *testing.T) {
	for _, wrong := range []time.Duration{-365 * 24 * time.Hour, 365 * 24 * time.Hour} {
		for i := range 4 {
			restart, after := i&1 == 1, i&2 == 2
			c := newClock()
			path := filepath.Join(t.TempDir(), "dormer.db")
			s := storagetest.OpenAt(t, path, storage.Options{Now: c.Now})
			for i := range 20 {
				appendEvent(t, s, storage.Event{Body: fmt.Append(nil, i)})
			}
			c.pass(wrong)
			appendEvent(t, s, storage.Event{Body: []byte("then")})
			c.pass(-wrong)
			if after {
				appendEvent(t, s, storage.Event{Body: []byte("now")})
			}
			if restart {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s = storagetest.OpenAt(t, path, storage.Options{Now: c.Now})
			}
			if e := appendEvent(t, s, storage.Event{Body: []byte("19")}); !e.Duplicate {
				t.Errorf("wrong by %v, another after it %v, restart %v: what comes again is not labelled", wrong, after, restart)
			}
		}
	}
}

// TestADayOfLargeBodiesIsRecalledInPieces: nobody who writes waits for all of it.
func TestADayOfLargeBodiesIsRecalledInPieces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s := storagetest.OpenAt(t, path, storage.Options{})
	body := func(i int) []byte { return append(fmt.Append(nil, i), make([]byte, 1<<20)...) }
	for i := range 14 {
		appendEvent(t, s, storage.Event{Body: body(i)})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storagetest.OpenAt(t, path, storage.Options{})
	for i := range 14 {
		if e := appendEvent(t, s, storage.Event{Body: body(i)}); !e.Duplicate {
			t.Errorf("body %d is not known to come again", i)
		}
	}
}

// TestABatchThatWasNotStoredIsNotTakenForHavingCome: a disk that is full for a while
// makes no event one that came twice.
func TestABatchThatWasNotStoredIsNotTakenForHavingCome(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	update(t, s, func(tx *storage.Tx) error {
		for i := range 200 {
			if _, err := tx.Append(storage.Event{Job: hover.JobID(fmt.Sprint(i)), Body: fmt.Append(nil, i)}); err != nil {
				return err
			}
		}
		return nil
	})
	s.LimitDisk(1)
	if list, err := s.Read(t.Context(), 200, nil); err == nil {
		t.Fatalf("%d events were read on a full disk", len(list))
	}
	s.LimitDisk(0)
	storagetest.Read(t, s)
	view(t, s, func(tx *storage.Tx) error {
		got, err := tx.Counts()
		if want := (storage.Counts{Events: 200}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		return err
	})
}

// For some days the clock was years ahead: what came then is as old as what came
// next.
func TestEventsOfAClockThatWasAheadDoNotKeepThoseBehindThem(t *testing.T) {
	c := newClock()
	s := storagetest.Open(t, storage.Options{Now: c.Now})
	begin, n := c.now, 0
	come := func(days int, ahead time.Duration) {
		for range days {
			c.now = c.now.Add(ahead)
			n++
			appendEvent(t, s, storage.Event{Body: fmt.Append(nil, n)})
			c.now = c.now.Add(24*time.Hour - ahead)
		}
	}
	come(2, 0)                   // 1, 2
	come(3, 10*365*24*time.Hour) // 3 to 5
	come(4, 0)                   // 6 to 9
	come(2, 10*365*24*time.Hour) // 10, 11: nothing has come since
	prune := func(before time.Time, limit int) (n int) {
		update(t, s, func(tx *storage.Tx) (err error) {
			n, err = tx.Prune(before, c.now, limit)
			return err
		})
		return n
	}
	left := func(want ...uint64) {
		t.Helper()
		if got := seqs(events(t, s, storage.EventQuery{})); !slices.Equal(got, want) {
			t.Errorf("left are %v, want %v", got, want)
		}
	}
	if n := prune(begin.AddDate(0, 0, 1), 100); n != 1 {
		t.Errorf("pruned %d", n)
	}
	left(2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	if n := prune(begin.AddDate(0, 0, 3), 100); n != 1 { // whether those of the wrong clock are old cannot be told
		t.Errorf("pruned %d", n)
	}
	left(3, 4, 5, 6, 7, 8, 9, 10, 11)
	for want := 4; prune(begin.AddDate(0, 0, 6), 2) > 0; want -= 2 { // 6 is old, and so are those before it
		if want == 0 {
			t.Fatal("too many were pruned")
		}
	}
	left(7, 8, 9, 10, 11)
	if n := prune(c.now, 100); n != 3 {
		t.Errorf("pruned %d", n)
	}
	left(10, 11)
}

func TestPruningForgetsOldEventsAndKeepsJobs(t *testing.T) {
	c := newClock()
	s := storagetest.Open(t, storage.Options{Now: c.Now})
	for i := range 10 {
		appendEvent(t, s, storage.Event{Job: "1", Name: "n", Body: fmt.Append(nil, i%5)})
		c.pass(time.Hour)
	}
	update(t, s, func(tx *storage.Tx) error { return tx.PutJob(job.Job{ID: "1"}) })
	before := newClock().now.Add(7 * time.Hour)
	prune := func(limit int) (n int) {
		update(t, s, func(tx *storage.Tx) (err error) {
			n, err = tx.Prune(before, c.now, limit)
			return err
		})
		return n
	}
	if n := prune(4); n != 4 {
		t.Errorf("pruned %d, want 4", n)
	}
	if n := prune(4); n != 3 {
		t.Errorf("pruned %d, want 3", n)
	}
	if n := prune(4); n != 0 {
		t.Errorf("pruned %d, want 0", n)
	}
	if got := seqs(events(t, s, storage.EventQuery{Job: "1"})); !slices.Equal(got, []uint64{8, 9, 10}) {
		t.Errorf("left are %v", got)
	}
	view(t, s, func(tx *storage.Tx) error {
		if _, known, err := tx.Job("1"); !known || err != nil {
			t.Errorf("the job is known: %v, %v", known, err)
		}
		got, err := tx.Counts()
		if want := (storage.Counts{Events: 3, Duplicates: 3}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		return err
	})
	if e := appendEvent(t, s, storage.Event{Body: []byte("next")}); e.Seq != 11 {
		t.Errorf("the next event has number %d", e.Seq)
	}
}

func TestTheQuarantineKeepsTheNewest(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	const over = 30
	update(t, s, func(tx *storage.Tx) error {
		for i := range storage.MaxQuarantine + over {
			body := append(fmt.Appendf(nil, "%d ", i), make([]byte, i*1000)...)
			if _, err := tx.Quarantine(storage.Event{Body: body}); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(tx *storage.Tx) error {
		n := uint64(0)
		for e, err := range tx.Quarantined() {
			if err != nil {
				return err
			}
			if want := storage.MaxQuarantine + over - n; e.Seq != want || !bytes.HasPrefix(e.Body, fmt.Appendf(nil, "%d ", want-1)) {
				t.Fatalf("place %d: number %d, %.10q", n, e.Seq, e.Body)
			}
			if len(e.Body) > storage.MaxQuarantineBody {
				t.Errorf("a body of %d bytes is kept", len(e.Body))
			}
			n++
		}
		got, err := tx.Counts()
		if n != storage.MaxQuarantine || got.Rejected != storage.MaxQuarantine+over || got.Events != 0 {
			t.Errorf("%d are kept, counted %+v", n, got)
		}
		return err
	})
}

func TestWhatWasReadSurvivesItsTransaction(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	body := bytes.Repeat([]byte("as received "), 100)
	appendEvent(t, s, storage.Event{Job: "1", Body: body, Header: map[string]string{"Date": "today"}})
	kept := events(t, s, storage.EventQuery{})[0]
	for i := range 200 { // the pages it was read from are used again
		update(t, s, func(tx *storage.Tx) error {
			return tx.PutSetting("noise", fmt.Sprint(i, string(make([]byte, 2000))))
		})
	}
	if !bytes.Equal(kept.Body, body) || kept.Job != "1" || kept.Header["Date"] != "today" {
		t.Errorf("became %.20q", kept.Body)
	}
}
