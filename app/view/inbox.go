package view

import (
	"context"
	"slices"
	"strconv"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// Inbox is every alert that there was, the newest first. It is read page by page
// as it is looked through. All methods are called on the window's thread and
// return at once.
type Inbox struct {
	pager[alert]
	filter InboxFilter
	unread int
	let    []int // of the rows, those that the filter lets through

	marked map[uint64]bool // what a person has read here, before the engine says so
	upTo   uint64          // everything up to this one was read here
	busy   doings[pdfRef]
}

// alert is one alert as it was read.
type alert struct {
	id   uint64
	view engine.AlertView
}

// InboxFilter chooses alerts.
type InboxFilter int

// The filters of the inbox.
const (
	InboxAll InboxFilter = iota
	InboxUnread
	InboxFailures
	InboxYours // what waits for somebody to act at Hover: approval, payment
)

// InboxState is what the inbox shows beside its rows.
type InboxState struct {
	Loaded  bool // there was an answer
	Filter  InboxFilter
	Len     int   // rows
	Added   int   // rows that have come in above those that were there first
	Unread  int   // of all alerts
	Reading bool  // more are being read
	Problem error // why there is no answer
}

// AlertAction is the one thing that an alert offers to do.
type AlertAction int

// The actions of an alert.
const (
	AlertNothing AlertAction = iota
	AlertOpenPDF
	AlertShowJob
	AlertOpenPaper // the spreadsheet of a material list or a checklist
	AlertAtHover   // the job's page at Hover, where it is approved or paid for
)

// AlertRow is an alert as the inbox shows it.
type AlertRow struct {
	ID       uint64
	Job      hover.JobID // "" if it is about none
	Title    string
	Second   string // when, and what more there is to say
	Standing Standing
	Unread   bool
	Action   AlertAction
	Busy     bool // the action is under way
}

// NewInbox gives the inbox, empty until [Inbox.Reload].
func NewInbox(d Deps) *Inbox {
	b := &Inbox{marked: map[uint64]bool{}, busy: doings[pdfRef]{}}
	b.begin(d, b.Reload)
	b.read, b.id, b.shown = b.page, func(a alert) uint64 { return a.id }, func() int { return len(b.let) }
	return b
}

// State gives what the inbox shows beside its rows.
func (b *Inbox) State() InboxState {
	return InboxState{
		Loaded: b.loaded, Filter: b.filter, Len: len(b.let), Added: b.added, Unread: b.unread, Reading: b.reading,
		Problem: b.problem,
	}
}

// Row gives a row for drawing. What is no longer sure, and what comes after the
// last row, is read, and Changed called when it is there.
func (b *Inbox) Row(row int) AlertRow {
	if row < 0 || row >= len(b.let) {
		return AlertRow{}
	}
	a := b.draw(b.let[row], row)
	return AlertRow{
		ID: a.id, Job: a.view.JobID, Title: a.view.Title.For(words.Reader()),
		Second:   sentence(joined(words.Ago(a.view.At.Time, b.d.Now()), a.view.Body.For(words.Reader()))),
		Standing: alertStanding(a.view), Unread: b.isUnread(a), Action: alertAction(a.view), Busy: b.busy[a.pdf()],
	}
}

// Show filters the alerts.
func (b *Inbox) Show(f InboxFilter) {
	if f == b.filter {
		return
	}
	b.filter, b.reach = f, 0
	b.sift()
	b.next()
	b.Changed()
}

// Reload asks again, after news. What is shown stays until the answer is there.
func (b *Inbox) Reload() { b.again() }

// Read marks an alert as read.
func (b *Inbox) Read(id uint64) {
	if a, known := b.alert(id); !known || !b.isUnread(a) {
		return
	}
	b.marked[id] = true
	b.unread = max(b.unread-1, 0)
	b.mark(func() { delete(b.marked, id) }, id)
}

// ReadAll marks all alerts as read.
func (b *Inbox) ReadAll() {
	was := b.upTo
	if len(b.rows) > 0 {
		b.upTo = b.rows[0].row.id
	}
	b.unread = 0
	b.mark(func() { b.upTo = was })
}

// mark tells the engine what was read, and takes it back if that failed.
func (b *Inbox) mark(undo func(), ids ...uint64) {
	b.sift()
	b.Changed()
	b.d.Go(func(ctx context.Context) {
		if err := b.d.Desk.MarkRead(ctx, ids...); err != nil {
			b.d.Do(func() {
				undo()
				b.d.tell(ctx, err)
				b.sift()
				b.Reload()
				b.Changed()
			})
		}
	})
}

// OpenPDF opens the PDF that an alert tells of, and marks the alert as read.
func (b *Inbox) OpenPDF(id uint64) {
	if a, known := b.alert(id); known {
		b.d.openPDF(b.busy, a.pdf(), b.changed)
		b.Read(id)
	}
}

// OpenPaper opens the spreadsheet that an alert tells of, and marks the alert as read.
func (b *Inbox) OpenPaper(id uint64) {
	if a, known := b.alert(id); known {
		b.d.errand(func(ctx context.Context) error { return b.d.Desk.OpenPaper(ctx, string(a.view.Kind), a.view.Paper) })
		b.Read(id)
	}
}

// OpenAtHover opens the page at Hover of the job that an alert is about, and marks
// the alert as read.
func (b *Inbox) OpenAtHover(id uint64) {
	if a, known := b.alert(id); known {
		b.d.atHover(a.view.JobID)
		b.Read(id)
	}
}

func (b *Inbox) alert(id uint64) (alert, bool) {
	if i := b.find(id); i >= 0 {
		return b.rows[i].row, true
	}
	return alert{}, false
}

func (a alert) pdf() pdfRef { return pdfRef{a.view.JobID, a.view.ModelID} }

// TitleWithin gives the title of an alert in at most so many characters.
func (b *Inbox) TitleWithin(id uint64, most int) string {
	a, known := b.alert(id)
	if !known {
		return ""
	}
	return a.view.Title.Within(most, words.Reader())
}

// page reads a page of alerts, with the newest how many nobody has read.
func (b *Inbox) page(ctx context.Context, _, before uint64) (p page[alert], err error) {
	older := ""
	if before > 0 {
		older = strconv.FormatUint(before, 10)
	}
	list, err := b.d.Desk.AlertPage(ctx, older, pageRows)
	if err != nil {
		return p, err
	}
	for _, v := range list {
		if id, err := strconv.ParseUint(v.ID, 10, 64); err == nil {
			p.rows = append(p.rows, alert{id, v})
		}
	}
	p.last, p.then = len(list) < pageRows, b.sift
	if before == 0 {
		unread, err := b.d.Desk.Unread(ctx)
		p.then = func() {
			b.unread = unread
			b.sift()
		}
		return p, err
	}
	return p, nil
}

// sift finds the alerts that the filter lets through.
func (b *Inbox) sift() {
	b.let = b.let[:0]
	for i, a := range b.rows {
		if b.lets(a.row) {
			b.let = append(b.let, i)
		}
	}
}

// lets says whether the filter lets an alert through.
func (b *Inbox) lets(a alert) bool {
	switch b.filter {
	case InboxUnread:
		return b.isUnread(a)
	case InboxFailures:
		return a.view.Failed
	case InboxYours:
		return waitsForPerson(a.view)
	}
	return true
}

// waitsForPerson says that an alert tells of what somebody has to do at Hover.
func waitsForPerson(v engine.AlertView) bool { return v.Kind == job.Approval || v.Kind == job.Payment }

func (b *Inbox) isUnread(a alert) bool {
	return a.view.ReadAt.IsZero() && a.id > b.upTo && !b.marked[a.id]
}

func alertStanding(v engine.AlertView) Standing {
	switch {
	case v.Failed:
		return StandingFailed
	case waitsForPerson(v):
		return StandingWaiting
	}
	switch {
	case v.Kind == job.Capture:
		return StandingUploading
	case v.Kind != job.Cancelled && v.Kind != job.Failed && slices.Contains(engine.AlertKinds(), v.Kind.Family()):
		return StandingDone
	}
	return StandingNone
}

func alertAction(v engine.AlertView) AlertAction {
	switch {
	case v.JobID == "":
		return AlertNothing
	case (v.Kind == job.Completed || v.Kind == job.StructureDone) && !v.Failed:
		return AlertOpenPDF
	case waitsForPerson(v):
		return AlertAtHover
	case v.Paper != "" && (v.Kind == job.Materials || v.Kind == job.Checklist):
		return AlertOpenPaper
	}
	return AlertShowJob
}
