package storage

import (
	"bytes"
	"cmp"
	"context"
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

// Append stores one event at the end of the log and returns it, with Seq and
// ReceivedAt (if it was zero) set, after it has reached the disk. What is made of it
// is made by [Store.Read]. After an error from ctx the event was not stored. See
// [Store.Update] for the rest.
func (s *Store) Append(ctx context.Context, e Event) (Event, error) {
	row, err := s.logRow(&e)
	if err != nil {
		return Event{}, err
	}
	stored := e
	err = s.submit(ctx, &op[*Tx]{size: len(row), patient: true, run: func(tx *Tx) (err error) {
		stored.Seq, err = tx.append(e, row)
		return err
	}})
	if err != nil {
		return Event{}, err
	}
	stored.Read = nil
	return stored, nil
}

// Append stores e at the end of the log; see [Store.Append].
func (tx *Tx) Append(e Event) (Event, error) {
	row, err := tx.s.logRow(&e)
	if err != nil {
		return Event{}, err
	}
	e.Seq, err = tx.append(e, row)
	e.Read = nil
	return e, err
}

// logRow gives the row that holds e, and sets when it was received: all that can be
// done before its transaction begins.
func (s *Store) logRow(e *Event) ([]byte, error) {
	if err := checkName("job id", string(e.Job)); err != nil {
		return nil, err
	}
	if err := checkName("event name", string(e.Name)); err != nil {
		return nil, err
	}
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = s.o.Now()
	}
	e.ReceivedAt = e.ReceivedAt.Round(0).UTC()
	e.Duplicate = false // the reader's to say
	return e.encode(), nil
}

// append writes the row of e, and nothing else: it is all that an answer waits for.
func (tx *Tx) append(e Event, row []byte) (seq uint64, err error) {
	events := tx.bucket(bucketEvents)
	events.FillPercent = 0.95 // keys only grow: pages need no room for later ones
	if e.Seq, err = events.NextSequence(); err != nil {
		return 0, fmt.Errorf("storage: number the event: %w", err)
	}
	tx.s.recent.put(e)
	return e.Seq, tx.put(bucketEvents, seqKey(e.Seq), row)
}

// indexRow is one row of an index.
type indexRow struct {
	bucket string
	key    []byte
}

func (r indexRow) compare(other indexRow) int {
	return cmp.Or(cmp.Compare(r.bucket, other.bucket), bytes.Compare(r.key, other.key))
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

// Event gives one event, read or not; false if there is none of that number (any
// more).
func (tx *Tx) Event(seq uint64) (Event, bool, error) {
	b := tx.bucket(bucketEvents).Get(seqKey(seq))
	if b == nil {
		return Event{}, false, nil
	}
	e, err := decodeEvent(seq, b)
	if err == nil {
		err = tx.label(&e)
	}
	if err != nil {
		return Event{}, false, fmt.Errorf("storage: event %d: %w", seq, err)
	}
	return e, true, nil
}

// label adds to what is in an event's row what was found out about it later.
func (tx *Tx) label(e *Event) error {
	key := seqKey(e.Seq)
	// A file of before schema 3, opened for reading, has neither bucket: its rows say
	// all themselves.
	if b := tx.bucket(bucketEventsTwice); b != nil && b.Get(key) != nil {
		e.Duplicate = true
	}
	verdicts := tx.bucket(bucketEventsVerdict)
	if verdicts == nil {
		return nil
	}
	if v := verdicts.Get(key); v != nil {
		later, err := decodeEvent(e.Seq, v)
		if err != nil {
			return err
		}
		e.Verdict, e.Reading = later.Verdict, later.Reading
	}
	return nil
}

// Log lists the log after an event, whether it has been read or not.
func (tx *Tx) Log(after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if after == math.MaxUint64 {
			return
		}
		for k := range rows(tx.bucket(bucketEvents), seqKey(after+1), nil, false) {
			seq := binary.BigEndian.Uint64(k)
			e, ok, err := tx.Event(seq)
			if err == nil && !ok {
				err = damaged(fmt.Sprintf("event %d", seq), nil)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// Newest gives the newest event, read or not; false if there is none.
func (tx *Tx) Newest() (Event, bool, error) {
	k, _ := tx.bucket(bucketEvents).Cursor().Last()
	if k == nil {
		return Event{}, false, nil
	}
	return tx.Event(binary.BigEndian.Uint64(k))
}

// Events lists the events that q selects, in the order of their Seq, as far as the
// index has come. By job or name it reads no others. An event that cannot be read is
// given as an error, and the list goes on.
func (tx *Tx) Events(q EventQuery) iter.Seq2[Event, error] {
	bucket, prefix := bucketEvents, []byte(nil)
	switch {
	case q.Job != "" && len(q.Job) <= maxName:
		bucket, prefix = bucketEventsJob, text(string(q.Job))
	case q.Name != "" && len(q.Name) <= maxName:
		bucket, prefix = bucketEventsName, text(string(q.Name))
	}
	lo := join(prefix, seqKey(q.After))
	if q.After < math.MaxUint64 {
		lo = join(prefix, seqKey(q.After+1))
	}
	end, err := tx.cursor(cursorIndex)
	if end++; q.Before > 0 {
		end = min(end, q.Before)
	}
	hi := join(prefix, seqKey(end))
	return func(yield func(Event, error) bool) {
		if err != nil {
			yield(Event{}, err)
			return
		}
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

// Counts gives the inbox's numbers, as far as the index has come, without counting.
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

// Prune deletes the oldest events that have been read, up to limit of them and none
// behind one that is of its time and was received at or after before. One that was received after
// now, while the clock was ahead, is as old as those that came after it. n is how
// many it deleted: fewer than limit once there are no more. Jobs and alerts are
// kept.
func (tx *Tx) Prune(before, now time.Time, limit int) (n int, err error) {
	p, err := tx.progress()
	if err != nil {
		return 0, err
	}
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
		if n == limit || e.Seq > min(last, p.read()) {
			break
		}
		if err := tx.Withdraw(e); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Rejudge writes down another verdict and reading of a stored event, beside its row.
func (tx *Tx) Rejudge(e Event) error {
	if tx.bucket(bucketEvents).Get(seqKey(e.Seq)) == nil {
		return nil
	}
	later := Event{Verdict: e.Verdict, Reading: e.Reading}
	return tx.put(bucketEventsVerdict, seqKey(e.Seq), later.encode())
}

// Withdraw deletes a stored event that has been read.
func (tx *Tx) Withdraw(e Event) error {
	if p, err := tx.progress(); err != nil || e.Seq > p.read() {
		return cmp.Or(err, fmt.Errorf("storage: event %d has not been read yet", e.Seq))
	}
	key := seqKey(e.Seq)
	rows := append(indexesOf(e), indexRow{bucketEvents, key}, indexRow{bucketEventsTwice, key},
		indexRow{bucketEventsVerdict, key})
	for _, i := range rows {
		if err := tx.drop(i.bucket, i.key); err != nil {
			return err
		}
	}
	if err := tx.add(countEvents, -1); err != nil || !e.Duplicate {
		return err
	}
	return tx.add(countDuplicates, -1)
}
