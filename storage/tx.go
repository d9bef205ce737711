package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Tx is a transaction: a consistent view of the store, and within
// [Store.Update] the means to change it. It is valid until the function that
// got it returns, and for that function's goroutine alone. What it returns are
// copies. Its writing methods fail within [Store.View].
type Tx struct {
	b *bolt.Tx
	s *Store

	opened map[string]*bolt.Bucket // bbolt looks each of them up anew
	counts map[count]uint64        // those that were changed; see flush
	draft  *draft                  // what is read and written is only drafted; nil: it is done

	relisted [][]byte // the rows of the list of jobs that were changed
}

func (tx *Tx) bucket(name string) *bolt.Bucket {
	if tx.draft != nil {
		tx.draft.spoilt = true
	}
	return tx.plain(name)
}

// plain gives a bucket without spoiling a draft, for what leads to one row of it.
func (tx *Tx) plain(name string) *bolt.Bucket {
	if tx.b == nil { // bbolt would fail as over a damaged file
		panic("storage: a transaction was used after its end")
	}
	if b := tx.opened[name]; b != nil {
		return b
	}
	b := tx.b.Bucket([]byte(name))
	if b == nil {
		return nil
	}
	if tx.opened == nil {
		tx.opened = map[string]*bolt.Bucket{}
	}
	tx.opened[name] = b
	return b
}

// end makes tx unusable.
func (tx *Tx) end() { tx.b = nil }

// Now is the time by the store's clock.
func (tx *Tx) Now() time.Time { return tx.now() }

func (tx *Tx) now() time.Time { return tx.s.o.Now().UTC() }

// Keys.

// maxName bounds the texts that become parts of keys; Hover's ids and event
// names are far shorter.
const maxName = 1000

// text gives s as a part of a key: its length first, so that what follows it
// can be told from it.
func text(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// checkName refuses a text that cannot be a part of a key.
func checkName(what, s string) error {
	if len(s) > maxName {
		return fmt.Errorf("storage: %s of %d bytes is too long", what, len(s))
	}
	return nil
}

// seqKey gives n as eight bytes that sort as n does.
func seqKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// timeKey gives t as eight bytes that sort as t does, to the microsecond.
func timeKey(t time.Time) []byte {
	return seqKey(uint64(t.UnixMicro()) ^ 1<<63)
}

// micros gives t as timeKey keeps it, microsOf what a key begins with.
func micros(t time.Time) int64 { return t.UnixMicro() }

func microsOf(key []byte) int64 { return int64(binary.BigEndian.Uint64(key) ^ 1<<63) }

// pastKey is the smallest key greater than every key that starts with prefix;
// nil if there is none.
func pastKey(prefix []byte) []byte {
	k := bytes.Clone(prefix)
	for i := len(k) - 1; i >= 0; i-- {
		if k[i] < math.MaxUint8 {
			k[i]++
			return k[:i+1]
		}
	}
	return nil
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// Rows.

// rows walks the keys from lo up to but without hi (nil: to the end), or from
// the end down. The slices are bbolt's: valid until the next step, not to be
// changed. Rows may be written while walking: bbolt's cursor would lose its
// place, so in a writing transaction it is found again before each step.
func rows(b *bolt.Bucket, lo, hi []byte, down bool) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := b.Cursor()
		var k, v []byte
		if down {
			k, v = lastBefore(c, hi)
		} else {
			k, v = c.Seek(lo)
		}
		for k != nil && bytes.Compare(k, lo) >= 0 && (hi == nil || bytes.Compare(k, hi) < 0) {
			var place []byte
			if b.Writable() {
				place = bytes.Clone(k)
			}
			if !yield(k, v) {
				return
			}
			switch {
			case place != nil && down:
				k, v = lastBefore(c, place)
			case place != nil:
				if k, v = c.Seek(place); bytes.Equal(k, place) {
					k, v = c.Next()
				}
			case down:
				k, v = c.Prev()
			default:
				k, v = c.Next()
			}
		}
	}
}

// lastBefore moves c to the last key before k, or of all if k is nil. In a
// writing transaction, pages that lost all their rows stay until the commit:
// bbolt's Prev stops at them, and Last does not end where there are only such.
func lastBefore(c *bolt.Cursor, k []byte) ([]byte, []byte) {
	if first, _ := c.First(); first == nil || k != nil && bytes.Compare(first, k) >= 0 {
		return nil, nil
	}
	if k == nil {
		return c.Last()
	}
	if found, _ := c.Seek(k); found == nil {
		return c.Last()
	}
	for {
		if k, v := c.Prev(); k != nil {
			return k, v
		}
	}
}

