package storage_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// Whatever is typed, the search box finds what the list finds, in its order, and
// counts all that match, wanted or not.
func TestTheSearchBoxFindsWhatTheListFinds(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	random := rand.New(rand.NewPCG(1, 2))
	streets := []string{"Sycamore Lane", "Mill Street", "Cedar Ct", "Ölberg Weg"}
	states := []hover.JobState{hover.JobWorking, hover.JobCompleted, hover.JobFailed, "stuck_in_the_attic", ""}
	update(t, s, func(tx *storage.Tx) error {
		for i := range 500 {
			j := job.Job{
				ID: hover.JobID(strings.Repeat("9", 1+i%5) + fmt.Sprint(i)), State: states[random.IntN(len(states))],
				Address:   hover.Address{Line1: fmt.Sprint(i, " ", streets[random.IntN(len(streets))])},
				UpdatedAt: time.Unix(random.Int64N(100), 0),
			}
			if err := tx.PutJob(j); err != nil {
				return err
			}
		}
		return nil
	})
	for _, search := range []string{"", " ", "sycamore", "ÖLBERG", "99", "9912", "12 mill", "mill 12", "olberg", "nobody"} {
		for _, wanted := range append([]hover.JobState{"any"}, states...) {
			var want []hover.JobID
			count := map[hover.JobState]int{}
			view(t, s, func(tx *storage.Tx) error {
				for j, err := range tx.Jobs(storage.JobQuery{Search: search}) {
					if err != nil {
						return err
					}
					if count[j.State]++; wanted == "any" || j.State == wanted {
						want = append(want, j.ID)
					}
				}
				q := storage.JobSearch{Search: search, Wanted: func(s hover.JobState) bool { return wanted == "any" || s == wanted }, Limit: 30}
				for q.From = 0; ; q.From += q.Limit {
					found, err := tx.FindJobs(q)
					if err != nil {
						return err
					}
					page := want[min(q.From, len(want)):min(q.From+q.Limit, len(want))]
					if !slices.Equal(found.IDs, page) || found.From != q.From || found.Len != len(want) {
						t.Errorf("%q, %s, from %d: %+v, want %v of %d", search, wanted, q.From, found, page, len(want))
					}
					if !maps.Equal(found.States, count) {
						t.Errorf("%q, %s: counted %v, want %v", search, wanted, found.States, count)
					}
					if q.From >= len(want) {
						break
					}
				}
				for at, id := range want {
					q.From, q.Around = 0, id
					found, err := tx.FindJobs(q)
					if err != nil || !slices.Contains(found.IDs, id) || len(found.IDs) != min(q.Limit, len(want)-found.From) || want[found.From] != found.IDs[0] {
						t.Errorf("%q, %s, around the job at %d: %+v, %v", search, wanted, at, found, err)
					}
				}
				return nil
			})
		}
	}
}

// A search sees what was committed before it began, and nothing else, though the list
// is kept in memory between two of them.
func TestASearchSeesEveryChangeOfTheList(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	s.ListInBlocks(4)
	random := rand.New(rand.NewPCG(3, 4))
	states := []hover.JobState{hover.JobWorking, hover.JobCompleted, hover.JobFailed}
	change := func(tx *storage.Tx) error {
		i := random.IntN(40)
		return tx.PutJob(job.Job{
			ID: hover.JobID(fmt.Sprint(100 + i)), State: states[random.IntN(len(states))],
			Address:   hover.Address{Line1: fmt.Sprint(random.IntN(3), " Mill Street")},
			UpdatedAt: time.Unix(random.Int64N(50), 0), ExternalID: fmt.Sprint("n", random.IntN(2)),
		})
	}
	look := func(what string, tx *storage.Tx) {
		t.Helper()
		for _, search := range []string{"", "1 mill", "n1", "100"} {
			var want []hover.JobID
			count := map[hover.JobState]int{}
			for j, err := range tx.Jobs(storage.JobQuery{Search: search}) {
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, j.ID)
				count[j.State]++
			}
			found, err := tx.FindJobs(storage.JobSearch{Search: search, Wanted: func(hover.JobState) bool { return true }, Limit: 100})
			if err != nil || !slices.Equal(found.IDs, want) || !maps.Equal(found.States, count) {
				t.Fatalf("%s: %q finds %+v, want %v, %v (%v)", what, search, found, want, count, err)
			}
		}
	}
	failed := errors.New("it is taken back")
	for range 200 {
		_ = s.Update(t.Context(), func(tx *storage.Tx) error {
			for range 1 + random.IntN(3) {
				if err := change(tx); err != nil {
					return err
				}
			}
			look("within a change", tx)
			if random.IntN(4) == 0 {
				return failed
			}
			return nil
		})
		view(t, s, func(tx *storage.Tx) error { look("after it", tx); return nil })
	}
	update(t, s, func(tx *storage.Tx) error {
		for range 2000 {
			if err := change(tx); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(tx *storage.Tx) error { look("after a thousand changes", tx); return nil })
	view(t, s, func(tx *storage.Tx) error {
		update(t, s, change)
		look("beside a change", tx) // of the time before
		return nil
	})
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	update(t, s, change)
	view(t, s, func(tx *storage.Tx) error { look("of a file that was rewritten", tx); return nil })
}

func TestTheListIsNotKeptInMemoryForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storagetest.Open(t, storage.Options{})
		search := func() {
			view(t, s, func(tx *storage.Tx) error {
				_, err := tx.FindJobs(storage.JobSearch{Wanted: func(hover.JobState) bool { return true }})
				return err
			})
		}
		search()
		if !s.ListInMemory() {
			t.Error("a search keeps nothing for the next key")
		}
		time.Sleep(2 * time.Minute) // sleep: the bubble's clock
		if s.ListInMemory() {
			t.Error("the list stays in memory")
		}
	})
}
