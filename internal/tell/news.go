package tell

import (
	"encoding/json"
	"time"

	"dormer/internal/job"
	"dormer/storage"
)

// Work is the kind of work that tells a person; its key is the happening's.
const Work storage.WorkKind = "alert"

// News is the payload of an alert's work.
type News struct {
	Happening job.Happening `json:"happening"`
	Confirmed time.Time     `json:"confirmed"` // when Hover confirmed or signed it
	// Claimed says that it was told by a signed event alone, since Hover could
	// not be asked: then it cannot be asked for the PDF either.
	Claimed bool `json:"claimed,omitempty"`
	// Run is the catch-up that found it; 0 if it came by an event.
	Run uint64 `json:"run,omitempty"`
	// Gathered says that it waits no longer for a catch-up's end, and is told
	// together with the others: it came while the first one after a start or wake
	// was under way, or was found by one that takes long.
	Gathered bool `json:"gathered,omitempty"`
	// Shown says that a person was told without the PDF; the alert is shown
	// again in place when it has come.
	Shown bool `json:"shown,omitempty"`
	// Silent says that it is in the in-app inbox and is not shown by itself: its
	// kind is switched off, or a summary stands for it. The row is brought up to
	// date when the PDF has come.
	Silent bool `json:"silent,omitempty"`
	// Held says that it is in the in-app inbox already and waits for the end of
	// the quiet hours.
	Held bool `json:"held,omitempty"`
	// Untaken says that it is in the in-app inbox already and is being shown, or
	// waits for somebody who takes its notification. Row is the key of the inbox
	// row that is shown for it: its own, or a summary's.
	Untaken bool   `json:"untaken,omitempty"`
	Row     string `json:"row,omitempty"`
}

// QueueOnce queues the alert of what an event alone tells, unless that is in the
// inbox or the queue already: Hover may send an event twice, and a person may
// have it replayed.
func QueueOnce(tx *storage.Tx, n News) error {
	if _, told, err := tx.AlertOf(n.Happening.Key); err != nil || told {
		return err
	}
	if _, queued, err := tx.Work(Work, n.Happening.Key); err != nil || queued {
		return err
	}
	return Queue(tx, n)
}

// Queue queues an alert, in the place of one with the same key.
func Queue(tx *storage.Tx, n News) error {
	payload, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return tx.Enqueue(storage.Work{Kind: Work, Key: n.Happening.Key, Payload: payload, Due: n.Confirmed})
}
