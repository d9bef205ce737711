package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// jobIDs lists the ids of the jobs that q selects.
func jobIDs(t testing.TB, s *storage.Store, q storage.JobQuery) (ids []hover.JobID) {
	t.Helper()
	view(t, s, func(tx *storage.Tx) error {
		for j, err := range tx.Jobs(q) {
			if err != nil {
				return err
			}
			ids = append(ids, j.ID)
		}
		return nil
	})
	return ids
}

func TestTheLastUpdatedJobComesFirst(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	day := newClock().now
	put := func(id hover.JobID, updated time.Time, state hover.JobState) {
		update(t, s, func(tx *storage.Tx) error {
			return tx.PutJob(job.Job{ID: id, UpdatedAt: updated, State: state})
		})
	}
	put("1", day, hover.JobWorking)
	put("2", day.Add(time.Second), hover.JobCompleted)
	put("3", day.Add(-time.Second), hover.JobWorking)
	put("4", time.Time{}, "stuck_in_the_attic")
	put("5", time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC), hover.JobFailed)
	for _, c := range []struct {
		q    storage.JobQuery
		want []hover.JobID
	}{
		{storage.JobQuery{}, []hover.JobID{"5", "2", "1", "3", "4"}},
		{storage.JobQuery{Limit: 2}, []hover.JobID{"5", "2"}},
		{storage.JobQuery{State: hover.JobWorking}, []hover.JobID{"1", "3"}},
		{storage.JobQuery{State: "stuck_in_the_attic"}, []hover.JobID{"4"}},
		{storage.JobQuery{State: "stuck"}, nil},
	} {
		if got := jobIDs(t, s, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.q, got, c.want)
		}
	}
	put("3", day.Add(time.Minute), hover.JobCompleted)
	if got := jobIDs(t, s, storage.JobQuery{State: hover.JobCompleted}); !slices.Equal(got, []hover.JobID{"3", "2"}) {
		t.Errorf("after an update: %v", got)
	}
}

func TestJobsAreFoundByWhatPeopleRemember(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	update(t, s, func(tx *storage.Tx) error {
		for _, j := range []job.Job{
			{
				ID: "48151623", Name: "The Ölberg Residence", ExternalID: "PO-77/B",
				Address:  hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
				Customer: hover.Customer{Name: "Dana Ölberg", Email: "dana@example.com", Phone: "317-555-0100"},
			},
			{ID: "2", Name: "Garage"},
		} {
			if err := tx.PutJob(j); err != nil {
				return err
			}
		}
		return nil
	})
	for _, found := range []string{
		"ölberg res", "ÖLBERG", "sycamore", "lane, carmel in 46033", "Dana", "dana@EXAMPLE", "555-01", "po-77", "1516", " Carmel ", "po-77/b\n", "carmel in sycamore", "Residence Dana",
	} {
		if got := jobIDs(t, s, storage.JobQuery{Search: found}); !slices.Equal(got, []hover.JobID{"48151623"}) {
			t.Errorf("%q finds %v", found, got)
		}
	}
	for _, lost := range []string{"residence1420", "carmel garage", "sycamore blvd"} {
		if got := jobIDs(t, s, storage.JobQuery{Search: lost}); len(got) != 0 {
			t.Errorf("%q finds %v", lost, got)
		}
	}
}

func TestAJobThatCouldNotBeReadBackIsRefused(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	for _, id := range []hover.JobID{"", "a b", "\xff", hover.JobID(make([]byte, 500))} {
		if err := s.Update(t.Context(), func(tx *storage.Tx) error { return tx.PutJob(job.Job{ID: id}) }); err == nil {
			t.Errorf("stored a job with the id %.20q", id)
		}
	}
}

