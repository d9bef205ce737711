package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"dormer/internal/hover"
	"dormer/internal/job"

	bolt "go.etcd.io/bbolt"
)

// Check reads the whole store and says what is wrong with it: bbolt's own check
// of the pages, and the invariants in this file. The error wraps [ErrDamaged]
// and tells the first faults. Writers wait meanwhile; views do not.
func (s *Store) Check() error {
	s.committing.Lock() // bbolt's check must not meet a writer
	defer s.committing.Unlock()
	return s.View(func(tx *Tx) error {
		if err := checkPages(tx.b, s.path); err != nil {
			return err
		}
		return tx.checkRows()
	})
}

// Verify checks the file at path, which nobody has open for writing: whether it
// is a whole database that this version can open, and good in itself. It
// changes nothing. An older schema is fine: opening upgrades it. The errors are
// those of [Open] and [Store.Check].
func Verify(path string) error { return verify(path, migrations) }

func verify(path string, steps []func(*bolt.Tx) error) (err error) {
	o := complete(Options{ReadOnly: true})
	db, err := openFile(path, o.Timeout, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// Before anything is looked up: bbolt follows a page that leads back to
	// itself until the stack ends, which nobody can catch.
	if err := examineFile(path, true); err != nil {
		return err
	}
	s := &Store{path: path, o: o, db: db}
	return s.View(func(tx *Tx) error {
		have, err := schemaOf(tx.b)
		switch {
		case err != nil:
			return err
		case have > len(steps):
			return newerSchema(have, len(steps))
		case have == 0:
			return damaged("the file holds nothing", nil)
		}
		if err := checkTx(tx.b); err != nil || have < len(steps) {
			return err // the invariants are those of the newest schema
		}
		if err := checkBuckets(tx.b, have); err != nil {
			return err
		}
		return tx.checkRows()
	})
}

// maxFaults is how many faults are told: one damaged page makes thousands.
const maxFaults = 20

// faults collects what is wrong.
type faults struct{ errs []error }

func (f *faults) add(format string, args ...any) {
	if len(f.errs) < maxFaults {
		f.errs = append(f.errs, fmt.Errorf(format, args...))
	}
}

func (f *faults) err() error {
	if len(f.errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrDamaged, errors.Join(f.errs...))
}

// checkPages checks the file at path, which b is a transaction on: first that
// bbolt's own check, which runs where a fault cannot be caught, will stay within
// the file.
func checkPages(b *bolt.Tx, path string) error {
	if err := examineFile(path, true); err != nil {
		return err
	}
	return checkTx(b)
}

// checkTx is bbolt's own check of the pages.
func checkTx(b *bolt.Tx) error {
	var f faults
	for err := range b.Check() { // to the end: its goroutine waits for us
		f.add("%w", err)
	}
	return f.err()
}

// checkRows checks the invariants: every row can be read and stands under the
// right key, every index finds everything and nothing else, every count counts.
func (tx *Tx) checkRows() error {
	var f faults
	tx.checkEvents(&f)
	tx.checkQuarantine(&f)
	tx.checkJobs(&f)
	tx.checkWork(&f)
	tx.checkAlerts(&f)
	tx.checkPapers(&f)
	tx.checkRest(&f)
	return f.err()
}

// expect compares a stored count with what was counted.
func (tx *Tx) expect(f *faults, c count, counted uint64) {
	n, err := tx.count(c)
	if err != nil {
		f.add("%w", err)
	} else if n != counted {
		f.add("%s is %d, but there are %d", c, n, counted)
	}
}

// has checks that a row is there. With as many rows in an index as were asked
// for (see size), the index agrees with what it finds both ways.
func (tx *Tx) has(f *faults, bucket string, key []byte) {
	if tx.bucket(bucket).Get(key) == nil {
		f.add("%s lacks %q", bucket, key)
	}
}

// size checks the number of a bucket's rows.
func (tx *Tx) size(f *faults, bucket string, want uint64) {
	var n uint64
	for range rows(tx.bucket(bucket), nil, nil, false) {
		n++
	}
	if n != want {
		f.add("%s has %d rows instead of %d", bucket, n, want)
	}
}

func (tx *Tx) checkEvents(f *faults) {
	var n, duplicates, last, twice, verdicts uint64
	indexed := map[string]uint64{}
	p, err := tx.progress()
	if err != nil {
		f.add("%w", err)
	}
	if p.index > p.last || p.folded > p.last {
		f.add("of %d events %d are in the index and %d are folded", p.last, p.index, p.folded)
	}
	if begun := tx.parted(); begun.upTo > p.last {
		f.add("of %d events %d are folded, and half of those up to %d", p.last, p.folded, begun.upTo)
	}
	for k, v := range rows(tx.bucket(bucketEvents), nil, nil, false) {
		if len(k) != 8 {
			f.add("event key %q", k)
			continue
		}
		last = binary.BigEndian.Uint64(k)
		e, err := decodeEvent(last, v)
		if err == nil {
			err = tx.label(&e)
		}
		if err != nil {
			f.add("event %d: %w", last, err)
			continue
		}
		if tx.bucket(bucketEventsTwice).Get(k) != nil {
			twice++
		}
		if tx.bucket(bucketEventsVerdict).Get(k) != nil {
			verdicts++
		}
		if last > p.index {
			for _, i := range indexesOf(e) { // the reader may have been killed between its transactions
				if tx.bucket(i.bucket).Get(i.key) != nil {
					indexed[i.bucket]++
				}
			}
			continue
		}
		n++
		if e.Duplicate {
			duplicates++
		}
		for _, i := range indexesOf(e) {
			indexed[i.bucket]++
			tx.has(f, i.bucket, i.key)
		}
	}
	tx.expect(f, countEvents, n)
	tx.expect(f, countDuplicates, duplicates)
	tx.size(f, bucketEventsJob, indexed[bucketEventsJob])
	tx.size(f, bucketEventsName, indexed[bucketEventsName])
	tx.size(f, bucketEventsTwice, twice)
	tx.size(f, bucketEventsVerdict, verdicts)
	if p.last < last {
		f.add("event %d is numbered beyond %d", last, p.last)
	}
}

func (tx *Tx) checkQuarantine(f *faults) {
	var n uint64
	for e, err := range tx.Quarantined() {
		n++
		if err != nil {
			f.add("rejected event %d: %w", e.Seq, err)
		}
	}
	tx.expect(f, countQuarantine, n)
	if n > maxQuarantine {
		f.add("%d rejected events are kept", n)
	}
	if all, err := tx.count(countRejected); err == nil && all < n {
		f.add("%d rejected events are kept of %d", n, all)
	}
}

func (tx *Tx) checkJobs(f *faults) {
	var n uint64
	for k, v := range rows(tx.bucket(bucketJobs), nil, nil, false) {
		n++
		id := hover.JobID(k)
		j, err := decodeJob(id, v)
		if err != nil {
			f.add("%w", err)
			continue
		}
		if j.ID != id {
			f.add("job %s stands under %s", j.ID, id)
		}
		if !bytes.Equal(v[:jobTimeSize], timeKey(j.UpdatedAt)) {
			f.add("job %s is listed at the wrong time", id)
		}
		if row := tx.bucket(bucketJobsList).Get(join(v[:jobTimeSize], k)); !bytes.Equal(row, listRow(j)) {
			f.add("job %s has list row %q", id, row)
		}
	}
	tx.size(f, bucketJobsList, n)
	tx.expect(f, countJobs, n)
	for k, v := range rows(tx.bucket(bucketInvitations), nil, nil, false) {
		var i job.Invitation
		if err := fromJSON(bucketInvitations, k, v, &i); err != nil {
			f.add("%w", err)
		} else if string(i.ID) != string(k) {
			f.add("invitation %s stands under %q", i.ID, k)
		}
	}
}

func (tx *Tx) checkWork(f *faults) {
	counted := map[string]uint64{}
	for k, v := range rows(tx.bucket(bucketWork), nil, nil, false) {
		var w Work
		if err := fromJSON(bucketWork, k, v, &w); err != nil {
			f.add("%w", err)
			continue
		}
		if !bytes.Equal(w.id(), k) || w.Rev == 0 || w.Due.IsZero() {
			f.add("work %q: kind %q, key %q, revision %d, due %s", k, w.Kind, w.Key, w.Rev, w.Due)
		}
		bucket, key, _ := w.place()
		counted[bucket]++
		tx.has(f, bucket, key)
	}
	tx.size(f, bucketWorkDue, counted[bucketWorkDue])
	tx.size(f, bucketWorkDead, counted[bucketWorkDead])
	tx.expect(f, countPending, counted[bucketWorkDue])
	tx.expect(f, countDead, counted[bucketWorkDead])
}

func (tx *Tx) checkAlerts(f *faults) {
	var keyed, unread, last uint64
	for k, v := range rows(tx.bucket(bucketAlerts), nil, nil, false) {
		var a job.Alert
		if err := fromJSON(bucketAlerts, k, v, &a); err != nil {
			f.add("%w", err)
			continue
		}
		last = a.ID
		if !bytes.Equal(seqKey(a.ID), k) {
			f.add("alert %d stands under %q", a.ID, k)
		}
		if a.Key != "" {
			keyed++
			// Two alerts of one key would both have to be what the index finds.
			if id := tx.bucket(bucketAlertsKey).Get([]byte(a.Key)); !bytes.Equal(id, k) {
				f.add("alert %d is not what its key %q finds", a.ID, a.Key)
			}
		}
		if a.ReadAt.IsZero() {
			unread++
			tx.has(f, bucketAlertsNew, k)
		}
	}
	tx.size(f, bucketAlertsKey, keyed)
	tx.size(f, bucketAlertsNew, unread)
	tx.expect(f, countUnread, unread)
	if seq := tx.bucket(bucketAlerts).Sequence(); seq < last {
		f.add("alert %d is numbered beyond %d", last, seq)
	}
}

func (tx *Tx) checkRest(f *faults) {
	for k, v := range rows(tx.bucket(bucketFiles), nil, nil, false) {
		var file File
		if err := fromJSON(bucketFiles, k, v, &file); err != nil {
			f.add("%w", err)
		} else if !bytes.Equal(file.id(), k) {
			f.add("file %q of job %s stands under %q", file.Key, file.Job, k)
		}
	}
	for k, v := range rows(tx.bucket(bucketDocs), nil, nil, false) {
		if !json.Valid(v) {
			f.add("document %q is not JSON", k)
		}
	}
	if len(tx.bucket(bucketMeta).Get(keyInstallation)) != installationSize {
		f.add("no installation id")
	}
}

// checkPapers: every row can be read and stands under its own key, the index holds
// those that have a job and no other, and every reply has its paper.
func (tx *Tx) checkPapers(f *faults) {
	b := tx.bucket(bucketPapers)
	indexed := 0
	for k, v := range rows(b, nil, nil, false) {
		switch {
		case len(k) == 0:
		case string(k[:1]) == paperRow:
			var p Paper
			if err := fromJSON(bucketPapers, k, v, &p); err != nil {
				f.add("%w", err)
				continue
			}
			if string(paperKey(paperRow, p.Kind, p.ID)) != string(k) {
				f.add("paper %s stands under %q", p.Ref(), k)
			}
			if p.Job != "" {
				indexed++
				tx.has(f, bucketPapers, paperOfJob(p.Job, p.Kind, p.ID))
			}
		case string(k[:1]) == paperReply:
			tx.has(f, bucketPapers, join([]byte(paperRow), k[1:]))
		case string(k[:1]) == paperJob:
			indexed--
		default:
			f.add("paper key %q", k)
		}
	}
	if indexed != 0 {
		f.add("the index of papers has %d rows too few", indexed)
	}
}
