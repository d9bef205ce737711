package storage_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// BenchmarkAMillionEvents compares a large database with a small one: opening
// it, and reading all that a job's page shows. The two are read in turn, and the
// medians compared: whatever else the machine does troubles both.
//
//	go test -run '^$' -bench AMillion ./storage
func BenchmarkAMillionEvents(b *testing.B) {
	sizes := []int{1_000, 1_000_000}
	var paths []string
	for _, events := range sizes {
		paths = append(paths, filepath.Join(b.TempDir(), "dormer.db"))
		storagetest.Fill(b, paths[len(paths)-1], events)
	}
	inTurn := func(b *testing.B, do func(which, n int)) {
		took := make([][]time.Duration, len(sizes))
		for n := 0; b.Loop(); n++ {
			for which := range sizes {
				began := time.Now()
				do(which, n)
				took[which] = append(took[which], time.Since(began))
			}
		}
		var medians []float64
		for which, all := range took {
			slices.Sort(all)
			medians = append(medians, float64(all[len(all)/2].Nanoseconds())/1000)
			b.ReportMetric(medians[which], fmt.Sprintf("µs/%d", sizes[which]))
		}
		b.ReportMetric(medians[1]/medians[0], "ratio")
		b.ReportMetric(0, "ns/op")
	}
	b.Run("open", func(b *testing.B) {
		inTurn(b, func(which, _ int) {
			if ok, err := storage.ClosedInOrder(paths[which]); err != nil || !ok {
				b.Fatal(ok, err)
			}
			s, err := storage.Open(paths[which], storage.Options{})
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		})
	})
	// The same number of jobs from each, or the caches of the processor would be
	// what is compared.
	const jobs = 10
	b.Run("page", func(b *testing.B) {
		var stores []*storage.Store
		for _, path := range paths {
			s, err := storage.Open(path, storage.Options{ReadOnly: true})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			stores = append(stores, s)
		}
		inTurn(b, func(which, n int) {
			all := sizes[which] / storagetest.EventsEach
			id := storagetest.JobID(n % jobs * (all / jobs))
			if read := page(b, stores[which], id); read != 50 {
				b.Fatalf("job %s has %d events", id, read)
			}
		})
	})
}

// page reads what a job's page shows: the job, its files and its newest events.
func page(b *testing.B, s *storage.Store, id hover.JobID) (events int) {
	view(b, s, func(tx *storage.Tx) error {
		var j job.Job
		j, ok, err := tx.Job(id)
		if err != nil || !ok || j.ID != id {
			return fmt.Errorf("job %s: %v, %w", id, ok, err)
		}
		if _, err := tx.Files(id); err != nil {
			return err
		}
		for _, err := range tx.Events(storage.EventQuery{Job: id, Newest: true, Limit: 50}) {
			if err != nil {
				return err
			}
			events++
		}
		return nil
	})
	return events
}
