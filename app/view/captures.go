package view

import (
	"context"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Captures is the state of the capture requests: the list of them, and the form
// for a new one. All methods are called on the window's thread and return at once.
type Captures struct {
	loader

	list     []engine.CaptureView
	known    map[hover.JobID]engine.JobView // of the jobs in list, those that can be shown
	deleting doings[hover.CaptureRequestID]
	opening  doings[pdfRef]
	form     captureForm
}

// CapturesState is what the page of the capture requests shows.
type CapturesState struct {
	Loaded  bool  // the list was read at least once
	Problem error // why it could not be read the last time
	Rows    []CaptureRow
	Form    CaptureForm
}

// CaptureRow is one capture request of the list.
type CaptureRow struct {
	ID    hover.CaptureRequestID
	State hover.CaptureState
	Title string      // the address, or who was asked where there is none
	Says  string      // "Ann Lee · invitation sent · 2 min ago"
	Link  string      // to share; empty if Hover gave none, or it leads nowhere any more
	Job   hover.JobID // empty if there is none to show
	// Deletable says that there is something to take back; Deleting that Hover
	// is being asked to.
	Deletable, Deleting bool
}

// NewCaptures makes the state of the capture requests; [Captures.Reload] fills it.
func NewCaptures(d Deps) *Captures {
	c := &Captures{deleting: doings[hover.CaptureRequestID]{}, opening: doings[pdfRef]{}}
	c.begin(d, c.Reload)
	c.form.typed = map[CaptureField]bool{}
	return c
}

// Reload reads the list again.
func (c *Captures) Reload() {
	c.load(func(ctx context.Context) (take func(), err error) {
		list, err := c.d.Desk.Captures(ctx)
		if err != nil {
			return nil, err
		}
		ids := make([]hover.JobID, len(list))
		for i, v := range list {
			ids[i] = v.JobID
		}
		known, err := c.d.jobsOf(ctx, ids)
		return func() { c.list, c.known = list, known }, err
	})
}

// State gives what there is to show.
func (c *Captures) State() CapturesState {
	s := CapturesState{Loaded: c.loaded, Problem: c.problem, Rows: make([]CaptureRow, len(c.list)), Form: c.formState()}
	for i, v := range c.list {
		s.Rows[i] = c.row(v)
	}
	return s
}

func (c *Captures) row(v engine.CaptureView) CaptureRow {
	over := v.State == hover.CaptureDeleted || v.State == hover.CaptureComplete
	r := CaptureRow{ID: v.ID, State: v.State, Title: v.Address, Deleting: c.deleting[v.ID], Deletable: !over}
	if !over {
		r.Link = v.Link
	}
	if _, known := c.known[v.JobID]; known { // Hover names a draft from the beginning
		r.Job = v.JobID
	}
	who := v.Name
	if who == "" {
		who = v.Email
	}
	if r.Title == "" {
		r.Title, who = who, v.Email
	}
	if r.Title == "" {
		r.Title = words.T("captures.number", "id", v.ID)
	}
	if who == r.Title {
		who = ""
	}
	state := captureState(v.State)
	if r.Deleting {
		state = words.T("captures.deleting")
	}
	when := ""
	if !v.CreatedAt.IsZero() {
		when = words.Ago(v.CreatedAt.Time, c.d.Now())
	}
	r.Says = joined(who, state, when)
	return r
}

// captureState says how far a request is. A state that Hover adds later is
// shown as it is.
func captureState(s hover.CaptureState) string {
	switch s {
	case hover.CaptureNew:
		return words.T("captures.state.new")
	case hover.CaptureConnected:
		return words.T("captures.state.connected")
	case hover.CaptureComplete:
		return words.T("captures.state.complete")
	case hover.CaptureDeleted:
		return words.T("captures.state.deleted")
	}
	return strings.ReplaceAll(string(s), "_", " ")
}

// Delete takes a request back at Hover.
func (c *Captures) Delete(id hover.CaptureRequestID) {
	c.deleting.do(c.d, id, func(ctx context.Context) error { return c.d.Desk.DeleteCapture(ctx, id) }, c.changed, c.Reload)
}
