package engine

import (
	"context"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/storage"
)

// cursor is how far the account was read.
type cursor struct {
	Since time.Time `json:"since,omitzero"` // by Hover's clock
	Run   uint64    `json:"run"`            // counts the catch-ups
	// Silent is the silent job that was asked for last.
	Silent hover.JobID `json:"silent,omitempty"`
}

// catchUpOverlap is how far a catch-up looks back beyond what the last one read.
const catchUpOverlap = 10 * time.Minute

// accountRead gives how far the account was read.
func (e *Engine) accountRead() (c cursor, err error) {
	err = e.store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docCursor, &c)
		return err
	})
	return c, err
}

// quiet says which jobs are taken in silently by who asks for them beside the catch-up.
func (c cursor) quiet(history importing, j hover.Job, known bool) bool {
	passed := history.Done && !known &&
		(j.Archived != nil && *j.Archived || j.UpdatedAt.Before(c.Since.Add(-catchUpOverlap)))
	return passed || history.quiet(j, known)
}

// takeIn asks for one job by its number and takes it in; Hover may not know it.
func (e *Engine) takeIn(ctx context.Context, id hover.JobID, read cursor) (found []hover.JobID, err error) {
	asked := e.ask()
	reply, err := e.o.API.Job(ctx, id)
	switch hoverapi.KindOf(err) {
	case hoverapi.NotFound, hoverapi.Forbidden, hoverapi.Invalid:
		return nil, nil
	}
	if err == nil {
		err = e.learn(ctx, []hover.Job{reply}, asked, 0, read.quiet, nil)
	}
	if err != nil {
		return nil, err
	}
	return []hover.JobID{reply.ID}, nil
}
