package view

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Activity is the state of the stored events: those of one kind and one job, the
// newest first, as far back as somebody has scrolled, and one of them in full.
// All methods are called on the window's thread and return at once.
type Activity struct {
	pager[engine.EventView] // without their bodies

	kind   EventKind
	typed  string // in the field for a job's number
	choice int    // counts the choices of kind and job
	titles map[hover.JobID]string
	bodies question

	selected *selectedEvent
}

// ActivityState is what the activity shows beside its rows.
type ActivityState struct {
	Loaded  bool
	Problem error // why they could not be read the last time
	Kind    EventKind
	Job     string // what is in the field for a job's number
	Len     int
	// Choice changes with kind and job. As long as it stays, Added counts the
	// rows that have come in above those that were there first.
	Choice, Added int
	Detail        *ActivityEvent // nil while none is chosen
}

// ActivityRow is one event of the list.
type ActivityRow struct {
	Seq      uint64
	Title    string // "Job: being built"
	Second   string // "2 min ago · 1420 Sycamore Lane · job-state-changed-v2"
	Standing Standing
	Trust    Trust
	Label    string // "sent twice", or what is wrong with the signature
	Job      hover.JobID
	Chosen   bool
}

// EventKinds lists the kinds in the order in which people see them.
func EventKinds() []EventKind {
	return []EventKind{EventsAll, EventsJobs, EventsCaptures, EventsPaperwork, EventsInspections, EventsLeads, EventsRefused}
}

// NewActivity makes the state of the stored events; [Activity.Reload] fills it.
func NewActivity(d Deps) *Activity {
	a := &Activity{titles: map[hover.JobID]string{}}
	a.begin(d, a.Reload)
	a.id, a.fixed = func(e engine.EventView) uint64 { return e.Seq }, true
	return a
}

// State gives what there is to show beside the rows.
func (a *Activity) State() ActivityState {
	return ActivityState{
		Loaded: a.loaded, Problem: a.problem, Kind: a.kind, Job: a.typed, Len: len(a.rows), Choice: a.choice,
		Added: a.added, Detail: a.detail(),
	}
}

// Row gives a row for drawing, the newest as number 0.
func (a *Activity) Row(i int) ActivityRow {
	if i < 0 || i >= len(a.rows) {
		return ActivityRow{}
	}
	e := a.draw(i, i)
	r := ActivityRow{
		Seq: e.Seq, Title: eventTitle(e.Event, e.State),
		Second:   joined(words.Ago(e.ReceivedAt.Time, a.d.Now()), a.jobTitle(e.JobID), string(e.Event)),
		Standing: outcome(e.Event, e.State), Trust: a.trust(e), Job: e.JobID,
		Chosen: a.selected != nil && a.selected.Seq == e.Seq,
	}
	switch {
	case r.Trust == TrustRefused:
		r.Standing = StandingFailed
		r.Label = words.T("activity.label.refused")
	case r.Trust == TrustUnsigned:
		r.Label = words.T("activity.label.unsigned")
	case r.Trust == TrustUnpinned:
		r.Label = words.T("activity.label.unpinned")
	}
	if e.Duplicate {
		r.Label = joined(words.T("activity.label.duplicate"), r.Label)
	}
	return r
}

// Show chooses the kind of events.
func (a *Activity) Show(kind EventKind) {
	if a.kind != kind {
		a.choose(kind, a.typed)
	}
}

// SearchJob chooses the events of a job by its number, as it is typed or pasted:
// the number itself, as Hover's pages write it ("123-4567890"), or the address of
// such a page. Empty is all jobs.
func (a *Activity) SearchJob(text string) {
	if a.typed != text {
		a.choose(a.kind, text)
	}
}

// ShowJob shows all events of one job.
func (a *Activity) ShowJob(id hover.JobID) { a.choose(EventsAll, string(id)) }

func (a *Activity) choose(kind EventKind, job string) {
	a.kind, a.typed = kind, job
	a.choice++
	a.restart()
	a.fixed, a.selected = kind != EventsRefused, nil
	a.Changed()
	a.Reload()
}

var numberIn = regexp.MustCompile(`^(?:https?://\S*/|\d+-)?(\d+)/?(?:[?#]\S*)?$`)

// job gives the job that the field names.
func (a *Activity) job() hover.JobID {
	text := strings.TrimSpace(a.typed)
	if m := numberIn.FindStringSubmatch(text); m != nil {
		return hover.JobID(m[1])
	}
	return hover.JobID(text)
}

// Reload reads what has come since, or the first page of what was chosen.
func (a *Activity) Reload() {
	kind, job := a.kind, a.job()
	var known []hover.JobID // that may have been given a name
	for _, r := range a.rows[:min(len(a.rows), pageRows)] {
		known = append(known, r.row.JobID)
	}
	a.read = func(ctx context.Context, after, before uint64) (p page[engine.EventView], err error) {
		recent := slices.Clone(known)
		if kind == EventsRefused {
			p.last = true
			p.rows, err = a.d.Desk.Quarantined(ctx)
			p.rows = slices.DeleteFunc(p.rows, func(e engine.EventView) bool { return job != "" && e.JobID != job })
		} else {
			p.rows, p.last, err = a.about(ctx, topics[kind], engine.EventFilter{Job: job, After: after}, before)
		}
		for _, e := range p.rows {
			recent = append(recent, e.JobID)
		}
		jobs, _ := a.d.jobsOf(ctx, recent) // an embellishment: without it the number stands there
		p.rows, p.then = slim(p.rows), func() {
			for id, v := range jobs {
				a.titles[id] = TitleOf(v)
			}
		}
		return p, err
	}
	a.again()
}

// about reads a page of the events of a topic, "" for all. The engine filters by one
// name: of each as many are read as a page holds.
func (a *Activity) about(
	ctx context.Context, topic hover.Topic, f engine.EventFilter, before uint64,
) (rows []engine.EventView, last bool, err error) {
	events := []hover.Known{{}}
	if topic != "" {
		events = hover.Events(topic)
	}
	last = true
	for _, e := range events {
		f.Event = e.Name
		found, err := a.d.Desk.EventPage(ctx, f, before, pageRows)
		if err != nil {
			return nil, false, err
		}
		last = last && len(found) < pageRows
		rows = append(rows, found...)
	}
	slices.SortFunc(rows, func(x, y engine.EventView) int { return cmp.Compare(y.Seq, x.Seq) })
	if len(rows) > pageRows {
		rows, last = rows[:pageRows], false
	}
	return rows, last, nil
}

// slim leaves the bodies out: a hundred thousand rows have none to spare.
func slim(rows []engine.EventView) []engine.EventView {
	for i := range rows {
		rows[i].Body = nil
	}
	return rows
}

// Export gives an export of all data.
func (a *Activity) Export() *Export { return NewExport(a.d) }
