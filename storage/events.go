package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"time"

	"dormer/internal/hover"
)

// EventQuery selects stored events; its zero value selects all, oldest first.
type EventQuery struct {
	Job    hover.JobID     // only this job's, if not empty
	Name   hover.EventName // only of this name, if not empty
	After  uint64          // only with a greater Seq
	Before uint64          // only with a smaller Seq, if not 0
	Limit  int             // at most so many, if not 0
	Newest bool            // newest first
}

// Counts are the inbox's numbers.
type Counts struct {
	Events     uint64 // stored, duplicates included
	Duplicates uint64 // of them, those labelled duplicate
	Rejected   uint64 // ever quarantined
}

// Append stores e as the newest event and folds it; see [Store.Append].
func (tx *Tx) Append(e Event) (Event, error) {
	if err := checkName("job id", string(e.Job)); err != nil {
		return Event{}, err
	}
	if err := checkName("event name", string(e.Name)); err != nil {
		return Event{}, err
	}
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = tx.now()
	}
	e.ReceivedAt = e.ReceivedAt.Round(0).UTC()
	var err error
	if e.Duplicate, err = tx.remember(e.Body, e.ReceivedAt); err != nil {
		return Event{}, err
	}
	events := tx.bucket(bucketEvents)
	events.FillPercent = 0.95 // keys only grow: pages need no room for later ones
	if e.Seq, err = events.NextSequence(); err != nil {
		return Event{}, fmt.Errorf("storage: number the event: %w", err)
	}
	if err := tx.put(bucketEvents, seqKey(e.Seq), e.encode()); err != nil {
		return Event{}, err
	}
	for _, i := range indexesOf(e) {
		if err := tx.put(i.bucket, i.key, nil); err != nil {
			return Event{}, err
		}
	}
	if err := tx.add(countEvents, 1); err != nil {
		return Event{}, err
	}
	if e.Duplicate {
		if err := tx.add(countDuplicates, 1); err != nil {
			return Event{}, err
		}
	}
	if fold := tx.s.o.Fold; fold != nil {
		if err := fold(tx, e); err != nil {
			return Event{}, fmt.Errorf("storage: fold event %d: %w", e.Seq, err)
		}
	}
	e.Read = nil
	return e, nil
}

// indexRow is one row of an index.
type indexRow struct {
	bucket string
	key    []byte
}

// indexesOf lists the rows by which an event is found.
func indexesOf(e Event) []indexRow {
	var all []indexRow
	if e.Job != "" {
		all = append(all, indexRow{bucketEventsJob, join(text(string(e.Job)), seqKey(e.Seq))})
	}
	if e.Name != "" {
		all = append(all, indexRow{bucketEventsName, join(text(string(e.Name)), seqKey(e.Seq))})
	}
	return all
}

// Event gives one event; false if there is none of that number (any more).
func (tx *Tx) Event(seq uint64) (Event, bool, error) {
	b := tx.bucket(bucketEvents).Get(seqKey(seq))
	if b == nil {
		return Event{}, false, nil
	}
	e, err := decodeEvent(seq, b)
	if err != nil {
		return Event{}, false, fmt.Errorf("storage: event %d: %w", seq, err)
	}
	return e, true, nil
}

// Events lists the events that q selects, in the order of their Seq. By job or
// name it reads no others. An event that cannot be read is given as an error,
// and the list goes on.
func (tx *Tx) Events(q EventQuery) iter.Seq2[Event, error] {
	bucket, prefix := bucketEvents, []byte(nil)
	switch {
	case q.Job != "" && len(q.Job) <= maxName:
		bucket, prefix = bucketEventsJob, text(string(q.Job))
	case q.Name != "" && len(q.Name) <= maxName:
		bucket, prefix = bucketEventsName, text(string(q.Name))
	}
	lo, hi := join(prefix, seqKey(q.After)), pastKey(prefix)
	if q.After < math.MaxUint64 {
		lo = join(prefix, seqKey(q.After+1))
	}
	if q.Before > 0 {
		hi = join(prefix, seqKey(q.Before))
	}
	return func(yield func(Event, error) bool) {
		n := 0
		for k := range rows(tx.bucket(bucket), lo, hi, q.Newest) {
			seq := binary.BigEndian.Uint64(k[len(k)-8:])
			e, ok, err := tx.Event(seq)
			switch {
			case err == nil && !ok:
				err = damaged(fmt.Sprintf("event %d is in an index only", seq), nil)
			case err == nil && (q.Job != "" && e.Job != q.Job || q.Name != "" && e.Name != q.Name):
				continue
			}
			if !yield(e, err) {
				return
			}
			if n++; n == q.Limit {
				return
			}
		}
	}
}

