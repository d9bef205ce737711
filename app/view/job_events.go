package view

import (
	"context"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// EventsState is what Hover sent about a job, folded away until a person wants
// to see it.
type EventsState struct {
	Open    bool
	Loaded  bool
	Problem error
	Rows    []EventRow // the newest first
	More    bool       // there are older ones
}

// EventRow is one stored event.
type EventRow struct {
	Seq      uint64
	Title    string // what it tells, in plain words
	Name     string // what Hover calls it
	When     string
	Verdict  string // how far it is trusted, in plain words
	Standing Standing
	Open     bool   // its contents are shown
	Body     string // they, on lines as people read them; only of an open one
	Cut      bool   // there is more than is shown
	Busy     bool   // it is being replayed
}

// eventsPage is how many events are read at once.
const eventsPage = 20

// jobEvents reads the events of a job.
type jobEvents struct {
	loader
	open  bool
	limit int
	more  bool
	rows  []engine.EventView
	shown map[uint64]bool // whose contents are shown
	busy  doings[uint64]  // that are being replayed
}

func (e *jobEvents) reset() {
	e.forget()
	e.open, e.limit, e.more, e.rows, e.shown, e.busy = false, 0, false, nil, map[uint64]bool{}, doings[uint64]{}
}

// ToggleEvents shows what Hover sent, or folds it away.
func (j *Job) ToggleEvents() {
	j.events.open = !j.events.open
	j.reloadEvents()
	j.Changed()
}

// MoreEvents reads older events.
func (j *Job) MoreEvents() {
	j.events.limit += eventsPage
	j.reloadEvents()
}

// ToggleEvent shows the contents of an event, or folds them away.
func (j *Job) ToggleEvent(seq uint64) {
	j.events.shown[seq] = !j.events.shown[seq]
	j.Changed()
}

func (j *Job) reloadEvents() {
	e, id := &j.events, j.id
	if !e.open || id == "" {
		return
	}
	e.limit = max(e.limit, eventsPage)
	limit := e.limit
	e.load(func(ctx context.Context) (take func(), err error) {
		rows, err := j.d.Desk.EventPage(ctx, engine.EventFilter{Job: id}, 0, limit+1)
		return func() { e.more, e.rows = len(rows) > limit, rows[:min(limit, len(rows))] }, err
	})
}

func (e *jobEvents) state(now time.Time) EventsState {
	s := EventsState{Open: e.open, Loaded: e.loaded, Problem: e.problem, More: e.more}
	if !e.open {
		return s
	}
	for _, v := range e.rows {
		r := EventRow{
			Seq: v.Seq, Title: eventTitle(v.Event, v.State), Name: oneLine(string(v.Event)), When: words.Ago(v.ReceivedAt.Time, now),
			Open: e.shown[v.Seq], Busy: e.busy[v.Seq],
		}
		r.Verdict, r.Standing = trust(v.Verdict)
		if r.Open {
			text, whole := readable(v.Body, maxShown)
			r.Body, r.Cut = text, !whole
		}
		s.Rows = append(s.Rows, r)
	}
	return s
}

// trust says how far an event is trusted.
func trust(v hover.Verdict) (says string, how Standing) {
	switch v {
	case hover.VerdictSigned:
		return words.T("job.event_signed"), StandingDone
	case hover.VerdictUnpinned:
		return words.T("job.event_unpinned"), StandingWorking
	case hover.VerdictUnsigned:
		return words.T("job.event_unsigned"), StandingWaiting
	}
	return string(v), StandingNone
}
