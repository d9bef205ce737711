package engine

import (
	"context"
	"errors"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
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

// Act does what a notification's button asks: see [Desk]. What is to be shown is shown
// in the window if there can be one, else as well as it can be done without.
func (e *Engine) Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error {
	if action == ActAtHover && id != "" {
		err := e.OpenURL(ctx, e.o.API.JobPage(id))
		if err == nil {
			e.acted(ctx, id, "", job.Approval, job.Payment)
		}
		return err
	}
	if action == tell.ActShowJob && id == "" && e.inWindow(ShowRequest{Page: PageInbox}) {
		return nil
	}
	f, err := e.filesOf(id)
	if err != nil {
		return err
	}
	switch action {
	case tell.ActOpenPDF:
		if err := e.openPDF(ctx, f, model); err != nil {
			return e.unopened(ctx, f, err)
		}
		e.acted(ctx, id, model, job.Completed, job.StructureDone)
		return nil
	case ActShowFolder:
		return e.showFolder(ctx, f, model)
	case tell.ActShowJob:
		if e.inWindow(ShowRequest{Job: id, Model: model}) {
			return nil
		}
		return e.openFolder(ctx, f)
	}
	return records.Usage(say.T("usage.no_action", "action", action))
}

// ClosedToTray has a notification say where Dormer goes on, the first time that the
// window is closed into the tray.
func (e *Engine) ClosedToTray(ctx context.Context) error { return e.alerts.ClosedToTray(ctx) }
