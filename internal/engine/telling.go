package engine

import (
	"context"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// MarkRead marks alerts as read; no ids means all.
func (e *Engine) MarkRead(ctx context.Context, ids ...uint64) error {
	return e.alerts.MarkRead(ctx, ids...)
}

// TryNotice shows a notification now, whatever the hour.
func (e *Engine) TryNotice(ctx context.Context) error { return e.alerts.TryNotice(ctx) }

// Speak sets the language of the system, which notifications are told in where the
// settings name none.
func (e *Engine) Speak(ctx context.Context, system say.Language) error {
	return e.alerts.Speak(ctx, system)
}

// Reader is whom a notification is told to.
func (e *Engine) Reader() say.Reader { return e.alerts.Reader() }

// ClosedToTray has a notification say where Dormer goes on, the first time that the
// window is closed into the tray.
func (e *Engine) ClosedToTray(ctx context.Context) error { return e.alerts.ClosedToTray(ctx) }

// acted marks the alerts of a job as read of which somebody has just done what they are
// for: those of these kinds, of one structure or of the job.
func (e *Engine) acted(ctx context.Context, id hover.JobID, model hover.ModelID, kinds ...job.Outcome) {
	var ids []uint64
	err := e.store.View(func(tx *storage.Tx) error {
		for a, err := range tx.Alerts(storage.AlertQuery{Unread: true}) {
			if err != nil {
				return err
			}
			mine := a.Job == id && (model == "" || a.Model == "" || a.Model == model)
			for _, kind := range kinds {
				if mine && a.Kind == kind && !a.Failed {
					ids = append(ids, a.ID)
				}
			}
		}
		return nil
	})
	if err == nil && len(ids) > 0 {
		err = e.MarkRead(ctx, ids...)
	}
	if err != nil && ctx.Err() == nil {
		e.log.Warn("an alert that was acted on could not be marked as read", "job", id, "error", err)
	}
}
