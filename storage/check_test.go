package storage_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"dormer/storage"

	bolt "go.etcd.io/bbolt"
)

// TestTheCheckNoticesDisorder breaks every rule once: a check that finds
// nothing is worth what it would have found.
func TestTheCheckNoticesDisorder(t *testing.T) {
	first := func(tx *bolt.Tx, bucket string) (*bolt.Bucket, []byte, []byte) {
		b := tx.Bucket([]byte(bucket))
		k, v := b.Cursor().First()
		return b, append([]byte(nil), k...), append([]byte(nil), v...)
	}
	type breaking struct {
		does string
		fn   func(tx *bolt.Tx) error
	}
	var all []breaking
	for _, bucket := range []string{
		"events", "events.job", "events.name", "events.twice", "quarantine", "jobs", "jobs.list",
		"work", "work.due", "work.dead", "alerts", "alerts.key", "alerts.new",
	} {
		all = append(all,
			breaking{"loses a row of " + bucket, func(tx *bolt.Tx) error {
				b, k, _ := first(tx, bucket)
				return b.Delete(k)
			}},
			breaking{"moves a row of " + bucket, func(tx *bolt.Tx) error {
				b, k, v := first(tx, bucket)
				if err := b.Delete(k); err != nil {
					return err
				}
				k[len(k)-1] ^= 0x80
				return b.Put(k, v)
			}})
		if bucket != "quarantine" {
			all = append(all, breaking{"has one row more in " + bucket, func(tx *bolt.Tx) error {
				b, k, v := first(tx, bucket)
				return b.Put(append(k, "more"...), v)
			}})
		}
	}
	for _, bucket := range []string{"events", "quarantine", "jobs", "work", "alerts", "invitations", "files", "docs"} {
		all = append(all, breaking{"garbles a row of " + bucket, func(tx *bolt.Tx) error {
			b, k, _ := first(tx, bucket)
			return b.Put(k, []byte("{garbled"))
		}})
	}
	for _, bucket := range []string{"invitations", "files"} {
		all = append(all, breaking{"copies a row of " + bucket, func(tx *bolt.Tx) error {
			b, k, v := first(tx, bucket)
			return b.Put(append(k, 'x'), v)
		}})
	}
	for _, count := range []string{"events", "duplicates", "quarantine", "pending", "dead", "unread", "jobs"} {
		all = append(all, breaking{"miscounts " + count, func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("meta"))
			v := append([]byte(nil), b.Get([]byte("count."+count))...)
			v[7]++
			return b.Put([]byte("count."+count), v)
		}})
	}
	for _, bucket := range []string{"events", "alerts"} {
		all = append(all, breaking{"numbers anew in " + bucket, func(tx *bolt.Tx) error {
			return tx.Bucket([]byte(bucket)).SetSequence(1)
		}})
	}
	all = append(all,
		breaking{"has two alerts of a key", func(tx *bolt.Tx) error {
			b, _, _ := first(tx, "alerts")
			return b.Put([]byte{7: 99}, []byte(`{"id":99,"key":"1","read_at":"2026-01-01T00:00:00Z"}`))
		}},
		breaking{"changes what is searched", func(tx *bolt.Tx) error {
			b, k, v := first(tx, "jobs.list")
			return b.Put(k, append(v, 'x'))
		}},
		breaking{"has one row more in events.verdict", func(tx *bolt.Tx) error {
			b, k, v := first(tx, "events.verdict")
			return b.Put(append(k, "more"...), v)
		}},
		breaking{"garbles a verdict", func(tx *bolt.Tx) error {
			b, k, _ := first(tx, "events.verdict")
			return b.Put(k, []byte("{garbled"))
		}},
		breaking{"loses its id", func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Delete([]byte("installation")) }},
	)
	for _, cursor := range []string{"index", "fold"} {
		all = append(all, breaking{"has read beyond the log: " + cursor, func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("cursor."+cursor), []byte{6: 200, 7: 0})
		}})
	}
	whole := aFile(t)
	for i, b := range all {
		t.Run(b.does, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", i))
			copyFile(t, whole, path)
			s, err := storage.Open(path, storage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Check(); err != nil {
				t.Fatalf("before: %v", err)
			}
			if err := s.Bolt(b.fn); err != nil {
				t.Fatal(err)
			}
			if err := s.Check(); !errors.Is(err, storage.ErrDamaged) {
				t.Errorf("checked as %v", err)
			}
		})
	}
}
