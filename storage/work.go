package storage

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Enqueue wishes for w.Kind and w.Key to be done at w.Due, or at once if that
// is zero. Where it is pending already, the earlier Due stays, the payload is
// replaced if w has one, and Rev grows. A row that was given up begins anew.
// Only Kind, Key, Payload, Due, Since and Behind of w count.
func (tx *Tx) Enqueue(w Work) error {
	if w.Kind == "" {
		return fmt.Errorf("storage: work without a kind")
	}
	if err := checkName("kind of work", string(w.Kind)); err != nil {
		return err
	}
	if err := checkName("key of work", w.Key); err != nil {
		return err
	}
	now := tx.now()
	if w.Due.IsZero() {
		w.Due = now
	}
	if w.Since.IsZero() {
		w.Since = now
	}
	row := Work{Kind: w.Kind, Key: w.Key, Payload: w.Payload, Due: w.Due.UTC(), Since: w.Since.UTC(), Rev: 1, Behind: w.Behind}
	old, ok, err := tx.Work(w.Kind, w.Key)
	if err != nil {
		return err
	}
	if !ok {
		return tx.placeWork(nil, &row)
	}
	row.Rev = old.Rev + 1
	if w.Payload == nil {
		row.Payload = old.Payload
	}
	if !old.Dead {
		row.Since, row.Attempts, row.LastError = old.Since, old.Attempts, old.LastError
		row.Behind = w.Behind || old.Behind
		if old.Due.Before(row.Due) {
			row.Due = old.Due
		}
	}
	return tx.placeWork(&old, &row)
}

// Work gives one row, pending or given up; false if there is none.
func (tx *Tx) Work(kind WorkKind, key string) (Work, bool, error) {
	id, d := Work{Kind: kind, Key: key}.id(), tx.draft
	if d == nil {
		return known(workIn(id, tx.get(bucketWork, id)))
	}
	if d.work[string(id)] == nil {
		row, err := d.readWork(tx, kind, key)
		if err != nil {
			return Work{}, false, err
		}
		d.work[string(id)] = row
	}
	return known(d.work[string(id)].is, nil)
}

// workIn reads a row of work; nil if there is none.
func workIn(id, b []byte) (*Work, error) {
	if b == nil {
		return nil, nil
	}
	w := new(Work)
	return w, fromJSON(bucketWork, id, b, w)
}

func known(w *Work, err error) (Work, bool, error) {
	if w == nil || err != nil {
		return Work{}, false, err
	}
	return *w, true, nil
}

// Due lists up to limit rows (all if 0) of the given kinds (of all if none)
// whose time has come, the longest due first. A row stays until it is finished,
// buried or put off: who works on several at a time remembers which.
func (tx *Tx) Due(now time.Time, limit int, kinds ...WorkKind) ([]Work, error) {
	var due []Work
	wanted := startsWithKind(kinds)
	for k := range rows(tx.bucket(bucketWorkDue), nil, pastKey(timeKey(now)), false) {
		if !wanted(k[8:]) {
			continue
		}
		w, err := tx.workAt(k[8:])
		if err != nil {
			return nil, err
		}
		due = append(due, w)
		if len(due) == limit {
			break
		}
	}
	return due, nil
}

// DueAfter gives the time at which the next row of the given kinds (of all if
// none) will be due; false if there is none. Rows that are due now do not count.
func (tx *Tx) DueAfter(now time.Time, kinds ...WorkKind) (time.Time, bool, error) {
	wanted := startsWithKind(kinds)
	for k := range rows(tx.bucket(bucketWorkDue), pastKey(timeKey(now)), nil, false) {
		if !wanted(k[8:]) {
			continue
		}
		w, err := tx.workAt(k[8:])
		return w.Due, err == nil, err
	}
	return time.Time{}, false, nil
}

// startsWithKind tells the ids of rows of the given kinds (of all if none) from
// others, without reading the rows: there may be thousands of another kind.
func startsWithKind(kinds []WorkKind) func(id []byte) bool {
	var starts [][]byte
	for _, kind := range kinds {
		starts = append(starts, text(string(kind)))
	}
	return func(id []byte) bool {
		return len(starts) == 0 || slices.ContainsFunc(starts, func(start []byte) bool { return bytes.HasPrefix(id, start) })
	}
}

// workAt reads the row that an index names.
func (tx *Tx) workAt(id []byte) (Work, error) {
	var w Work
	ok, err := tx.getJSON(bucketWork, id, &w)
	if err == nil && !ok {
		err = damaged(fmt.Sprintf("work %q is in an index only", id), nil)
	}
	return w, err
}

// Finish deletes w, which is done (or, if it was given up, is to be forgotten).
// If it has been wished for again since w was given out, it stays and begins
// anew, as due as that wish made it.
func (tx *Tx) Finish(w Work) error {
	return tx.settle(w, func(*Work) *Work { return nil })
}

// Retry puts w off until due, after a failed attempt. If it has been wished for
// again since w was given out, that wish's due time stands.
func (tx *Tx) Retry(w Work, due time.Time, reason string) error {
	attempted := func(row *Work) *Work {
		row.Attempts++
		row.LastError, row.Behind = reason, w.Behind
		return row
	}
	return tx.settleElse(w, func(row *Work) *Work {
		row.Due = due.UTC()
		return attempted(row)
	}, attempted)
}

