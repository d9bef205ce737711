package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"

	bolt "go.etcd.io/bbolt"
)

// A storm is read in large batches, in which a job or a work is read and written once.
// What is left is, to the last row, what events that are read one by one leave.
func TestABatchLeavesWhatOneAtATimeLeaves(t *testing.T) {
	const n = 1500 // the index of so many is not written at once
	at := time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC)
	var received []storage.Event
	random := rand.New(rand.NewPCG(11, 2026))
	for i := range n {
		e := storage.Event{
			ReceivedAt: at.Add(time.Duration(i) * time.Second), Name: hover.EventName(fmt.Sprint("n", random.IntN(3))),
			Job: hover.JobID(fmt.Sprint(100 + random.IntN(40))), Body: fmt.Append(nil, random.IntN(n)),
		}
		switch e.State = fmt.Sprint(random.IntN(9)); {
		case i == n-2, i%400 == 399:
			e.State = "bad"
		case i%97 == 0:
			e.ReceivedAt = e.ReceivedAt.Add(-48 * time.Hour) // the clock was set
		}
		received = append(received, e)
	}
	fold := func(tx *storage.Tx, e storage.Event) error {
		j, known, err := tx.Job(e.Job)
		if err != nil {
			return err
		}
		work := storage.Work{Kind: "ask", Key: e.Job.String()}
		switch e.State {
		case "0": // it is asked already, perhaps
			w, ok, err := tx.Work(work.Kind, work.Key)
			if err != nil || !ok {
				return err
			}
			return tx.Finish(w)
		case "1":
			w, ok, err := tx.Work(work.Kind, work.Key)
			if err != nil || !ok {
				return err
			}
			return tx.Bury(w, "no")
		case "2":
			return tx.PutInvitation(job.Invitation{ID: hover.CaptureRequestID(e.Job), Name: e.State, Seq: e.Seq})
		}
		if known && e.Duplicate {
			return tx.Enqueue(work)
		}
		j.ID, j.State, j.UpdatedAt, j.Seq = e.Job, hover.JobState(e.State), e.ReceivedAt, e.Seq
		j.History = append(j.History[:len(j.History):len(j.History)], job.Step{State: j.State, At: e.ReceivedAt})
		if err := errors.Join(tx.PutJob(j), tx.Enqueue(work)); err != nil {
			return err
		}
		if e.State == "bad" {
			return errors.New("cannot fold this")
		}
		return nil
	}
	left := func(limit int) map[string]string {
		s := storagetest.Open(t, storage.Options{
			Fold: fold, Now: func() time.Time { return at }, Installation: "0123456789abcdef0123456789abcdef",
			SetAside: func(tx *storage.Tx, e storage.Event, _ error) error {
				return tx.Enqueue(storage.Work{Kind: "aside", Key: fmt.Sprint(e.Seq)})
			},
		})
		s.SkipSync() // one by one, that is long
		update(t, s, func(tx *storage.Tx) error {
			for _, e := range received {
				if _, err := tx.Append(e); err != nil {
					return err
				}
			}
			return nil
		})
		for read := []storage.Event{{}}; len(read) > 0; {
			var err error
			if read, err = s.Read(t.Context(), limit, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		rows := map[string]string{}
		err := s.Bolt(func(tx *bolt.Tx) error {
			return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
				return b.ForEach(func(k, v []byte) error {
					rows[fmt.Sprintf("%s %q", name, k)] = string(v)
					return nil
				})
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	want := left(1)
	for _, limit := range []int{7, n} {
		got := left(limit)
		for row, v := range want {
			if got[row] != v {
				t.Errorf("%d at a time, %s: %.200q, want %.200q", limit, row, got[row], v)
			}
		}
		for row := range got {
			if _, ok := want[row]; !ok {
				t.Errorf("%d at a time, %s is too many", limit, row)
			}
		}
	}
}
