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
	for _, search := range []string{"", " ", "sycamore", "ÖLBERG", "99", "9912", "12 mill", "nobody"} {
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
				found, counts, err := tx.FindJobs(search, func(s hover.JobState) bool { return wanted == "any" || s == wanted })
				if !slices.Equal(found, want) {
					t.Errorf("%q, %s: %d jobs, want %d: %v, want %v", search, wanted, len(found), len(want), found, want)
				}
				if !maps.Equal(counts, count) {
					t.Errorf("%q, %s: counted %v, want %v", search, wanted, counts, count)
				}
				return err
			})
		}
	}
}
