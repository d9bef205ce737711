package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// Inbox is the page of all alerts, the newest first.
type Inbox struct {
	inSight
	v   *view.Inbox
	nav Nav

	readAll *parts.Button
	chips   map[view.InboxFilter]*parts.Chip
	list    *rowList
	rows    fyne.CanvasObject
	empty   *emptyPage
	filter  view.InboxFilter // that was drawn last
	added   int
}

// inboxFilters are the filters in the order in which they are shown.
var inboxFilters = []view.InboxFilter{view.InboxAll, view.InboxUnread, view.InboxFailures, view.InboxYours}

// NewInbox gives the page over the state of the inbox.
func NewInbox(v *view.Inbox, nav Nav) *Inbox {
	b := &Inbox{
		inSight: inSight{state: v}, v: v, nav: nav, chips: map[view.InboxFilter]*parts.Chip{},
		empty: newEmptyPage(0, parts.Plain),
	}
	b.readAll = parts.NewButton(words.T("inbox.read_all"), parts.Plain, v.ReadAll)
	filters := parts.NewFlow(6)
	for _, f := range inboxFilters {
		b.chips[f] = parts.NewChip(filterName(f, 0), f == view.InboxAll, func() { v.Show(f) })
		filters.Add(b.chips[f])
	}
	b.list = newRowList(func() int { return v.State().Len },
		func() rowContent { return newInboxRow(b.act, v.TitleWithin) }, b.update)
	b.list.opened = func(row int) { b.open(v.Row(row)) }
	b.list.left = func() { nav.Canvas().Unfocus() }
	b.list.menu = func(row int) []*fyne.MenuItem { return b.rowMenu(v.Row(row)) }
	b.rows = b.list.content()
	body := parts.Stand(0, parts.Pad(0, 0, 12, 0, filters), container.NewStack(b.rows, b.empty.content), nil)
	b.content = parts.Within(look.Widest, parts.NewPage(words.T("inbox.title"), nil, body, b.readAll))
	v.Changed = b.draw
	b.draw()
	return b
}

// open marks an alert as read and shows its job.
func (b *Inbox) open(r view.AlertRow) {
	b.v.Read(r.ID)
	if r.Job != "" {
		b.nav.ShowJob(r.Job)
	}
}

// act does what a row's button says.
func (b *Inbox) act(r view.AlertRow) {
	switch r.Action {
	case view.AlertOpenPaper:
		b.v.OpenPaper(r.ID)
	case view.AlertOpenPDF:
		b.v.OpenPDF(r.ID)
	case view.AlertAtHover:
		b.v.OpenAtHover(r.ID)
	default:
		b.open(r)
	}
}

// rowMenu is what can be done with an alert.
func (b *Inbox) rowMenu(r view.AlertRow) (items []*fyne.MenuItem) {
	add := func(text string, does func()) { items = append(items, fyne.NewMenuItem(text, does)) }
	if r.Action == view.AlertOpenPDF {
		add(words.T("inbox.open_pdf"), func() { b.v.OpenPDF(r.ID) })
	}
	if r.Job != "" {
		add(words.T("inbox.show_job"), func() { b.open(r) })
		add(words.T("inbox.at_hover"), func() { b.v.OpenAtHover(r.ID) })
	}
	if r.Unread {
		add(words.T("inbox.read_one"), func() { b.v.Read(r.ID) })
	}
	return items
}

func (b *Inbox) update(row int, o fyne.CanvasObject) { o.(*inboxRow).show(b.v.Row(row)) }

// draw shows the state of the inbox.
func (b *Inbox) draw() {
	s := b.v.State()
	for _, f := range inboxFilters {
		b.chips[f].SetText(filterName(f, s.Unread))
		b.chips[f].SetOn(f == s.Filter)
	}
	parts.Enabled(b.readAll, s.Unread > 0)
	if came := s.Added - b.added; came > 0 && s.Filter == b.filter && b.list.GetScrollOffset() > 0 {
		b.list.at += came
		b.list.moved(0, came) // what is read stays where it is
	}
	b.added = s.Added
	b.drawEmpty(s)
	parts.Visible(b.rows, s.Len > 0)
	if s.Filter != b.filter {
		b.filter = s.Filter
		b.list.at = 0
		b.list.ScrollToOffset(0)
	}
	b.list.at = max(0, min(b.list.at, s.Len-1))
	b.list.Refresh()
	b.content.Refresh()
}

// drawEmpty says why there is nothing to see, and what to do now.
func (b *Inbox) drawEmpty(s view.InboxState) {
	all := func() { b.v.Show(view.InboxAll) }
	switch {
	case s.Len > 0:
		b.empty.hide()
	case s.Problem != nil && !s.Loaded:
		b.empty.show(words.T("inbox.problem_title"), words.Error(s.Problem), words.T("inbox.try_again"), b.v.Reload)
	case !s.Loaded || s.Reading:
		b.empty.show(words.T("inbox.loading"), "", "", nil)
	case s.Filter == view.InboxUnread:
		b.empty.show(words.T("inbox.empty_unread_title"), words.T("inbox.empty_unread_says"), words.T("inbox.show_all"), all)
	case s.Filter == view.InboxYours:
		b.empty.show(words.T("inbox.empty_yours_title"), words.T("inbox.empty_yours_says"), words.T("inbox.show_all"), all)
	case s.Filter == view.InboxFailures:
		b.empty.show(words.T("inbox.empty_failures_title"), words.T("inbox.empty_failures_says"), words.T("inbox.show_all"), all)
	default:
		b.empty.show(words.T("inbox.empty_title"), words.T("inbox.empty_says"), "", nil)
	}
}

func filterName(f view.InboxFilter, unread int) string {
	switch {
	case f == view.InboxUnread && unread > 0:
		return words.T("inbox.unread_n", "n", words.Count(unread))
	case f == view.InboxUnread:
		return words.T("inbox.unread")
	case f == view.InboxFailures:
		return words.T("inbox.failures")
	case f == view.InboxYours:
		return words.T("inbox.yours")
	}
	return words.T("inbox.all")
}