func TestRowsMayBeWrittenWhileTheyAreListed(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	day := newClock().now
	const n = 500
	update(t, s, func(tx *storage.Tx) error {
		for i := range n {
			j := job.Job{ID: hover.JobID(fmt.Sprint(i)), UpdatedAt: day.Add(time.Duration(i) * time.Second)}
			if err := tx.PutJob(j); err != nil {
				return err
			}
			if err := tx.Enqueue(storage.Work{Kind: "refresh", Key: fmt.Sprintf("%04d", i), Due: day}); err != nil {
				return err
			}
			if _, err := tx.Append(storage.Event{Body: fmt.Append(nil, i)}); err != nil {
				return err
			}
		}
		return nil
	})
	storagetest.Read(t, s)
	update(t, s, func(tx *storage.Tx) error {
		seen := 0
		for j, err := range tx.Jobs(storage.JobQuery{}) {
			if err != nil {
				return err
			}
			j.UpdatedAt = j.UpdatedAt.Add(n * time.Hour) // moves behind us, to the front
			if err := tx.PutJob(j); err != nil {
				return err
			}
			seen++
		}
		if seen != n {
			t.Errorf("saw %d of %d jobs", seen, n)
		}
		pruned, err := tx.Prune(time.Now().Add(time.Hour), time.Now(), n+1)
		if pruned != n {
			t.Errorf("pruned %d of %d events", pruned, n)
		}
		for range tx.Events(storage.EventQuery{Newest: true}) {
			t.Error("a pruned event is listed")
		}
		return err
	})
}

func TestInvitationsAreListedNewestFirst(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	day := newClock().now
	update(t, s, func(tx *storage.Tx) error {
		for i, id := range []hover.CaptureRequestID{"9", "10", "11"} {
			if err := tx.PutInvitation(job.Invitation{ID: id, CreatedAt: day.Add(time.Duration(i%2) * time.Hour), Name: "n"}); err != nil {
				return err
			}
		}
		return tx.PutInvitation(job.Invitation{ID: "9", CreatedAt: day.Add(2 * time.Hour), Name: "changed"})
	})
	view(t, s, func(tx *storage.Tx) error {
		var ids []hover.CaptureRequestID
		for i, err := range tx.Invitations() {
			if err != nil {
				return err
			}
			ids = append(ids, i.ID)
		}
		if !slices.Equal(ids, []hover.CaptureRequestID{"9", "10", "11"}) {
			t.Errorf("listed as %v", ids)
		}
		i, known, err := tx.Invitation("9")
		if !known || i.Name != "changed" {
			t.Errorf("9 is %+v, %v", i, known)
		}
		return err
	})
}

func TestOneHappeningIsOneAlert(t *testing.T) {
	c := newClock()
	s := storagetest.Open(t, storage.Options{Now: c.Now})
	add := func(key string) (a job.Alert, added bool) {
		update(t, s, func(tx *storage.Tx) (err error) {
			a, added, err = tx.AddAlert(job.Alert{Key: key, Kind: job.Completed, Title: say.Words("title")})
			return err
		})
		return a, added
	}
	first, added := add("1/completed/0")
	if !added || first.ID != 1 || !first.At.Equal(c.now) {
		t.Errorf("first: %+v, %v", first, added)
	}
	c.pass(time.Hour)
	if again, added := add("1/completed/0"); added || !same(again, first) {
		t.Errorf("again: %+v, %v", again, added)
	}
	if _, added := add(""); !added {
		t.Error("a summary was taken for another")
	}
	if a, added := add(""); !added || a.ID != 3 {
		t.Errorf("a second summary: %+v, %v", a, added)
	}
	first.ReadAt, first.Key, first.Title = c.now, "mistaken", say.Words("changed")
	update(t, s, func(tx *storage.Tx) error { return tx.PutAlert(first) })
	list := func(q storage.AlertQuery) (ids []uint64) {
		view(t, s, func(tx *storage.Tx) error {
			for a, err := range tx.Alerts(q) {
				if err != nil {
					return err
				}
				ids = append(ids, a.ID)
			}
			return nil
		})
		return ids
	}
	for _, c := range []struct {
		q    storage.AlertQuery
		want []uint64
	}{
		{storage.AlertQuery{}, []uint64{1, 2, 3}},
		{storage.AlertQuery{Newest: true, Limit: 2}, []uint64{3, 2}},
		{storage.AlertQuery{Newest: true, Before: 2}, []uint64{1}},
		{storage.AlertQuery{After: 1}, []uint64{2, 3}},
		{storage.AlertQuery{Unread: true}, []uint64{2, 3}},
	} {
		if got := list(c.q); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.q, got, c.want)
		}
	}
	if a, added := add("1/completed/0"); added || a.Title.String() != "changed" {
		t.Errorf("after it was read: %+v, %v", a, added)
	}
	view(t, s, func(tx *storage.Tx) error {
		n, err := tx.UnreadAlerts()
		if n != 2 {
			t.Errorf("%d are unread, want 2", n)
		}
		return err
	})
	first.ReadAt = time.Time{}
	update(t, s, func(tx *storage.Tx) error { return tx.PutAlert(first) })
	if got := list(storage.AlertQuery{Unread: true}); !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("after it was marked unread: %v", got)
	}
	if err := s.Update(t.Context(), func(tx *storage.Tx) error { return tx.PutAlert(job.Alert{ID: 99}) }); err == nil {
		t.Error("changed an alert that does not exist")
	}
}

