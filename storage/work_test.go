package storage_test

import (
	"testing"
	"time"

	"dormer/storage"
	"dormer/storage/storagetest"
)

const refresh = storage.WorkKind("refresh")

// desk is a store with a clock, and what a worker does with it.
type desk struct {
	*clock
	t *testing.T
	s *storage.Store
}

func newDesk(t *testing.T) desk {
	c := newClock()
	return desk{c, t, storagetest.Open(t, storage.Options{Now: c.Now})}
}

func (d desk) do(fn func(*storage.Tx) error) {
	d.t.Helper()
	update(d.t, d.s, fn)
}

func (d desk) wish(w storage.Work) {
	d.t.Helper()
	d.do(func(tx *storage.Tx) error { return tx.Enqueue(w) })
}

func (d desk) due() (all []storage.Work) {
	d.t.Helper()
	view(d.t, d.s, func(tx *storage.Tx) (err error) {
		all, err = tx.Due(d.now, 0)
		return err
	})
	return all
}

func (d desk) counts(pending, dead int) {
	d.t.Helper()
	view(d.t, d.s, func(tx *storage.Tx) error {
		p, n, err := tx.WorkCounts()
		if p != pending || n != dead {
			d.t.Errorf("%d pending and %d dead, want %d and %d", p, n, pending, dead)
		}
		return err
	})
}

func TestWishesForTheSameWorkJoin(t *testing.T) {
	d := newDesk(t)
	begin := d.now
	d.wish(storage.Work{Kind: refresh, Key: "1", Due: begin.Add(time.Minute), Payload: []byte("first")})
	d.wish(storage.Work{Kind: refresh, Key: "1", Due: begin.Add(time.Second)})
	d.wish(storage.Work{Kind: refresh, Key: "1", Due: begin.Add(time.Hour), Payload: []byte("third")})
	d.counts(1, 0)
	if due := d.due(); len(due) != 0 {
		t.Errorf("due too early: %+v", due)
	}
	d.pass(time.Second)
	want := storage.Work{Kind: refresh, Key: "1", Rev: 3, Payload: []byte("third"), Due: begin.Add(time.Second), Since: begin}
	if due := d.due(); len(due) != 1 || !same(due[0], want) {
		t.Errorf("%+v, want %+v", due, want)
	}
	view(t, d.s, func(tx *storage.Tx) error {
		next, any, err := tx.DueAfter(begin)
		if !any || !next.Equal(want.Due) {
			t.Errorf("next is due at %v, %v", next, any)
		}
		return err
	})
}

func TestARefreshAskedForWhileOneRunsIsNotLost(t *testing.T) {
	for name, end := range map[string]func(*storage.Tx, storage.Work) error{
		"finished": func(tx *storage.Tx, w storage.Work) error { return tx.Finish(w) },
		"failed":   func(tx *storage.Tx, w storage.Work) error { return tx.Retry(w, w.Due.Add(time.Hour), "no net") },
		"given up": func(tx *storage.Tx, w storage.Work) error { return tx.Bury(w, "gone") },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.wish(storage.Work{Kind: refresh, Key: "1"})
			running := d.due()[0]
			d.pass(time.Second)
			d.wish(storage.Work{Kind: refresh, Key: "1"})
			d.do(func(tx *storage.Tx) error { return end(tx, running) })
			d.counts(1, 0)
			again := d.due()
			if len(again) != 1 || again[0].Rev <= running.Rev || again[0].Dead {
				t.Fatalf("due is %+v", again)
			}
			d.do(func(tx *storage.Tx) error { return tx.Finish(again[0]) })
			d.counts(0, 0)
		})
	}
}

