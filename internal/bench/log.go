package main

import (
	"encoding/binary"
	"errors"
	"fmt"
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
const readMost = 4000

// unreadLog measures a start over a log that nobody has read, and how long it takes to
// bring a database of before the log to its form.
func unreadLog(b *bench) {
	path := filepath.Join(b.dir(), "dormer.db")
	b.fillLog(path)
	what := fmt.Sprintf("log of %d events, ", b.stored)
	whole := storage.Options{Fold: engine.Fold, SetAside: engine.SetAside}
	b.figure(what+"all unread: read to its end", b.readLog(path, whole))
	takeBack(path)
	old := storage.Options{KeepOld: func(schema int) string { return fmt.Sprintf("%s.before-%d", path, schema) }}
	var s *storage.Store
	b.figure(what+"of schema 2: kept and brought to the newest", timed(func() { s = must(storage.Open(path, old)) }))
	check(s.Close())
}

// takeBack makes a database one of schema 2.
func takeBack(path string) {
	db := must(bbolt.Open(path, 0o600, nil))
	check(errors.Join(db.Update(func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte("meta"))
		return errors.Join(
			tx.DeleteBucket([]byte("events.twice")), tx.DeleteBucket([]byte("events.verdict")),
			meta.Delete([]byte("cursor.index")), meta.Delete([]byte("cursor.fold")),
			meta.Put([]byte("schema"), binary.BigEndian.AppendUint64(nil, 2)))
	}), db.Close()))
}

// readLog reads a database's log to its end and gives how long that took.
func (b *bench) readLog(path string, o storage.Options) time.Duration {
	s := must(storage.Open(path, o))
	took := timed(func() {
		for read := 1; read > 0; {
			read = len(must(s.Read(b.ctx, readMost, nil)))
		}
	})
	check(s.Close())
	return took
}

// fillLog makes a log of events, a hundred of each job, which were finished long ago,
// that nobody has read.
func (b *bench) fillLog(path string) {
	s := must(storage.Open(path, storage.Options{}))
	const batch, each = 10_000, 100
	long := time.Now().AddDate(0, -6, 0)
	for at := 0; at < b.stored; at += batch {
		check(s.Update(b.ctx, func(tx *storage.Tx) error {
			for i := at; i < min(at+batch, b.stored); i++ {
				id := hover.JobID(strconv.Itoa(1_000_000 + i/each))
				e := storage.Event{
					ReceivedAt: long.Add(time.Duration(i) * time.Second), Name: "job-state-changed-v2", Job: id, State: "processing",
					Webhook: "4711", Verdict: hover.VerdictSigned, Reading: "sha256 path text sent",
					Path: "/hover/0123456789abcdef0123456789abcdef",
					Header: map[string]string{
						"Content-Type": "application/json", "User-Agent": "Hover", "Date": long.Format(time.RFC1123),
					},
					Body: fmt.Appendf(nil, `{"event":"job-state-changed-v2","job_id":%s,"state":"processing",`+
						`"external_identifier":"PO-%08d","webhook_id":4711}`, id, i),
				}
				if _, err := tx.Append(e); err != nil {
					return err
				}
				if i%each != 0 {
					continue
				}
				j := job.Job{
					ID: id, Name: fmt.Sprintf("Residence %d", i), State: hover.JobCompleted, UpdatedAt: e.ReceivedAt,
					Address: hover.Address{
						Line1: fmt.Sprintf("%d Sycamore Lane", i), City: "Carmel", Region: "IN", PostalCode: "46033",
					},
				}
				if err := tx.PutJob(j); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	check(s.Close())
}