func TestAJobsFilesAreItsOwn(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	put := func(f storage.File) {
		update(t, s, func(tx *storage.Tx) error { return tx.PutFile(f) })
	}
	put(storage.File{Job: "1", Model: "5", Key: "pdf", State: storage.FileWaiting, Reason: "404"})
	put(storage.File{Job: "1", Model: "5", Key: "wireframe/top", State: storage.FileReady})
	put(storage.File{Job: "15", Key: "pdf", State: storage.FileReady})
	saved := storage.File{
		Job: "1", Model: "5", Key: "pdf", State: storage.FileSaved, Path: "/a b.pdf", SHA256: "00", Size: 7, SavedAt: newClock().now,
	}
	put(saved)
	view(t, s, func(tx *storage.Tx) error {
		files, err := tx.Files("1")
		if len(files) != 2 || files[0] != saved || files[1].Key != "wireframe/top" {
			t.Errorf("job 1 has %+v", files)
		}
		if err != nil {
			return err
		}
		f, known, err := tx.File("1", "5", "pdf")
		if !known || f != saved {
			t.Errorf("the PDF is %+v, %v", f, known)
		}
		return err
	})
}

func TestSettingsAndDocuments(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	type cursor struct{ At time.Time }
	stored := cursor{newClock().now}
	update(t, s, func(tx *storage.Tx) error {
		for key, value := range map[string]string{"quiet": "22-6", "empty": "", "gone": "x"} {
			if err := tx.PutSetting(key, value); err != nil {
				return err
			}
		}
		if err := tx.DeleteSetting("gone"); err != nil {
			return err
		}
		return tx.PutDoc("catch-up", stored)
	})
	view(t, s, func(tx *storage.Tx) error {
		if got := tx.Settings(); !same(got, map[string]string{"quiet": "22-6", "empty": ""}) {
			t.Errorf("settings are %v", got)
		}
		if v, set := tx.Setting("empty"); v != "" || !set {
			t.Errorf("an empty setting is %q, %v", v, set)
		}
		if _, set := tx.Setting("gone"); set {
			t.Error("a deleted setting is set")
		}
		got := cursor{}
		if there, err := tx.Doc("catch-up", &got); !there || err != nil || got != stored {
			t.Errorf("the document is %v, %v, %v", got, there, err)
		}
		if there, err := tx.Doc("none", &got); there || err != nil || got != stored {
			t.Errorf("a document that is not there: %v, %v, %v", got, there, err)
		}
		return nil
	})
	update(t, s, func(tx *storage.Tx) error { return tx.DeleteDoc("catch-up") })
	view(t, s, func(tx *storage.Tx) error {
		if there, _ := tx.Doc("catch-up", &cursor{}); there {
			t.Error("a deleted document is there")
		}
		return nil
	})
}
