package engine

import (
	"context"
	"errors"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/tell"
	"dormer/storage"
)

// FailureNotice tells that something a person asked for outside the window did not
// work: what, why, and what to do.
func FailureNotice(err error) tell.Notice {
	what, why, do := say.PartsOf(err)
	if what.IsZero() {
		what, why = why, say.Text{}
	}
	n := tell.Notice{Key: failureKey, Title: what, Body: say.Sentences(why, do)}
	if u, ok := errors.AsType[*Unopened](err); ok {
		n.Key, n.Job, n.Actions = failureOf+string(u.Job), u.Job, []string{tell.ActShowFolder}
	}
	return n
}

// The keys of notifications that no alert stands behind: the second is followed by
// the job that could not be opened.
const (
	failureKey = "failure"
	failureOf  = "failure/"
)

// ActOnNotice does what a button of a notification asks, by the notification's
// key, and marks its alert as read. It may be one that an earlier run has left: the
// alert is looked up. One that stands for several leads to the inbox.
func (e *Engine) ActOnNotice(ctx context.Context, key, action string) error {
	if id, ok := strings.CutPrefix(key, failureOf); ok {
		return e.Act(ctx, action, hover.JobID(id), "")
	}
	var a job.Alert
	err := e.store.View(func(tx *storage.Tx) (err error) {
		a, _, err = tx.AlertOf(key)
		return err
	})
	if err == nil && a.ID != 0 {
		err = e.MarkRead(ctx, a.ID) // whatever comes of it
	}
	if err != nil {
		return err
	}
	if a.Job == "" {
		action = tell.ActShowJob
	}
	if action == tell.ActOpenPaper {
		return e.OpenPaper(ctx, string(a.Kind), string(a.Document))
	}
	return e.Act(ctx, action, a.Job, a.Model)
}