func TestWorkThatFailsIsPutOffThenGivenUpThenRevived(t *testing.T) {
	d := newDesk(t)
	d.wish(storage.Work{Kind: refresh, Key: "1", Payload: []byte("p")})
	d.wish(storage.Work{Kind: "fetch", Key: "1"})
	w := d.due()[1]
	if w.Kind != refresh {
		t.Fatalf("due is %+v", w)
	}
	d.do(func(tx *storage.Tx) error { return tx.Retry(w, d.now.Add(time.Minute), "no net") })
	if due := d.due(); len(due) != 1 || due[0].Kind != "fetch" {
		t.Errorf("due is %+v", due)
	}
	d.pass(time.Minute)
	w = d.due()[1]
	if w.Attempts != 1 || w.LastError != "no net" {
		t.Errorf("after one attempt: %+v", w)
	}
	d.do(func(tx *storage.Tx) error { return tx.Bury(w, "still no net") })
	d.counts(1, 1)
	view(t, d.s, func(tx *storage.Tx) error {
		dead, err := tx.Dead()
		if len(dead) != 1 || dead[0].LastError != "still no net" || dead[0].Attempts != 2 || !dead[0].Dead {
			t.Errorf("given up: %+v", dead)
		}
		return err
	})
	d.do(func(tx *storage.Tx) error {
		for key, want := range map[string]bool{"1": true, "2": false} {
			if did, err := tx.Revive(refresh, key); did != want || err != nil {
				t.Errorf("revived %s: %v, %v", key, did, err)
			}
		}
		return nil
	})
	d.counts(2, 0)
	if due := d.due(); len(due) != 2 || due[1].Kind != refresh || due[1].Attempts != 0 || string(due[1].Payload) != "p" {
		t.Errorf("due is %+v", due)
	}
}

func TestAWishForWorkThatWasGivenUpBeginsAnew(t *testing.T) {
	d := newDesk(t)
	d.wish(storage.Work{Kind: refresh, Key: "1"})
	w := d.due()[0]
	d.do(func(tx *storage.Tx) error { return tx.Bury(w, "gone") })
	d.pass(time.Hour)
	d.wish(storage.Work{Kind: refresh, Key: "1"})
	d.counts(1, 0)
	if due := d.due(); len(due) != 1 || due[0].Attempts != 0 || due[0].Dead || !due[0].Since.Equal(d.now) {
		t.Errorf("due is %+v", due)
	}
}

func TestWhatWasPutOffIsHastened(t *testing.T) {
	d := newDesk(t)
	for _, key := range []string{"1", "2"} {
		d.wish(storage.Work{Kind: "fetch", Key: key, Due: d.now.Add(time.Hour)})
	}
	d.wish(storage.Work{Kind: refresh, Key: "1", Due: d.now.Add(time.Minute)})
	d.do(func(tx *storage.Tx) error { return tx.Hasten("fetch") })
	if due := d.due(); len(due) != 2 || due[0].Kind != "fetch" || due[1].Kind != "fetch" {
		t.Errorf("due is %+v", due)
	}
	d.counts(3, 0)
}

func TestTheLongestDueComesFirst(t *testing.T) {
	d := newDesk(t)
	for i, key := range []string{"c", "a", "b"} {
		d.wish(storage.Work{Kind: refresh, Key: key, Due: d.now.Add(-time.Duration(i) * time.Microsecond)})
	}
	view(t, d.s, func(tx *storage.Tx) error {
		due, err := tx.Due(d.now, 2)
		if len(due) != 2 || due[0].Key != "b" || due[1].Key != "a" {
			t.Errorf("due is %+v", due)
		}
		return err
	})
}

func TestAWorkerAsksForItsOwnKinds(t *testing.T) {
	d := newDesk(t)
	begin := d.now
	d.wish(storage.Work{Kind: "alert", Key: "1", Due: begin})
	d.wish(storage.Work{Kind: refresh, Key: "1", Due: begin.Add(time.Minute)})
	d.wish(storage.Work{Kind: "fetch", Key: "1", Due: begin.Add(time.Hour)})
	view(t, d.s, func(tx *storage.Tx) error {
		for _, c := range []struct {
			kinds []storage.WorkKind
			due   int
			next  time.Duration // 0: none
		}{
			{nil, 2, time.Hour},
			{[]storage.WorkKind{"alert"}, 1, 0},
			{[]storage.WorkKind{"fetch"}, 0, time.Hour},
			{[]storage.WorkKind{"fetch", refresh}, 1, time.Hour},
		} {
			now := begin.Add(time.Minute)
			due, err := tx.Due(now, 0, c.kinds...)
			if err != nil || len(due) != c.due {
				t.Errorf("%v: %d are due, %v; want %d", c.kinds, len(due), err, c.due)
			}
			next, any, err := tx.DueAfter(now, c.kinds...)
			if err != nil || any != (c.next > 0) || any && !next.Equal(begin.Add(c.next)) {
				t.Errorf("%v: the next is due at %v, %v, %v", c.kinds, next, any, err)
			}
		}
		if due, err := tx.Due(begin.Add(2*time.Hour), 1, "fetch"); err != nil || len(due) != 1 || due[0].Kind != "fetch" {
			t.Errorf("one row to fetch: %+v, %v", due, err)
		}
		return nil
	})
}