// LastSeq gives the number of the newest event that was ever stored; 0 if none.
func (tx *Tx) LastSeq() uint64 { return tx.bucket(bucketEvents).Sequence() }

// Counts gives the inbox's numbers without counting.
func (tx *Tx) Counts() (Counts, error) {
	var c Counts
	for _, f := range []struct {
		into *uint64
		name count
	}{{&c.Events, countEvents}, {&c.Duplicates, countDuplicates}, {&c.Rejected, countRejected}} {
		n, err := tx.count(f.name)
		if err != nil {
			return Counts{}, err
		}
		*f.into = n
	}
	return c, nil
}

// maxAhead bounds how many events are looked at beyond those that are deleted.
const maxAhead = 50_000

// Prune deletes the oldest events, up to limit of them and none behind one that is
// of its time and was received at or after before. One that was received after
// now, while the clock was ahead, is as old as those that came after it. n is how
// many it deleted: fewer than limit once there are no more. Jobs and alerts are
// kept.
func (tx *Tx) Prune(before, now time.Time, limit int) (n int, err error) {
	var last uint64 // that may go
	old := 0
	for e, err := range tx.Events(EventQuery{Limit: limit + maxAhead}) {
		if err != nil {
			return 0, err
		}
		if e.ReceivedAt.Before(before) {
			last = e.Seq
			if old++; old == limit {
				break
			}
		} else if !e.ReceivedAt.After(now) {
			break
		}
	}
	for e, err := range tx.Events(EventQuery{Limit: limit}) {
		if err != nil {
			return n, err
		}
		if n == limit || e.Seq > last {
			break
		}
		if err := tx.Withdraw(e); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Rejudge writes down another verdict and reading of a stored event.
func (tx *Tx) Rejudge(e Event) error {
	was, ok, err := tx.Event(e.Seq)
	if err != nil || !ok {
		return err
	}
	was.Verdict, was.Reading = e.Verdict, e.Reading
	return tx.put(bucketEvents, seqKey(e.Seq), was.encode())
}

// Withdraw deletes a stored event.
func (tx *Tx) Withdraw(e Event) error {
	for _, i := range append(indexesOf(e), indexRow{bucketEvents, seqKey(e.Seq)}) {
		if err := tx.drop(i.bucket, i.key); err != nil {
			return err
		}
	}
	if err := tx.add(countEvents, -1); err != nil || !e.Duplicate {
		return err
	}
	return tx.add(countDuplicates, -1)
}

// Duplicates are known by a hash of the body. A hash is remembered for
// duplicateWithin, and no more than maxBodies of them.
const (
	duplicateWithin = 24 * time.Hour
	maxBodies       = 1 << 17
	bodyHashSize    = 16
)

// remember notes that body was stored at the time at, and says whether it had
// been within the 24 hours before.
func (tx *Tx) remember(body []byte, at time.Time) (seen bool, err error) {
	sum := sha256.Sum256(body)
	hash, when := sum[:bodyHashSize], timeKey(at)
	if last := bytes.Clone(tx.bucket(bucketBodies).Get(hash)); last != nil {
		seen = bytes.Compare(last, timeKey(at.Add(-duplicateWithin))) >= 0
		if err := tx.forget(last, hash); err != nil {
			return false, err
		}
	}
	if err := tx.put(bucketBodies, hash, when); err != nil {
		return false, err
	}
	if err := tx.put(bucketBodiesAge, join(when, hash), nil); err != nil {
		return false, err
	}
	if err := tx.add(countBodies, 1); err != nil {
		return false, err
	}
	return seen, tx.forgetOld(at)
}

// forgetOld forgets what is too old to matter, the oldest first: a few with
// every event, which is more than one event adds.
func (tx *Tx) forgetOld(now time.Time) error {
	const few = 4
	n, err := tx.count(countBodies)
	if err != nil {
		return err
	}
	old := timeKey(now.Add(-duplicateWithin))
	var gone [][]byte
	for k := range rows(tx.bucket(bucketBodiesAge), nil, nil, false) {
		tooMany := n-uint64(len(gone)) > maxBodies
		if len(gone) == few || bytes.Compare(k[:8], old) >= 0 && !tooMany {
			break
		}
		gone = append(gone, bytes.Clone(k))
	}
	for _, k := range gone {
		if err := tx.forget(k[:8], k[8:]); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) forget(when, hash []byte) error {
	if err := tx.drop(bucketBodiesAge, join(when, hash)); err != nil {
		return err
	}
	if err := tx.drop(bucketBodies, hash); err != nil {
		return err
	}
	return tx.add(countBodies, -1)
}
