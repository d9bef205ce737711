package page

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobActivity is what happened to a job, for those who want to know: its timeline and what Hover sent. It is folded
// away until then.
type jobActivity struct {
	v       *view.Job
	fold    *parts.Button
	story   *jobStory
	events  *jobEvents
	open    *fyne.Container
	content *fyne.Container
}

func newJobActivity(v *view.Job, nav Nav) *jobActivity {
	a := &jobActivity{v: v, story: newJobStory(), events: newJobEvents(v, nav)}
	a.fold = parts.NewFold(words.T("job.activity"), v.ToggleEvents)
	a.open = parts.Column(14, a.story.content, a.events.content)
	a.content = parts.Column(12, parts.NewLine(), parts.Row(0, a.fold, parts.Fill(nil)), a.open)
	return a
}

func (a *jobActivity) draw(s view.JobState) {
	a.fold.SetFold(s.Events.Open)
	parts.Visible(a.open, s.Events.Open)
	a.story.draw(s)
	a.events.draw(s.Events)
	a.open.Refresh()
}

// jobEvents is what Hover sent about a job.
type jobEvents struct {
	v       *view.Job
	nav     Nav
	says    *parts.Paragraph
	rows    *fyne.Container
	more    *parts.Button
	content *fyne.Container
	drawn   []view.EventRow
}

func newJobEvents(v *view.Job, nav Nav) *jobEvents {
	e := &jobEvents{v: v, nav: nav, says: parts.NewParagraph("", parts.Second), rows: parts.Column(0)}
	e.more = parts.NewButton(words.T("job.events_more"), parts.Plain, v.MoreEvents)
	all := parts.NewButton(words.T("job.events_all"), parts.Quiet, func() { nav.ShowEvents(v.ID()) })
	title := parts.NewText(words.T("job.events"), parts.SecondBold)
	e.content = parts.Column(8, title, e.says, e.rows, parts.NewFlow(8, e.more, all))
	return e
}

func (e *jobEvents) draw(s view.EventsState) {
	parts.Visible(e.more, s.More)
	says := ""
	switch {
	case s.Problem != nil:
		says = words.Error(s.Problem)
	case !s.Loaded:
		says = words.T("job.events_loading")
	case len(s.Rows) == 0:
		says = words.T("job.events_none")
	}
	e.says.Say(says)
	parts.Visible(e.rows, len(s.Rows) > 0)
	if !reflect.DeepEqual(s.Rows, e.drawn) {
		e.drawn = s.Rows
		e.rows.Objects = nil
		for i, r := range s.Rows {
			if i > 0 {
				e.rows.Add(parts.NewLine())
			}
			e.rows.Add(e.row(r))
		}
	}
}

// row is one event: what it tells, when it came and how far it is trusted; when
// it is open also its contents.
func (e *jobEvents) row(r view.EventRow) fyne.CanvasObject {
	_, role := stateWord(r.Standing)
	line := parts.Pad(8, 10, 8, 10, parts.Column(1,
		parts.Row(10, parts.Fill(parts.NewText(r.Title, parts.Ink)), parts.NewText(r.When, parts.Second).Whole()),
		parts.Row(10, parts.NewText(r.Verdict, role), parts.NewText(r.Name, parts.Fixed))))
	row := container.NewStack(parts.NewButton("", parts.Quiet, func() { e.v.ToggleEvent(r.Seq) }), line)
	if !r.Open {
		return row
	}
	return parts.Column(6, row, e.body(r))
}

// body is an event's contents, to read and copy, and what can be done with it.
func (e *jobEvents) body(r view.EventRow) fyne.CanvasObject {
	replay := parts.NewButton(words.T("job.event_replay"), parts.Plain, func() { e.v.ReplayEvent(r.Seq) })
	if r.Busy {
		replay.SetText(words.T("job.event_replaying"))
		replay.Disable()
	}
	copied := parts.NewButton(words.T("job.event_copy"), parts.Quiet, func() { e.nav.Copy(r.Body) })
	column := parts.Column(8, parts.NewCard(copiable(r.Body)).SetPad(4))
	if r.Cut {
		column.Add(parts.NewParagraph(words.T("job.event_cut"), parts.Second))
	}
	column.Add(parts.NewFlow(8, replay, copied))
	return parts.Pad(0, 0, 10, 0, column)
}