// Hasten makes all pending rows of a kind due at once: what they waited for may
// be over.
func (tx *Tx) Hasten(kind WorkKind) error {
	now := tx.now()
	wanted := startsWithKind([]WorkKind{kind})
	for k := range rows(tx.bucket(bucketWorkDue), pastKey(timeKey(now)), nil, true) {
		if !wanted(k[8:]) {
			continue
		}
		old, err := tx.workAt(k[8:])
		if err != nil {
			return err
		}
		row := old
		row.Due = now
		if err := tx.placeWork(&old, &row); err != nil {
			return err
		}
	}
	return nil
}

// Bury gives w up: it is kept among the dead, and no longer due. If it has been
// wished for again since w was given out, it stays due and begins anew.
func (tx *Tx) Bury(w Work, reason string) error {
	return tx.settle(w, func(row *Work) *Work {
		row.Attempts++
		row.LastError = reason
		row.Dead = true
		return row
	})
}

// settle replaces the row of w by what done makes of it (nil: nothing). If it
// has been wished for again, it begins anew instead.
func (tx *Tx) settle(w Work, done func(*Work) *Work) error {
	return tx.settleElse(w, done, func(row *Work) *Work {
		row.Attempts, row.LastError = 0, ""
		return row
	})
}

func (tx *Tx) settleElse(w Work, done, wishedAgain func(*Work) *Work) error {
	old, ok, err := tx.Work(w.Kind, w.Key)
	if err != nil || !ok {
		return err
	}
	row := old
	if old.Rev != w.Rev {
		return tx.placeWork(&old, wishedAgain(&row))
	}
	return tx.placeWork(&old, done(&row))
}

// Dead lists the rows that were given up, by kind and key.
func (tx *Tx) Dead() ([]Work, error) {
	var dead []Work
	for k := range rows(tx.bucket(bucketWorkDead), nil, nil, false) {
		w, err := tx.workAt(k)
		if err != nil {
			return nil, err
		}
		dead = append(dead, w)
	}
	return dead, nil
}

// HasDead says whether rows of a kind were given up.
func (tx *Tx) HasDead(kind WorkKind) bool {
	prefix := text(string(kind))
	for range rows(tx.bucket(bucketWorkDead), prefix, pastKey(prefix), false) {
		return true
	}
	return false
}

// Revive makes a row that was given up due at once, with all its attempts
// again; false if there is no such row.
func (tx *Tx) Revive(kind WorkKind, key string) (bool, error) {
	old, ok, err := tx.Work(kind, key)
	if err != nil || !ok || !old.Dead {
		return false, err
	}
	row := old
	row.Dead, row.Attempts, row.Due = false, 0, tx.now()
	row.Rev++
	return true, tx.placeWork(&old, &row)
}

// WorkCounts gives the number of rows that are to be done and of those that
// were given up, without counting.
func (tx *Tx) WorkCounts() (pending, dead int, err error) {
	p, err := tx.count(countPending)
	if err != nil {
		return 0, 0, err
	}
	d, err := tx.count(countDead)
	return int(p), int(d), err
}

// placeWork replaces the row old by row, with its index and count; either may
// be nil.
func (tx *Tx) placeWork(old, row *Work) error {
	d := tx.draft
	if d == nil {
		return tx.writeWork(old, row)
	}
	w := d.work[string(cmp.Or(row, old).id())]
	if w == nil { // old was not asked for by its name
		d.spoilt = true
		return nil
	}
	w.is, w.changed = row, true
	return nil
}

func (tx *Tx) writeWork(old, row *Work) error {
	if old != nil && row != nil && old.Dead == row.Dead && old.Due.Equal(row.Due) {
		return tx.putJSON(bucketWork, row.id(), row) // its place is the same
	}
	if old != nil {
		bucket, key, n := old.place()
		if err := tx.drop(bucket, key); err != nil {
			return err
		}
		if err := tx.add(n, -1); err != nil {
			return err
		}
	}
	if row == nil {
		return tx.drop(bucketWork, old.id())
	}
	bucket, key, n := row.place()
	if err := tx.put(bucket, key, nil); err != nil {
		return err
	}
	if err := tx.add(n, 1); err != nil {
		return err
	}
	return tx.putJSON(bucketWork, row.id(), row)
}

// readWork reads a row of work.
func (d *draft) readWork(tx *Tx, kind WorkKind, key string) (*draftWork, error) {
	defer d.goesTo(key)()
	id := Work{Kind: kind, Key: key}.id()
	b := tx.get(bucketWork, id)
	if d.before != nil && b != nil {
		if was := d.before.work[string(id)]; was != nil && was.is != nil &&
			bytes.Equal(b, d.before.row(rowKey{bucketWork, string(id)})) {
			return &draftWork{was: was.is, is: was.is}, nil
		}
	}
	w, err := workIn(id, b)
	return &draftWork{was: w, is: w}, err
}
