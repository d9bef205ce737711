package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

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
		d.at.read = append(d.at.read, key)
	}
	return v
}
