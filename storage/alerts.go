package storage

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"

	"dormer/internal/job"
)

// AlertQuery selects alerts; its zero value selects all, oldest first.
type AlertQuery struct {
	After  uint64 // only with a greater ID
	Before uint64 // only with a smaller ID, if not 0
	Limit  int    // at most so many, if not 0
	Unread bool   // only those nobody has read
	Newest bool   // newest first
}

// AddAlert stores a as the newest alert and gives it back with ID, and At if
// that was zero, set. If there is one with its Key already, that one is given
// back instead, unchanged, and added is false. An empty Key is never the same.
func (tx *Tx) AddAlert(a job.Alert) (stored job.Alert, added bool, err error) {
	if err := checkName("key of an alert", a.Key); err != nil {
		return job.Alert{}, false, err
	}
	if old, ok, err := tx.AlertOf(a.Key); ok || err != nil {
		return old, false, err
	}
	if a.At.IsZero() {
		a.At = tx.now()
	}
	if a.ID, err = tx.bucket(bucketAlerts).NextSequence(); err != nil {
		return job.Alert{}, false, fmt.Errorf("storage: number the alert: %w", err)
	}
	if a.Key != "" {
		if err := tx.put(bucketAlertsKey, []byte(a.Key), seqKey(a.ID)); err != nil {
			return job.Alert{}, false, err
		}
	}
	if err := tx.putJSON(bucketAlerts, seqKey(a.ID), a); err != nil {
		return job.Alert{}, false, err
	}
	return a, true, tx.markUnread(a.ID, a.ReadAt.IsZero())
}

// Alert gives one alert; false if there is none of that ID.
func (tx *Tx) Alert(id uint64) (job.Alert, bool, error) {
	var a job.Alert
	ok, err := tx.getJSON(bucketAlerts, seqKey(id), &a)
	if err != nil {
		return job.Alert{}, false, err
	}
	return a, ok, nil
}

// AlertOf gives the alert with a Key; false if there is none, and for the empty
// Key, which is never the same.
func (tx *Tx) AlertOf(key string) (job.Alert, bool, error) {
	if key == "" {
		return job.Alert{}, false, nil
	}
	id := tx.get(bucketAlertsKey, []byte(key))
	if len(id) != 8 {
		return job.Alert{}, false, nil
	}
	a, ok, err := tx.Alert(binary.BigEndian.Uint64(id))
	if err == nil && !ok {
		err = damaged(fmt.Sprintf("alert %q is in an index only", key), nil)
	}
	return a, ok, err
}

// PutAlert changes a stored alert, known by its ID: that it was shown or read,
// or what it says. Its Key stays what it was.
func (tx *Tx) PutAlert(a job.Alert) error {
	old, ok, err := tx.Alert(a.ID)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("storage: there is no alert %d to change", a.ID)
	}
	a.Key = old.Key
	if err := tx.putJSON(bucketAlerts, seqKey(a.ID), a); err != nil {
		return err
	}
	return tx.markUnread(a.ID, a.ReadAt.IsZero())
}

// markUnread keeps the index and the count of alerts that nobody has read.
func (tx *Tx) markUnread(id uint64, unread bool) error {
	was := tx.bucket(bucketAlertsNew).Get(seqKey(id)) != nil
	switch {
	case unread && !was:
		if err := tx.put(bucketAlertsNew, seqKey(id), nil); err != nil {
			return err
		}
		return tx.add(countUnread, 1)
	case !unread && was:
		if err := tx.drop(bucketAlertsNew, seqKey(id)); err != nil {
			return err
		}
		return tx.add(countUnread, -1)
	}
	return nil
}

// Alerts lists the alerts that q selects, by ID.
func (tx *Tx) Alerts(q AlertQuery) iter.Seq2[job.Alert, error] {
	bucket := bucketAlerts
	if q.Unread {
		bucket = bucketAlertsNew
	}
	lo, hi := seqKey(q.After), []byte(nil)
	if q.After < math.MaxUint64 {
		lo = seqKey(q.After + 1)
	}
	if q.Before > 0 {
		hi = seqKey(q.Before)
	}
	return func(yield func(job.Alert, error) bool) {
		n := 0
		for k := range rows(tx.bucket(bucket), lo, hi, q.Newest) {
			id := binary.BigEndian.Uint64(k)
			a, ok, err := tx.Alert(id)
			if err == nil && !ok {
				err = damaged(fmt.Sprintf("alert %d is in an index only", id), nil)
			}
			if !yield(a, err) {
				return
			}
			if n++; n == q.Limit {
				return
			}
		}
	}
}

// UnreadAlerts gives the number of alerts nobody has read, without counting.
func (tx *Tx) UnreadAlerts() (int, error) {
	n, err := tx.count(countUnread)
	return int(n), err
}
