package storage

import (
	"encoding/binary"
	"slices"
)

// recall reads what the index holds, from its end on down.
type recall struct {
	upTo, next  uint64
	now         int64   // in microseconds
	list        []heard // the newest first
	size, older int     // bytes that were read; rows in a row that are too old
}

// some reads on for one view, and says whether there is more.
func (r *recall) some(tx *Tx) (more bool) {
	until := r.size + bodiesAtOnce
	for k, v := range rows(tx.bucket(bucketEvents), nil, seqKey(r.next+1), true) {
		switch {
		case r.older == strays || len(r.list) == maxBodies || r.size >= bodiesRead:
			return false
		case r.size >= until:
			return true
		}
		seq := binary.BigEndian.Uint64(k)
		r.next, r.size = seq-1, r.size+len(v)
		e, err := decodeEvent(seq, v)
		if err != nil {
			continue // who reads it says so
		}
		r.hear(heard{hashOf(e.Body), micros(e.ReceivedAt)})
	}
	return false
}

// hear takes in a body if it came within a day before the newest, and before now.
func (r *recall) hear(h heard) {
	last := h.at
	if len(r.list) > 0 {
		last = r.list[0].at
	}
	if r.older++; h.at >= min(last, r.now)-duplicateWithin.Microseconds() {
		r.list, r.older = append(r.list, h), 0
	}
}

func (r *recall) bodies() bodies {
	slices.Reverse(r.list)
	b := bodies{upTo: r.upTo, last: make(map[bodyHash]int64, len(r.list)), order: r.list}
	for _, h := range r.list {
		b.last[h.hash] = h.at
	}
	return b
}
