package view

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// InboxDesk is what the inbox asks of the engine.
type InboxDesk interface {
	AlertPage(ctx context.Context, before string, limit int) ([]engine.AlertView, error)
	Unread(ctx context.Context) (int, error)
	MarkRead(ctx context.Context, ids ...uint64) error
	Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error
}

// Inbox is every alert that there was, the newest first. It is read page by page
// as it is looked through. All methods are called on the window's thread and
// return at once.
type Inbox struct {
	// Changed is called on the window's thread after anything changed.
	Changed func()

	d    Deps
	desk InboxDesk

	filter  InboxFilter
	unread  int
	loaded  bool
	problem error

	alerts []alert // the newest first
	shown  []int   // of them, those that the filter lets through
	ended  bool    // there are no older ones

	version uint64 // of the news: what was read before is asked for again
	head    uint64 // the version of the newest page
	worn    int    // an alert that was drawn and is no longer sure, -1 if none
	reach   int    // the last row that was drawn
	asking  bool
	broken  bool // it could not be read: wait for news before asking again

	read map[uint64]bool // what a person has read here, before the engine says so
	upTo uint64          // everything up to this one was read here
	busy map[uint64]bool // whose PDF is being opened

	clock attempt
}

// alert is one alert as it was read.
type alert struct {
	id      uint64
	view    engine.AlertView
	version uint64
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
	AlertAtHover // the job's page at Hover, where it is approved or paid for
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

const (
	alertPage = 100 // alerts that are read at once
	ahead     = 20  // so many rows before the last more are read
)

// NewInbox gives the inbox, empty until [Inbox.Reload].
func NewInbox(d Deps) *Inbox {
	return &Inbox{Changed: func() {}, d: d, desk: d.Desk, worn: -1, read: map[uint64]bool{}, busy: map[uint64]bool{}}
}

// State gives what the inbox shows beside its rows.
func (b *Inbox) State() InboxState {
	return InboxState{Loaded: b.loaded, Filter: b.filter, Len: len(b.shown), Unread: b.unread, Reading: b.asking, Problem: b.problem}
}

// Row gives a row for drawing. What is no longer sure, and what comes after the
// last row, is read, and Changed called when it is there.
func (b *Inbox) Row(row int) AlertRow {
	if row < 0 || row >= len(b.shown) {
		return AlertRow{}
	}
	b.reach = max(b.reach, row)
	i := b.shown[row]
	if b.alerts[i].version != b.version {
		b.worn = i
	}
	b.next()
	a := b.alerts[i]
	return AlertRow{
		ID: a.id, Job: a.view.JobID, Title: a.view.Title.For(words.Reader()),
		Second:   capital(joined(words.Ago(a.view.At.Time, b.d.Now()), a.view.Body.For(words.Reader()))),
		Standing: alertStanding(a.view), Unread: b.isUnread(a), Action: alertAction(a.view), Busy: b.busy[a.id],
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
func (b *Inbox) Reload() {
	b.version++
	b.broken = false
	b.next()
}

// Shown and Hidden say whether the inbox is in sight: while it is, what it says
// about times is kept true.
func (b *Inbox) Shown() {
	b.clock.keepTrue(b.d, func() { b.Changed() })
	b.Reload()
}

// Hidden: see Shown.
func (b *Inbox) Hidden() { b.clock.end() }

// Read marks an alert as read.
func (b *Inbox) Read(id uint64) {
	i, known := slices.BinarySearchFunc(b.alerts, id, newerThan)
	if !known || !b.isUnread(b.alerts[i]) {
		return
	}
	b.read[id] = true
	b.unread = max(b.unread-1, 0)
	b.mark(func() { delete(b.read, id) }, id)
}

// ReadAll marks all alerts as read.
func (b *Inbox) ReadAll() {
	was := b.upTo
	if len(b.alerts) > 0 {
		b.upTo = b.alerts[0].id
	}
	b.unread = 0
	b.mark(func() { b.upTo = was })
}

// mark tells the engine what was read, and takes it back if that failed.
func (b *Inbox) mark(undo func(), ids ...uint64) {
	b.sift()
	b.Changed()
	b.d.Go(func(ctx context.Context) {
		if err := b.desk.MarkRead(ctx, ids...); err != nil {
			b.d.Do(func() {
				undo()
				b.failed(err)
				b.sift()
				b.Reload()
				b.Changed()
			})
		}
	})
}

// OpenPDF opens the PDF that an alert tells of, fetching it first if it is not
// saved yet, and marks the alert as read.
func (b *Inbox) OpenPDF(id uint64) {
	i, known := slices.BinarySearchFunc(b.alerts, id, newerThan)
	if !known || b.busy[id] {
		return
	}
	about := b.alerts[i].view
	b.busy[id] = true
	b.d.Go(func(ctx context.Context) {
		err := b.desk.Act(ctx, engine.ActOpenPDF, about.JobID, about.ModelID)
		b.d.Do(func() {
			delete(b.busy, id)
			b.failed(err)
			b.Changed()
		})
	})
	b.Read(id)
	b.Changed()
}

// OpenAtHover opens the page at Hover of the job that an alert is about, where it
// is approved or paid for, and marks the alert as read.
func (b *Inbox) OpenAtHover(id uint64) {
	i, known := slices.BinarySearchFunc(b.alerts, id, newerThan)
	if !known {
		return
	}
	about := b.alerts[i].view
	b.d.Go(func(ctx context.Context) {
		if err := b.desk.Act(ctx, engine.ActAtHover, about.JobID, about.ModelID); err != nil {
			b.d.Do(func() { b.failed(err) })
		}
	})
	b.Read(id)
	b.Changed()
}

// TitleWithin gives the title of an alert in at most so many characters.
func (b *Inbox) TitleWithin(id uint64, most int) string {
	i, known := slices.BinarySearchFunc(b.alerts, id, newerThan)
	if !known {
		return ""
	}
	return b.alerts[i].view.Title.Within(most, words.Reader())
}

// next asks for what is wanted most: the newest alerts after news, then those
// in sight that are no longer sure, then older ones.
func (b *Inbox) next() {
	if b.asking || b.broken {
		return
	}
	before, head := "", b.head != b.version
	switch {
	case head:
	case b.worn >= 0 && b.worn < len(b.alerts) && b.alerts[b.worn].version != b.version:
		if from := b.worn - alertPage/2; from > 0 {
			before = b.alerts[from].view.ID
		}
	case !b.ended && b.loaded && b.reach+ahead >= len(b.shown):
		before = b.alerts[len(b.alerts)-1].view.ID
	default:
		return
	}
	b.asking = true
	version := b.version
	b.d.Go(func(ctx context.Context) {
		page, err := b.desk.AlertPage(ctx, before, alertPage)
		unread := 0
		if err == nil && head {
			unread, err = b.desk.Unread(ctx)
		}
		b.d.Do(func() {
			b.asking = false
			b.worn = -1
			switch {
			case errors.Is(err, context.Canceled):
				return
			case err != nil:
				b.broken, b.problem = true, err
				if b.loaded {
					b.failed(err)
				}
			default:
				if head {
					b.loaded, b.problem, b.head, b.unread = true, nil, version, unread
				}
				b.merge(before, page, version)
				b.next()
			}
			b.Changed()
		})
	})
}

// merge takes a page in, in the place of what was known of its stretch. More news
// than a page leaves a gap below it, which closes when what comes after it is
// drawn: that is no longer sure, and so read again.
func (b *Inbox) merge(before string, page []engine.AlertView, version uint64) {
	fresh := make([]alert, 0, len(page))
	for _, v := range page {
		if id, err := strconv.ParseUint(v.ID, 10, 64); err == nil {
			fresh = append(fresh, alert{id, v, version})
		}
	}
	from := 0
	if id, err := strconv.ParseUint(before, 10, 64); err == nil {
		from, _ = slices.BinarySearchFunc(b.alerts, id-1, newerThan)
	}
	to := len(b.alerts)
	if len(page) < alertPage || len(fresh) == 0 {
		b.ended = true
	} else if to, _ = slices.BinarySearchFunc(b.alerts, fresh[len(fresh)-1].id-1, newerThan); to == len(b.alerts) {
		b.ended = false
	}
	b.alerts = slices.Replace(b.alerts, from, max(from, to), fresh...)
	b.sift()
}

// newerThan orders alerts as the inbox does.
func newerThan(a alert, id uint64) int {
	switch {
	case a.id > id:
		return -1
	case a.id < id:
		return 1
	}
	return 0
}

// sift finds the alerts that the filter lets through.
func (b *Inbox) sift() {
	b.shown = b.shown[:0]
	for i, a := range b.alerts {
		if b.lets(a) {
			b.shown = append(b.shown, i)
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
	return a.view.ReadAt.IsZero() && a.id > b.upTo && !b.read[a.id]
}

// failed tells a person of an error, unless it is only that the desktop ends.
func (b *Inbox) failed(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		b.d.Tell(err)
	}
}

// capital begins a line with a capital letter.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

func alertStanding(v engine.AlertView) Standing {
	switch {
	case v.Failed:
		return StandingFailed
	case waitsForPerson(v):
		return StandingWaiting
	}
	switch v.Kind {
	case job.Completed, job.StructureDone, job.Estimate, job.Proposal, job.Order:
		return StandingDone
	case job.Capture:
		return StandingUploading
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
	}
	return AlertShowJob
}
