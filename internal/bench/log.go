package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
)

// readMost is how many events the product reads at once where many wait.
const readMost = 2000

// unreadLog measures a start over a log that nobody has read, and how long it takes to
// bring a database of before the log to its form.
func unreadLog(ctx context.Context, o options, r *report) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "dormer.db")
	if err := fillLog(ctx, path, o.stored); err != nil {
		return err
	}
	took, err := readLog(ctx, path, storage.Options{Fold: engine.Fold, SetAside: engine.SetAside})
	if err != nil {
		return err
	}
	what := fmt.Sprintf("log of %d events, ", o.stored)
	r.figure(what+"all unread: read to its end", fmt.Sprintf("%.1f s", took.Seconds()))
	if err := takeBack(path); err != nil {
		return err
	}
	began := time.Now()
	s, err := storage.Open(path, storage.Options{KeepOld: func(schema int) string { return fmt.Sprintf("%s.before-%d", path, schema) }})
	if err != nil {
		return err
	}
	r.figure(what+"of schema 2: kept and brought to the newest", text(time.Since(began)))
	return s.Close()
}

// takeBack makes a database one of schema 2.
func takeBack(path string) error {
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	return errors.Join(db.Update(func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte("meta"))
		return errors.Join(
			tx.DeleteBucket([]byte("events.twice")), tx.DeleteBucket([]byte("events.verdict")),
			meta.Delete([]byte("cursor.index")), meta.Delete([]byte("cursor.fold")),
			meta.Put([]byte("schema"), binary.BigEndian.AppendUint64(nil, 2)))
	}), db.Close())
}

// readLog reads a database's log to its end and gives how long that took.
func readLog(ctx context.Context, path string, o storage.Options) (took time.Duration, err error) {
	s, err := storage.Open(path, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	began := time.Now()
	for read := []storage.Event{{}}; len(read) > 0; {
		if read, err = s.Read(ctx, readMost); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// fillLog makes a log of n events of n/100 jobs, which were finished long ago, that
// nobody has read.
func fillLog(ctx context.Context, path string, n int) (err error) {
	s, err := storage.Open(path, storage.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	const batch, each = 10_000, 100
	long := time.Now().AddDate(0, -6, 0)
	for at := 0; at < n; at += batch {
		err := s.Update(ctx, func(tx *storage.Tx) error {
			for i := at; i < min(at+batch, n); i++ {
				id := hover.JobID(strconv.Itoa(1_000_000 + i/each))
				e := storage.Event{
					ReceivedAt: long.Add(time.Duration(i) * time.Second), Name: "job-state-changed-v2", Job: id, State: "processing",
					Webhook: "4711", Verdict: hover.VerdictSigned, Reading: "sha256 path text sent", Path: "/hover/0123456789abcdef0123456789abcdef",
					Header: map[string]string{"Content-Type": "application/json", "User-Agent": "Hover", "Date": long.Format(time.RFC1123)},
					Body:   fmt.Appendf(nil, `{"event":"job-state-changed-v2","job_id":%s,"state":"processing","external_identifier":"PO-%08d","webhook_id":4711}`, id, i),
				}
				if _, err := tx.Append(e); err != nil {
					return err
				}
				if i%each != 0 {
					continue
				}
				j := job.Job{
					ID: id, Name: fmt.Sprintf("Residence %d", i), State: hover.JobCompleted, UpdatedAt: e.ReceivedAt,
					Address: hover.Address{Line1: fmt.Sprintf("%d Sycamore Lane", i), City: "Carmel", Region: "IN", PostalCode: "46033"},
				}
				if err := tx.PutJob(j); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
