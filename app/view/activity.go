package view

import (
	"cmp"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// ActivityDesk is what the activity asks of the engine.
type ActivityDesk interface {
	EventPage(ctx context.Context, f engine.EventFilter, before uint64, limit int) ([]engine.EventView, error)
	Quarantined(ctx context.Context) ([]engine.EventView, error)
	JobRows(ctx context.Context, ids []hover.JobID) ([]engine.JobView, error)
	Replay(ctx context.Context, seqs []uint64) (int, error)
	Export(ctx context.Context, format string, w io.Writer) error
	OpenPath(ctx context.Context, path string) error
}

// Activity is the state of the stored events: those of one kind and one job, the
// newest first, as far back as somebody has scrolled, and one of them in full.
// All methods are called on the window's thread and return at once.
type Activity struct {
	// Changed is called on the window's thread after the state has changed.
	Changed func()

	d    Deps
	desk ActivityDesk

	kind    EventKind
	typed   string // in the field for a job's number
	choice  int    // counts the choices of kind and job: an answer to an earlier one is dropped
	loaded  bool
	problem error
	rows    []engine.EventView // without their bodies
	added   int
	end     bool // there are no older ones
	loading bool // older ones are being read
	titles  map[hover.JobID]string

	news, older, bodies question
	clock               attempt

	selected *selectedEvent
	export   ExportState
	exports  attempt
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
	Export        ExportState
}

// ActivityRow is one event of the list.
type ActivityRow struct {
	Title  string // "Job: being built"
	Second string // "1420 Sycamore Lane · job-state-changed-v2"
	When   string
	Trust  Trust
	Label  string // "sent twice", or what is wrong with the signature
	Chosen bool
}

// Trust is how far an event can be trusted.
type Trust int

// The degrees of trust.
const (
	TrustSigned   Trust = iota // signed by Hover
	TrustUnpinned              // signed in a way that is not understood yet
	TrustUnsigned              // not signed at all
	TrustRefused               // turned away
)

// EventKind is what the list of events is filtered by.
type EventKind int

// The kinds of events. Those that Hover adds later are in EventsAll only.
const (
	EventsAll EventKind = iota
	EventsJobs
	EventsCaptures
	EventsPaperwork // estimates, material lists, proposals, orders
	EventsInspections
	EventsLeads
	EventsRefused // what was turned away
)

// EventKinds lists the kinds in the order in which people see them.
func EventKinds() []EventKind {
	return []EventKind{EventsAll, EventsJobs, EventsCaptures, EventsPaperwork, EventsInspections, EventsLeads, EventsRefused}
}

// eventPage is how many events are read at once.
const eventPage = 100

// NewActivity makes the state of the stored events; [Activity.Reload] fills it.
func NewActivity(d Deps) *Activity {
	return &Activity{Changed: func() {}, d: d, desk: d.Desk, titles: map[hover.JobID]string{}}
}

// Shown and Hidden say whether the page is in sight: while it is, what it says
// about times is kept true.
func (a *Activity) Shown() {
	a.clock.keepTrue(a.d, func() { a.Changed() })
	a.Reload()
}

// Hidden: see Shown.
func (a *Activity) Hidden() { a.clock.end() }

// State gives what there is to show beside the rows.
func (a *Activity) State() ActivityState {
	return ActivityState{
		Loaded: a.loaded, Problem: a.problem, Kind: a.kind, Job: a.typed, Len: len(a.rows), Choice: a.choice, Added: a.added,
		Detail: a.detail(), Export: a.export,
	}
}

// Row gives a row for drawing, the newest as number 0.
func (a *Activity) Row(i int) ActivityRow {
	if i < 0 || i >= len(a.rows) {
		return ActivityRow{}
	}
	e := a.rows[i]
	r := ActivityRow{
		Title: eventTitle(e.Event, e.State), Second: joined(a.jobTitle(e.JobID), string(e.Event)),
		When: words.Ago(e.ReceivedAt.Time, a.d.Now()), Trust: a.trust(e), Chosen: a.selected != nil && a.selected.Seq == e.Seq,
	}
	switch {
	case r.Trust == TrustRefused:
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

func (a *Activity) trust(e engine.EventView) Trust {
	switch {
	case a.kind == EventsRefused:
		return TrustRefused
	case e.Verdict == hover.VerdictSigned:
		return TrustSigned
	case e.Verdict == hover.VerdictUnsigned:
		return TrustUnsigned
	}
	return TrustUnpinned
}

// jobTitle gives what people call a job; empty for none.
func (a *Activity) jobTitle(id hover.JobID) string {
	if t := a.titles[id]; t != "" || id == "" {
		return t
	}
	return words.T("activity.unnamed_job", "id", id)
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
	a.loaded, a.rows, a.added, a.end, a.loading, a.selected = false, nil, 0, false, false, nil
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
	choice, kind, job := a.choice, a.kind, a.job()
	var newest uint64
	if len(a.rows) > 0 {
		newest = a.rows[0].Seq
	}
	recent := a.rows[:min(len(a.rows), eventPage)] // whose jobs may have been given a name
	a.news.ask(a.d, func(ctx context.Context) {
		rows, end, err := a.since(ctx, kind, job, newest)
		titles := a.titlesOf(ctx, slices.Concat(rows, recent))
		a.d.Do(func() {
			if choice != a.choice || ctx.Err() != nil {
				return
			}
			if a.problem = err; err == nil {
				a.take(rows, end)
				a.learn(titles)
			}
			a.Changed()
		})
	})
}

// take puts what has come above what is there.
func (a *Activity) take(rows []engine.EventView, end bool) {
	fresh := len(rows)
	if len(a.rows) > 0 {
		newest := a.rows[0].Seq
		if i := slices.IndexFunc(rows, func(e engine.EventView) bool { return e.Seq <= newest }); i >= 0 {
			fresh = i
		}
	}
	if a.loaded {
		a.added += fresh
	}
	switch {
	case a.kind == EventsRefused, len(a.rows) == 0: // all of them were read, or the first page: the oldest may have gone
		a.rows, a.end = rows, end
	default:
		a.rows = slices.Concat(rows[:fresh], a.rows)
	}
	a.loaded = true
}

// since reads the events that are newer than one, the newest first; a page of
// them where that is none. end says that there are no older ones.
func (a *Activity) since(ctx context.Context, kind EventKind, job hover.JobID, newest uint64) (rows []engine.EventView, end bool, err error) {
	if kind == EventsRefused {
		rows, err = a.desk.Quarantined(ctx)
		rows = slices.DeleteFunc(rows, func(e engine.EventView) bool { return job != "" && e.JobID != job })
		return slim(rows), true, err
	}
	var before uint64
	for {
		page, last, err := a.page(ctx, kind, engine.EventFilter{Job: job, After: newest}, before)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, page...)
		if last || newest == 0 {
			return rows, last, nil
		}
		before = page[len(page)-1].Seq
	}
}

// page reads a page of a kind of events that are older than one (0: from the
// newest). last says that there are none after it. The engine filters by one
// name, a kind has several: of each as many are read as a page holds.
func (a *Activity) page(ctx context.Context, kind EventKind, f engine.EventFilter, before uint64) (rows []engine.EventView, last bool, err error) {
	names := kind.names()
	if len(names) == 0 {
		names = []hover.EventName{""}
	}
	last = true
	for _, name := range names {
		f.Event = name
		found, err := a.desk.EventPage(ctx, f, before, eventPage)
		if err != nil {
			return nil, false, err
		}
		last = last && len(found) < eventPage
		rows = append(rows, slim(found)...)
	}
	slices.SortFunc(rows, func(x, y engine.EventView) int { return cmp.Compare(y.Seq, x.Seq) })
	if len(rows) > eventPage {
		rows, last = rows[:eventPage], false
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

// Older reads the next page of older events, if there are any.
func (a *Activity) Older() {
	if a.loading || a.end || len(a.rows) == 0 {
		return
	}
	a.loading = true
	choice, kind, job, before := a.choice, a.kind, a.job(), a.rows[len(a.rows)-1].Seq
	a.older.ask(a.d, func(ctx context.Context) {
		rows, end, err := a.page(ctx, kind, engine.EventFilter{Job: job}, before)
		titles := a.titlesOf(ctx, rows)
		a.d.Do(func() {
			if choice != a.choice || ctx.Err() != nil {
				return
			}
			a.loading = false
			if err != nil {
				a.d.Tell(err)
				return
			}
			a.rows, a.end = append(a.rows, rows...), end
			a.learn(titles)
			a.Changed()
		})
	})
}

// titlesOf asks for what people call the jobs of events. They are an
// embellishment: without them the number stands there.
func (a *Activity) titlesOf(ctx context.Context, rows []engine.EventView) map[hover.JobID]string {
	var ids []hover.JobID
	seen := map[hover.JobID]bool{"": true}
	for _, e := range rows {
		if !seen[e.JobID] {
			seen[e.JobID] = true
			ids = append(ids, e.JobID)
		}
	}
	titles := map[hover.JobID]string{}
	if len(ids) > 0 {
		jobs, _ := a.desk.JobRows(ctx, ids)
		for _, v := range jobs {
			titles[v.ID] = TitleOf(v)
		}
	}
	return titles
}

func (a *Activity) learn(titles map[hover.JobID]string) {
	for id, t := range titles {
		a.titles[id] = t
	}
}