// rowKey names a row.
type rowKey struct{ bucket, key string }

func (k rowKey) compare(other rowKey) int {
	return cmp.Or(strings.Compare(k.bucket, other.bucket), strings.Compare(k.key, other.key))
}

// put writes one row.
func (tx *Tx) put(bucket string, k, v []byte) error {
	if d := tx.draft; d != nil {
		d.write(rowKey{bucket, string(k)}, draftRow{value: v})
		return nil
	}
	if err := tx.bucket(bucket).Put(k, v); err != nil {
		return fmt.Errorf("storage: write to %s: %w", bucket, err)
	}
	tx.changes(bucket, k)
	return nil
}

// drop deletes one row; there need not be one.
func (tx *Tx) drop(bucket string, k []byte) error {
	if d := tx.draft; d != nil {
		d.write(rowKey{bucket, string(k)}, draftRow{gone: true})
		return nil
	}
	if err := tx.bucket(bucket).Delete(k); err != nil {
		return fmt.Errorf("storage: delete from %s: %w", bucket, err)
	}
	tx.changes(bucket, k)
	return nil
}

// changes notes which rows of the list of jobs are changed.
func (tx *Tx) changes(bucket string, k []byte) {
	if bucket == bucketJobsList {
		tx.relisted = append(tx.relisted, k)
	}
}

// putJSON writes v as one row.
func (tx *Tx) putJSON(bucket string, k []byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("storage: encode for %s: %w", bucket, err)
	}
	return tx.put(bucket, k, b)
}

// getJSON reads one row into v; false if there is none.
func (tx *Tx) getJSON(bucket string, k []byte, v any) (bool, error) {
	b := tx.get(bucket, k)
	if b == nil {
		return false, nil
	}
	return true, fromJSON(bucket, k, b, v)
}

func fromJSON(bucket string, k, b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return damaged(fmt.Sprintf("%s %q", bucket, k), err)
	}
	return nil
}

// Counts, kept beside what they count.

// count names a stored count.
type count string

const (
	countEvents     count = "count.events"     // stored events
	countDuplicates count = "count.duplicates" // of them, those labelled duplicate
	countRejected   count = "count.rejected"   // ever quarantined
	countQuarantine count = "count.quarantine" // still in the ring
	countPending    count = "count.pending"    // rows of work to do
	countDead       count = "count.dead"       // rows of work given up
	countUnread     count = "count.unread"     // alerts nobody has read
	countJobs       count = "count.jobs"
)

func (tx *Tx) count(c count) (uint64, error) {
	if tx.draft != nil {
		tx.draft.spoilt = true // it counts what others write as well
	}
	if n, changed := tx.counts[c]; changed {
		return n, nil
	}
	switch v := tx.plain(bucketMeta).Get([]byte(c)); len(v) {
	case 0:
		return 0, nil
	case 8:
		return binary.BigEndian.Uint64(v), nil
	}
	return 0, damaged(string(c), nil)
}

// add changes a count by delta; it never falls below zero.
func (tx *Tx) add(c count, delta int64) error {
	if d := tx.draft; d != nil {
		d.add(c, delta)
		return nil
	}
	n, err := tx.count(c)
	if err != nil {
		return err
	}
	if delta < 0 && n < uint64(-delta) {
		return damaged(string(c)+" would be negative", nil)
	}
	tx.set(c, n+uint64(delta))
	return nil
}

func (tx *Tx) set(c count, n uint64) {
	if tx.counts == nil {
		tx.counts = map[count]uint64{}
	}
	tx.counts[c] = n
}

// flush writes, once for all operations of a transaction, the counts and that the list
// of jobs is another one.
func (tx *Tx) flush() error {
	if len(tx.relisted) > 0 {
		version, err := tx.bucket(bucketJobsList).NextSequence()
		if err != nil {
			return fmt.Errorf("storage: change the list of jobs: %w", err)
		}
		tx.s.lists.changes.note(version, tx.relisted)
	}
	for c, n := range tx.counts {
		if err := tx.put(bucketMeta, []byte(c), seqKey(n)); err != nil {
			return err
		}
	}
	return nil
}
