package records

import (
	"context"
	"strconv"

	"dormer/internal/say"
	"dormer/storage"
)

// EventPage gives stored events, the newest first.
func (r *Records) EventPage(ctx context.Context, f EventFilter, before uint64, limit int) ([]EventView, error) {
	q := storage.EventQuery{Job: f.Job, Name: f.Event, After: f.After, Before: before, Limit: rowsOf(limit), Newest: true}
	var views []EventView
	r.Come(ctx)
	err := r.Read(func(tx *storage.Tx) error {
		for ev, err := range tx.Events(q) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			views = append(views, eventView(ev))
		}
		return nil
	})
	return views, err
}

// Quarantined gives what was refused, newest first.
func (r *Records) Quarantined(ctx context.Context) ([]EventView, error) {
	var views []EventView
	err := r.Read(func(tx *storage.Tx) error {
		for ev, err := range tx.Quarantined() {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			v := eventView(ev)
			v.Refused = say.Text{ID: ev.Reading}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

// AlertPage gives the inbox, the newest first.
func (r *Records) AlertPage(ctx context.Context, before string, limit int) ([]AlertView, error) {
	q := storage.AlertQuery{Limit: rowsOf(limit), Newest: true}
	if before != "" {
		var err error
		if q.Before, err = strconv.ParseUint(before, 10, 64); err != nil || q.Before == 0 {
			return nil, Usage(say.T("usage.not_alert", "value", before))
		}
	}
	var views []AlertView
	err := r.Read(func(tx *storage.Tx) error {
		for a, err := range tx.Alerts(q) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			views = append(views, alertView(tx, a))
		}
		return nil
	})
	return views, err
}

// Unread counts the alerts that nobody has read.
func (r *Records) Unread(context.Context) (n int, err error) {
	err = r.Read(func(tx *storage.Tx) error {
		n, err = tx.UnreadAlerts()
		return err
	})
	return n, err
}
