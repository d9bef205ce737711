package storage

import (
	"encoding/binary"

	"dormer/internal/hover"
)

// Two cursors say how far the log has been read, and each moves in the transaction
// that writes what was made of what it has passed: a crash repeats nothing and skips
// nothing. That of the index (events by job and name, duplicates, counts) may be set
// back: the index is then made anew. That of what was folded only goes forward. The
// fold asks whether an event came twice, so the index is ahead of it or with it.

// cursor names a stored cursor; it is kept as the counts are.
const (
	cursorIndex count = "cursor.index"
	cursorFold  count = "cursor.fold"
)

// cursor gives how far the log was read. A file of before schema 3, opened for
// reading, has none: it was all read when it was written.
func (tx *Tx) cursor(c count) (uint64, error) {
	if _, changed := tx.counts[c]; !changed && tx.bucket(bucketMeta).Get([]byte(c)) == nil {
		return tx.LastSeq(), nil
	}
	return tx.count(c)
}

func (tx *Tx) progress() (p progress, err error) {
	p.last = tx.LastSeq()
	if p.index, err = tx.cursor(cursorIndex); err != nil {
		return p, err
	}
	p.folded, err = tx.cursor(cursorFold)
	return p, err
}

// parted gives how far a batch is written. What is said of one that has been passed
// since does not count.
func (tx *Tx) parted() parted {
	b := tx.bucket(bucketMeta).Get(keyParted)
	if len(b) <= 8 {
		return parted{}
	}
	p := parted{binary.BigEndian.Uint64(b), hover.JobID(b[8:])}
	if folded, err := tx.cursor(cursorFold); err != nil || p.upTo <= folded {
		return parted{}
	}
	return p
}

func (tx *Tx) setParted(p parted) error {
	switch {
	case p != parted{}:
		return tx.put(bucketMeta, keyParted, join(seqKey(p.upTo), []byte(p.job)))
	case tx.bucket(bucketMeta).Get(keyParted) != nil:
		return tx.drop(bucketMeta, keyParted)
	}
	return nil
}

// LastSeq gives the number of the newest event that was ever stored; 0 if none.
func (tx *Tx) LastSeq() uint64 { return tx.bucket(bucketEvents).Sequence() }
