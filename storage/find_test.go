package storage_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
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
