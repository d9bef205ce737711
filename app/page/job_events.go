package page

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobEvents is what Hover sent about a job, folded away until a person wants to
// see it.
type jobEvents struct {
	v         *view.Job
	nav       Nav
	fold      *parts.Button
	says      *parts.Paragraph
	rows      *fyne.Container
	more, all *parts.Button
	list      *fyne.Container
	content   *fyne.Container
	drawn     []view.EventRow
}

func newJobEvents(v *view.Job, nav Nav) *jobEvents {
	e := &jobEvents{v: v, nav: nav, says: parts.NewParagraph("", parts.Second), rows: parts.Column(0)}
	e.fold = parts.NewButton("", parts.Plain, v.ToggleEvents)
	e.more = parts.NewButton("", parts.Plain, v.MoreEvents)
	e.all = parts.NewButton("", parts.Quiet, func() { nav.ShowEvents(v.ID()) })
	e.list = parts.Column(10, e.says, e.rows, parts.NewFlow(8, e.more, e.all))
	e.content = parts.Column(10, parts.Row(0, e.fold, parts.Fill(nil)), e.list)
	return e
}

func (e *jobEvents) draw(s view.EventsState) {
	e.fold.SetText("▸ " + words.T("job.events"))
	if s.Open {
		e.fold.SetText("▾ " + words.T("job.events"))
	}
	e.more.SetText(words.T("job.events_more"))
	e.all.SetText(words.T("job.events_all"))
	parts.Visible(e.list, s.Open)
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
	e.says.SetText(says)
	parts.Visible(e.says, says != "")
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
	_, role := stateWord(r.Standing, "")
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
	text := widget.NewLabelWithStyle(r.Body, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	text.Selectable, text.Wrapping, text.SizeName = true, fyne.TextWrapBreak, theme.SizeNameCaptionText
	replay := parts.NewButton(words.T("job.event_replay"), parts.Plain, func() { e.v.ReplayEvent(r.Seq) })
	if r.Busy {
		replay.SetText(words.T("job.event_replaying"))
		replay.Disable()
	}
	copied := parts.NewButton(words.T("job.event_copy"), parts.Quiet, func() { e.nav.Copy(r.Body) })
	column := parts.Column(8, parts.NewCard(text).SetPad(4))
	if r.Cut {
		column.Add(parts.NewParagraph(words.T("job.event_cut"), parts.Second))
	}
	column.Add(parts.NewFlow(8, replay, copied))
	return parts.Pad(0, 0, 10, 0, column)
}
