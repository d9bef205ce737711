package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Activity is the page of the stored events: the list at the left, one event in
// full at the right. On a narrow window the event covers the list, with a way
// back.
type Activity struct {
	splitPage
	v *view.Activity

	search  *parts.Search
	chips   map[view.EventKind]*parts.Chip
	rows    fyne.CanvasObject
	empty   *emptyPage
	fresh   *parts.Button // new ones have come above what is in sight
	event   *activityEvent
	nothing fyne.CanvasObject // at the right, while no event is chosen
	export  *exportDialog     // nil while it is closed

	drawn  view.ActivityState
	unseen int // how many have come above what is in sight
}

// NewActivity gives the page over the state of the stored events.
func NewActivity(v *view.Activity, nav Nav) *Activity {
	a := &Activity{
		splitPage: splitPage{inSight: inSight{state: v}, nav: nav}, v: v,
		chips: map[view.EventKind]*parts.Chip{}, drawn: v.State(),
	}
	a.search = parts.NewSearch(words.T("activity.job"))
	a.search.SetText(a.drawn.Job)
	a.search.OnChanged = v.SearchJob
	a.search.OnSubmitted = func(string) { a.focusList() }
	export := parts.NewButton(words.T("activity.export"), parts.Plain, a.Export)
	filters := parts.NewFlow(6)
	for _, kind := range view.EventKinds() {
		a.chips[kind] = parts.NewChip(kind.String(), false, func() { v.Show(kind) })
		filters.Add(a.chips[kind])
	}
	a.list = newRowList(func() int { return a.v.State().Len }, func() rowContent { return newActivityRow() }, a.update)
	a.list.opened = a.open
	a.list.left = a.search.Focus
	a.list.menu = func(row int) []*fyne.MenuItem { return a.rowMenu(v.Row(row)) }
	a.rows = a.list.content()
	a.empty = newEmptyPage(2*rowMargin, parts.Primary)
	a.fresh = parts.NewButton("", parts.Primary, a.toTop)
	a.fresh.Hide()
	a.event = newActivityEvent(v, nav)
	a.nothing = parts.NewEmpty(words.T("activity.pick_title"), words.T("activity.pick_says"), nil)

	head := parts.Pad(14, rowMargin, 10, rowMargin, parts.Column(10, parts.Row(8, parts.Fill(a.search), export), filters))
	fresh := parts.Pad(12, 0, 0, 0, parts.Column(0, parts.Row(0, parts.Fill(nil), a.fresh, parts.Fill(nil))))
	left := parts.Stand(0, head, container.NewStack(a.rows, a.empty.content, fresh), nil)
	a.begin(left, container.NewStack(a.nothing, a.event.content), words.T("activity.back"), func() { a.cover(false) })
	a.content = parts.Within(look.Widest, a.panes)
	v.Changed = a.draw
	a.draw()
	return a
}

// ShowJob shows all events of one job.
func (a *Activity) ShowJob(id hover.JobID) {
	a.v.ShowJob(id)
	a.search.SetText(string(id)) // what is chosen already
}

// FocusSearch puts the cursor into the field for a job's number.
func (a *Activity) FocusSearch() {
	a.goBack()
	a.search.Focus()
}

// Export opens the dialog that writes all events to a file.
func (a *Activity) Export() {
	if a.export == nil {
		a.export = showExportDialog(a.v.Export(), a.nav, func() { a.export = nil })
	}
}

func (a *Activity) open(row int) {
	a.v.Select(row)
	a.cover(true)
}

// rowMenu is what can be done with an event.
func (a *Activity) rowMenu(r view.ActivityRow) (items []*fyne.MenuItem) {
	add := func(text string, does func(row int)) {
		items = append(items, fyne.NewMenuItem(text, func() {
			if row := a.v.Find(r.Seq); row >= 0 { // others may have come above it
				does(row)
			}
		}))
	}
	if r.Job != "" {
		add(words.T("activity.show_job"), func(int) { a.nav.ShowJob(r.Job) })
	}
	add(words.T("activity.copy_event"), func(row int) { a.v.WithText(row, a.nav.Copy) })
	if r.Trust != view.TrustRefused {
		add(words.T("activity.replay"), func(row int) {
			a.open(row)
			a.v.Replay()
		})
	}
	return items
}

func (a *Activity) update(row int, o fyne.CanvasObject) {
	o.(*activityRow).show(a.v.Row(row))
	if row == 0 && a.unseen > 0 && a.list.GetScrollOffset() < look.RowHeight {
		a.unseen = 0
		parts.Visible(a.fresh, false)
	}
}

// toTop shows the newest events.
func (a *Activity) toTop() {
	a.unseen = 0
	a.list.at = 0
	a.list.ScrollToTop()
	a.list.Refresh()
	parts.Visible(a.fresh, false)
}

// draw shows the state of the events. What has come in above moves nothing from
// under the pointer: the list stays where it was read.
func (a *Activity) draw() {
	s := a.v.State()
	was := a.drawn
	a.drawn = s
	if s.Job != a.search.Text() {
		a.search.SetText(s.Job)
	}
	for kind, chip := range a.chips {
		chip.SetOn(kind == s.Kind)
	}
	parts.Visible(a.rows, s.Len > 0)
	a.drawEmpty(s)
	switch came := s.Added - was.Added; {
	case s.Choice != was.Choice:
		a.unseen, a.list.at = 0, 0
		a.list.ScrollToOffset(0)
	case came > 0 && a.list.GetScrollOffset() > 0:
		a.unseen += came
		a.list.at += came
		a.list.ScrollToOffset(a.list.GetScrollOffset() + float32(came)*look.RowHeight)
	}
	a.list.at = max(0, min(a.list.at, s.Len-1))
	parts.Visible(a.fresh, a.unseen > 0)
	if a.unseen > 0 {
		a.fresh.SetText(words.N("activity.fresh", a.unseen))
	}
	a.list.Refresh()
	parts.Visible(a.nothing, s.Detail == nil && s.Len > 0)
	a.event.draw(s.Detail)
	a.panes.Refresh()
}

// drawEmpty says why there are no rows, and what to do now.
func (a *Activity) drawEmpty(s view.ActivityState) {
	all := func() {
		a.v.ShowJob("")
		a.search.SetText("")
	}
	switch {
	case s.Len > 0 || !s.Loaded && s.Problem == nil:
		a.empty.hide()
	case s.Problem != nil:
		a.empty.show(words.T("activity.problem_title"), words.Error(s.Problem), words.T("activity.try_again"), a.v.Reload)
	case s.Job != "":
		a.empty.show(words.T("activity.none_job_title", "job", s.Job), words.T("activity.none_job_says"),
			words.T("activity.show_all"), all)
	case s.Kind == view.EventsRefused:
		a.empty.show(words.T("activity.none_refused_title"), words.T("activity.none_refused_says"), "", nil)
	case s.Kind != view.EventsAll:
		a.empty.show(words.T("activity.none_title"), words.T("activity.none_says"), words.T("activity.show_all"), all)
	default:
		a.empty.show(words.T("activity.empty_title"), words.T("activity.empty_says"), words.T("activity.empty_health"),
			a.nav.ShowHealth)
	}
}
