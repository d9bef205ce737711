package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

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
