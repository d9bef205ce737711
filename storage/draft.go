package storage

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A fold takes longer to think than to write, and whoever thinks in a transaction that
// writes keeps all others waiting. So the reader folds a batch beforehand, within a
// view: what the fold reads is remembered, what it writes is kept aside. The
// transaction that writes it looks whether what was read still stands, which it nearly
// always does, and writes the rows. Where it does not, all is folded anew in there.

// draft is what a fold would read and write.
type draft struct {
	read    map[rowKey][]byte // nil: there was none
	written map[rowKey]draftRow
	counts  map[count]int64
	labels  []bool // of the events: whether they came twice
	// relisted says that the list of jobs is changed.
	relisted bool
	// spoilt says that more was asked for than single rows: such a fold is made anew.
	spoilt bool
}

type rowKey struct{ bucket, key string }

type draftRow struct {
	value []byte
	gone  bool // it is deleted
}

func (k rowKey) compare(other rowKey) int {
	return cmp.Or(strings.Compare(k.bucket, other.bucket), strings.Compare(k.key, other.key))
}

// draft folds list as it would be folded now; nil if that cannot be said.
func (s *Store) draft(list []Event) *draft {
	if s.o.Fold == nil {
		return nil
	}
	d := &draft{read: map[rowKey][]byte{}, written: map[rowKey]draftRow{}, counts: map[count]int64{}}
	err := s.View(func(tx *Tx) error {
		p, err := tx.progress()
		if err != nil || p.index != p.folded || list[0].Seq <= p.folded {
			d.spoilt = true
			return err
		}
		bodies := map[string][]byte{}
		for _, e := range list {
			e.Duplicate = tx.cameBefore(&e, bodies) || e.Duplicate
			d.labels = append(d.labels, e.Duplicate)
			tx.draft = d
			if err := tx.fold(e); err != nil {
				d.spoilt = true // it is looked into where it is written
			}
			if tx.draft = nil; d.spoilt {
				break
			}
		}
		return nil
	})
	if err != nil || d.spoilt {
		return nil
	}
	return d
}

// cameBefore says what remember will, after those whose bodies are given.
func (tx *Tx) cameBefore(e *Event, bodies map[string][]byte) bool {
	hash := bodyHash(e.Body)
	last, here := bodies[string(hash)]
	if !here {
		last = tx.bucket(bucketBodies).Get(hash)
	}
	bodies[string(hash)] = timeKey(e.ReceivedAt)
	return last != nil && within(last, e.ReceivedAt)
}

// get reads one row.
func (tx *Tx) get(bucket string, k []byte) []byte {
	d := tx.draft
	if d == nil {
		return tx.bucket(bucket).Get(k)
	}
	key := rowKey{bucket, string(k)}
	switch row, ok := d.written[key]; {
	case ok && row.gone:
		return nil
	case ok:
		return slices.Concat([]byte{}, row.value) // an empty row is one, too
	}
	v := tx.plain(bucket).Get(k)
	if _, ok := d.read[key]; !ok {
		d.read[key] = bytes.Clone(v)
	}
	return v
}

// holds says that what the draft was made of still stands.
func (tx *Tx) holds(d *draft) bool {
	for key, was := range d.read {
		is := tx.bucket(key.bucket).Get([]byte(key.key))
		if (is == nil) != (was == nil) || !bytes.Equal(is, was) {
			return false
		}
	}
	return true
}

// apply writes what was drafted.
func (tx *Tx) apply(d *draft) error {
	for _, key := range slices.SortedFunc(maps.Keys(d.written), rowKey.compare) {
		var err error
		if row := d.written[key]; row.gone {
			err = tx.drop(key.bucket, []byte(key.key))
		} else {
			err = tx.put(key.bucket, []byte(key.key), row.value)
		}
		if err != nil {
			return err
		}
	}
	for c, delta := range d.counts {
		if err := tx.add(c, delta); err != nil {
			return err
		}
	}
	if d.relisted {
		return tx.relisted()
	}
	return nil
}
