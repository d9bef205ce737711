package storage_test

import (
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// A paper is kept without a job, and stands with a job's others once it has one.
func TestPapersStandAtTheJobThatTheyAreOf(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	total := 1497.2
	list := storage.Paper{Kind: "materials", ID: "55643", Title: "Siding", Total: &total, HeardAt: time.Unix(1, 0).UTC()}
	of := func(job hover.JobID) (ids []string) {
		view(t, s, func(tx *storage.Tx) error {
			all, err := tx.Papers(job)
			for _, p := range all {
				ids = append(ids, p.Ref())
			}
			return err
		})
		return ids
	}
	put := func(p storage.Paper) {
		t.Helper()
		update(t, s, func(tx *storage.Tx) error { return tx.PutPaper(p) })
	}
	put(list)
	put(storage.Paper{Kind: "order", ID: "cab84a4c", Job: "7"})
	if of("7")[0] != "order/cab84a4c" || len(of("42")) != 0 {
		t.Errorf("at first: %v, %v", of("7"), of("42"))
	}
	list.Job = "42"
	put(list)
	put(list)
	if got := of("42"); len(got) != 1 || got[0] != "materials/55643" {
		t.Errorf("of job 42: %v", got)
	}
	list.Job = "7"
	put(list)
	if got := of("7"); len(got) != 2 || len(of("42")) != 0 {
		t.Errorf("after it has moved: %v, %v", got, of("42"))
	}
	list.Job = ""
	put(list)
	if got := of("7"); len(got) != 1 {
		t.Errorf("after it has left: %v", got)
	}
	update(t, s, func(tx *storage.Tx) error { return tx.PutPaperReply("materials", "55643", []byte(`{"name":"Siding"}`)) })
	view(t, s, func(tx *storage.Tx) error {
		if p, ok, err := tx.Paper("materials", "55643"); err != nil || !ok || !same(p, list) {
			t.Errorf("%+v, %v, %v", p, ok, err)
		}
		if _, ok, err := tx.Paper("materials", "55644"); err != nil || ok {
			t.Errorf("one that is not there: %v, %v", ok, err)
		}
		if b := string(tx.PaperReply("materials", "55643")); b != `{"name":"Siding"}` {
			t.Errorf("the reply is %s", b)
		}
		if b := tx.PaperReply("order", "cab84a4c"); b != nil {
			t.Errorf("the order's is %s", b)
		}
		return nil
	})
	update(t, s, func(tx *storage.Tx) error {
		for _, p := range []storage.Paper{{Kind: "order"}, {ID: "1"}, {Kind: "order", ID: "1", Job: "a b"}} {
			if tx.PutPaper(p) == nil {
				t.Errorf("stored: %+v", p)
			}
		}
		return nil
	})
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}
