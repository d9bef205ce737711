package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
)

// EventsEach is how many events each job has in a filled store.
const EventsEach = 100

// JobID gives the id of the nth job, from 0, of a filled store.
func JobID(n int) hover.JobID { return hover.JobID(strconv.Itoa(1_000_000 + n)) }

// Fill makes a store at path with n events as Hover sends them, of one job for
// every EventsEach of them, finished a month ago, and closes it.
func Fill(t testing.TB, path string, n int) {
	t.Helper()
	s, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const batch = 20_000
	at := time.Now().AddDate(0, -1, 0)
	for from := 0; from < n && err == nil; from += batch {
		err = s.Update(context.Background(), func(tx *storage.Tx) error {
			for i := from; i < min(from+batch, n); i++ {
				if err := fillOne(tx, i, at); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for read := []storage.Event{{}}; err == nil && len(read) > 0; {
		read, err = s.Read(context.Background(), batch, nil)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}

func fillOne(tx *storage.Tx, i int, at time.Time) error {
	id := JobID(i / EventsEach)
	_, err := tx.Append(storage.Event{
		ReceivedAt: at.Add(time.Duration(i) * time.Millisecond), Name: hover.EventJobStateV2, Job: id, State: "completed",
		Webhook: "4711",
		Verdict: hover.VerdictSigned, Reading: "sha256 path text sent", Path: "/hover/0123456789abcdef0123456789abcdef",
		Header: map[string]string{"Content-Type": "application/json", "Date": at.Format(time.RFC1123), "User-Agent": "Hover"},
		Body: fmt.Appendf(nil,
			`{"event":"job-state-changed-v2","job_id":%s,"state":"completed","webhook_id":4711,"external_identifier":"PO-%08d"}`, id, i),
	})
	if err != nil || i%EventsEach != 0 {
		return err
	}
	return tx.PutJob(job.Job{
		ID: id, Name: "Residence " + id.String(), State: hover.JobCompleted,
		UpdatedAt: at.Add(time.Duration(i) * time.Millisecond), Confirmed: at,
		Address:    hover.Address{Line1: strconv.Itoa(i) + " Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
		Structures: []job.Structure{{ID: hover.ModelID(id), Name: "House", State: hover.ModelCompleted}},
	})
}
