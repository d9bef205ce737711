package storage_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"

	bolt "go.etcd.io/bbolt"
)

// BenchmarkWriters compares how many 1 KB values a second reach the disk by the
// store's group commit, by one commit each, and by bbolt's Batch.
//
//	go test -run '^$' -bench Writers -benchtime 1s ./storage
func BenchmarkWriters(b *testing.B) {
	value := make([]byte, 1<<10)
	put := func(tx *bolt.Tx, n uint64) error {
		return tx.Bucket([]byte("b")).Put(fmt.Appendf(nil, "%016x", n), value)
	}
	ways := map[string]func(b *testing.B) (write func(n uint64) error){
		"append": func(b *testing.B) func(uint64) error {
			s, err := storage.Open(filepath.Join(b.TempDir(), "dormer.db"), storage.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { s.Close() })
			return func(n uint64) error {
				_, err := s.Append(b.Context(), storage.Event{Job: "1", Name: "n", Body: fmt.Appendf(nil, "%016x%s", n, value)})
				return err
			}
		},
		"group": func(b *testing.B) func(uint64) error {
			s, err := storage.Open(filepath.Join(b.TempDir(), "dormer.db"), storage.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { s.Close() })
			text := string(value)
			return func(n uint64) error {
				return s.Update(b.Context(), func(tx *storage.Tx) error { return tx.PutSetting(fmt.Sprintf("%016x", n), text) })
			}
		},
		"update": func(b *testing.B) func(uint64) error {
			db := openBolt(b)
			return func(n uint64) error { return db.Update(func(tx *bolt.Tx) error { return put(tx, n) }) }
		},
		"batch": func(b *testing.B) func(uint64) error {
			db := openBolt(b)
			return func(n uint64) error { return db.Batch(func(tx *bolt.Tx) error { return put(tx, n) }) }
		},
	}
	for _, writers := range []int{1, 16, 64, 256} {
		for _, way := range []string{"append", "group", "update", "batch"} {
			b.Run(fmt.Sprintf("%s/%d", way, writers), func(b *testing.B) {
				write := ways[way](b)
				var next atomic.Uint64
				var wg sync.WaitGroup
				b.ResetTimer()
				for range writers {
					wg.Go(func() {
						for n := next.Add(1); n <= uint64(b.N); n = next.Add(1) {
							if err := write(n); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
			})
		}
	}
}

func openBolt(b *testing.B) *bolt.DB {
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bolt.db"), 0o600, nil)
	if err == nil {
		err = db.Update(func(tx *bolt.Tx) error {
			_, err := tx.CreateBucket([]byte("b"))
			return err
		})
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

// BenchmarkSearch looks for one job, for none, and for all, among 100,000.
func BenchmarkSearch(b *testing.B) {
	s, err := storage.Open(filepath.Join(b.TempDir(), "dormer.db"), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	const n = 100_000
	for at := 0; at < n; at += n / 10 {
		update(b, s, func(tx *storage.Tx) error {
			for i := at; i < at+n/10; i++ {
				j := job.Job{
					ID: hover.JobID(fmt.Sprint(1_000_000 + i)), Name: fmt.Sprintf("Residence %d", i), State: hover.JobCompleted,
					Address:   hover.Address{Line1: fmt.Sprintf("%d Sycamore Lane", i), City: "Carmel", Region: "IN", PostalCode: "46033"},
					Customer:  hover.Customer{Name: "Dana Oelberg", Email: "dana@example.com"},
					UpdatedAt: time.Unix(int64(i), 0),
				}
				if err := tx.PutJob(j); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for name, search := range map[string]string{"oldest": "residence 0", "none": "nobody lives here", "all": "carmel"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				jobIDs(b, s, storage.JobQuery{Search: search, Limit: 50})
			}
		})
	}
	// As the search box asks: all that match, counted by their states.
	for name, search := range map[string]string{"empty": "", "none": "nobody lives here", "some": "residence 99", "all": "carmel", "words": "n sycamore lane residence"} {
		b.Run("box/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				view(b, s, func(tx *storage.Tx) error {
					_, err := tx.FindJobs(storage.JobSearch{Search: search, Wanted: func(hover.JobState) bool { return true }, Limit: 100})
					return err
				})
			}
		})
	}
}
