package engine

import (
	"encoding/json"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/paperwork"
	"dormer/internal/tell"
	"dormer/storage"
)

// foldPaper folds an event about a paper: what is known of it, the question to Hover,
// and the alert. ok is false if the event is about none.
func foldPaper(tx *storage.Tx, ev storage.Event, event hover.Event, now time.Time) (ok bool, err error) {
	n, ok, err := paperwork.Heard(tx, ev, event)
	if err != nil || !ok {
		return ok, err
	}
	if err := followPaper(tx, n, now); err != nil || n.Tell == nil {
		return true, err
	}
	return true, tell.QueueOnce(tx, tell.News{Happening: *n.Tell, Confirmed: ev.ReceivedAt})
}

// followPaper queues what an event or a reply about a paper leads to, and brings what was
// told of papers to the job that they have got.
func followPaper(tx *storage.Tx, n paperwork.News, now time.Time) error {
	for _, p := range n.Ask {
		if err := tx.Enqueue(storage.Work{Kind: workPaper, Key: p.Ref(), Due: now}); err != nil {
			return err
		}
	}
	for _, key := range n.Moved {
		if err := moveAlert(tx, key, n.Job); err != nil {
			return err
		}
	}
	return nil
}

// moveAlert has an alert that was told without a job stand at the one that its paper has
// got: the row of the inbox, and one that still waits to be told.
func moveAlert(tx *storage.Tx, key string, to hover.JobID) error {
	w, queued, err := tx.Work(tell.Work, key)
	if err != nil {
		return err
	}
	if queued {
		var n tell.News
		if json.Unmarshal(w.Payload, &n) == nil && n.Happening.Job == "" {
			n.Happening.Job = to
			if err := tell.Queue(tx, n); err != nil {
				return err
			}
		}
	}
	a, told, err := tx.AlertOf(key)
	if err != nil || !told || a.Job != "" {
		return err
	}
	a.Job = to
	j, _, err := tx.Job(to)
	if err != nil {
		return err
	}
	if a.Document == "" { // of before alerts said what they tell of
		return tx.PutAlert(a)
	}
	a.Title, a.Body = job.Compose(job.Happening{Outcome: a.Kind, Job: to, Document: a.Document, State: a.State}, j,
		job.Files{})
	return tx.PutAlert(a)
}
