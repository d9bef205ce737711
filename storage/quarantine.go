package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
)

// The quarantine keeps the newest of what was refused, so that "why does nothing
// arrive" can be answered. Anybody who knows the path can fill it, so it is
// bounded both ways.
const (
	maxQuarantine     = 200
	maxQuarantineBody = 64 << 10
)

// Quarantine puts a refused request into a ring of the 200 newest, its body cut
// at 64 KiB, and counts it as rejected. Nothing is folded. The returned event
// has Seq set: a number of the quarantine's own.
func (tx *Tx) Quarantine(e Event) (Event, error) {
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = tx.now()
	}
	e.ReceivedAt = e.ReceivedAt.Round(0).UTC()
	e.Body = e.Body[:min(len(e.Body), maxQuarantineBody)]
	ring := tx.bucket(bucketQuarantine)
	seq, err := ring.NextSequence()
	if err != nil {
		return Event{}, fmt.Errorf("storage: number the rejected event: %w", err)
	}
	e.Seq = seq
	if err := tx.put(bucketQuarantine, seqKey(seq), e.encode()); err != nil {
		return Event{}, err
	}
	if err := tx.add(countRejected, 1); err != nil {
		return Event{}, err
	}
	n, err := tx.count(countQuarantine)
	if err != nil {
		return Event{}, err
	}
	if n < maxQuarantine {
		return e, tx.add(countQuarantine, 1)
	}
	oldest, _ := ring.Cursor().First()
	return e, tx.drop(bucketQuarantine, bytes.Clone(oldest))
}

// Quarantined lists the refused requests that are still kept, newest first.
func (tx *Tx) Quarantined() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for k, v := range rows(tx.bucket(bucketQuarantine), nil, nil, true) {
			e, err := decodeEvent(binary.BigEndian.Uint64(k), v)
			if !yield(e, err) {
				return
			}
		}
	}
}
