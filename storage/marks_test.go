package storage_test

import (
	"slices"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// A list can be narrowed, put in the order of names, and divided by days.
func TestAListIsNarrowedOrderedByNameAndDividedByDays(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	day := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	update(t, s, func(tx *storage.Tx) error {
		for i, street := range []string{"9 Oak Rd", "1420 Sycamore Lane", "88 Harbor View", "10 Oak Rd"} {
			j := job.Job{
				ID: hover.JobID("10" + string(rune('1'+i))), State: hover.JobCompleted, Address: hover.Address{Line1: street},
				UpdatedAt: day.Add(-time.Duration(i*12) * time.Hour), CapturedBy: []string{"crew@roofing.example"},
			}
			if i == 2 {
				j.CapturedBy = []string{`a"b@roofing.example`, "ann@roofing.example"}
			}
			if err := tx.PutJob(j); err != nil {
				return err
			}
		}
		return nil
	})
	find := func(q storage.JobSearch) (f storage.FoundJobs) {
		t.Helper()
		q.Limit, q.Wanted = 10, func(hover.JobState) bool { return true }
		view(t, s, func(tx *storage.Tx) (err error) {
			f, err = tx.FindJobs(q)
			return err
		})
		return f
	}
	for story, c := range map[string]struct {
		q    storage.JobSearch
		want []hover.JobID
	}{
		"the latest first": {storage.JobSearch{}, []hover.JobID{"101", "102", "103", "104"}},
		"by name":          {storage.JobSearch{ByName: true}, []hover.JobID{"101", "104", "103", "102"}},
		"by name, a page":  {storage.JobSearch{ByName: true, From: 2}, []hover.JobID{"103", "102"}},
		"only some":        {storage.JobSearch{Only: map[hover.JobID]bool{"102": true, "104": true}}, []hover.JobID{"102", "104"}},
		"all but one":      {storage.JobSearch{Except: map[hover.JobID]bool{"102": true}}, []hover.JobID{"101", "103", "104"}},
		"of one person":    {storage.JobSearch{CapturedBy: "ann@roofing.example"}, []hover.JobID{"103"}},
		"of an odd one":    {storage.JobSearch{CapturedBy: `a"b@roofing.example`}, []hover.JobID{"103"}},
		"of nobody":        {storage.JobSearch{CapturedBy: "crew@roofing"}, nil},
		"by a note":        {storage.JobSearch{Search: "dumpster", Also: map[hover.JobID]string{"104": " needs dumpster "}}, []hover.JobID{"104"}},
		"note and street":  {storage.JobSearch{Search: "oak dump", Also: map[hover.JobID]string{"104": " needs dumpster "}}, []hover.JobID{"104"}},
	} {
		if got := find(c.q); !slices.Equal(got.IDs, c.want) || got.Len-c.q.From != len(c.want) {
			t.Errorf("%s: %v of %d, want %v", story, got.IDs, got.Len, c.want)
		}
	}
	if got := find(storage.JobSearch{Since: []time.Time{day.Add(time.Hour), day, day.Add(-24 * time.Hour), day.AddDate(0, -1, 0)}}); !slices.Equal(got.Since, []int{0, 1, 3, 4}) {
		t.Errorf("divided at %v", got.Since)
	}
}

func TestDocumentsAreListedByHowTheirKeysBegin(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	update(t, s, func(tx *storage.Tx) error {
		for _, key := range []string{"mark/2", "mark/1", "marl", "desk/window"} {
			if err := tx.PutDoc(key, key); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(tx *storage.Tx) error {
		var keys []string
		for key, value := range tx.Docs("mark/") {
			keys = append(keys, key+string(value))
		}
		if want := []string{`mark/1"mark/1"`, `mark/2"mark/2"`}; !slices.Equal(keys, want) {
			t.Errorf("listed %q", keys)
		}
		return nil
	})
}
