package storage_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// BenchmarkAMillionEvents compares a large database with a small one: opening
// it, and reading all that a job's page shows.
//
//	go test -run '^$' -bench AMillion ./storage
func BenchmarkAMillionEvents(b *testing.B) {
	dir := b.TempDir()
	for _, events := range []int{0, 1_000, 1_000_000} {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", events))
		began := time.Now()
		storagetest.Fill(b, path, events)
		b.Logf("%d events: built in %s", events, time.Since(began).Round(time.Millisecond))
		b.Run(fmt.Sprintf("open/%d", events), func(b *testing.B) {
			for b.Loop() {
				if ok, err := storage.ClosedInOrder(path); err != nil || !ok {
					b.Fatal(ok, err)
				}
				s, err := storage.Open(path, storage.Options{})
				if err != nil {
					b.Fatal(err)
				}
				view(b, s, func(tx *storage.Tx) error {
					_, err := tx.Counts()
					return err
				})
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
		if events == 0 {
			continue
		}
		s, err := storage.Open(path, storage.Options{ReadOnly: true})
		if err != nil {
			b.Fatal(err)
		}
		jobs := events / storagetest.EventsEach
		look := func(n int) {
			id := storagetest.JobID(n * 7919 % jobs)
			if read := page(b, s, id); read != 50 {
				b.Fatalf("job %s has %d events", id, read)
			}
		}
		began = time.Now()
		for n := range jobs {
			look(n)
		}
		b.Logf("%d events: a page that is read for the first time, and mapped by that: %s", events, time.Since(began)/time.Duration(jobs))
		// The same number of jobs from each, or the caches of the processor would
		// be what is compared.
		for _, jobs := range []int{10, jobs} {
			b.Run(fmt.Sprintf("page/%d/of %d jobs", events, jobs), func(b *testing.B) {
				for n := 0; b.Loop(); n++ {
					look(n % jobs)
				}
			})
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
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
