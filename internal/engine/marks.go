package engine

import (
	"context"

	"dormer/internal/hover"
	"dormer/internal/records"
	"dormer/storage"
)

// MarkJob keeps what a person notes of a job.
func (e *Engine) MarkJob(ctx context.Context, id hover.JobID, m records.Marks) error {
	err := e.Records.MarkJob(ctx, id, m)
	e.watchers.changed()
	return err
}

// ReadJob marks the alerts of a job as read.
func (e *Engine) ReadJob(ctx context.Context, id hover.JobID) error {
	var ids []uint64
	err := e.store.View(func(tx *storage.Tx) error {
		for a, err := range tx.Alerts(storage.AlertQuery{Unread: true}) {
			if err != nil {
				return err
			}
			if a.Job == id {
				ids = append(ids, a.ID)
			}
		}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	return e.MarkRead(ctx, ids...)
}
