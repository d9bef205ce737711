package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobRow is one row of the list of jobs: how the job stands as a mark, its name,
// the same in words, and one thing to do.
type jobRow struct {
	widget.BaseWidget

	act func(r view.JobRow) // the button was tapped
	row view.JobRow

	chosen, edge, line *parts.Ground
	mark               *parts.MarkIcon
	title, second      *parts.Text
	bar                *parts.Bar
	button             *parts.Button
}

func newJobRow(act func(r view.JobRow)) *jobRow {
	r := &jobRow{
		act: act, chosen: parts.NewGround(look.ColorPanel), edge: parts.NewGround(theme.ColorNamePrimary), line: parts.NewLine(),
		mark: parts.NewMark(parts.MarkNone), title: parts.NewText("", parts.Bold), second: parts.NewText("", parts.Second), bar: parts.NewBar(),
	}
	r.button = parts.NewButton("", parts.Primary, func() { r.act(r.row) })
	r.ExtendBaseWidget(r)
	return r
}

// show draws another job, or the same anew.
func (r *jobRow) show(row view.JobRow, chosen bool) {
	r.row = row
	parts.Visible(r.chosen, chosen)
	parts.Visible(r.edge, chosen)
	if row.Loading {
		r.title.Set("…", parts.Dim)
	} else {
		r.title.Set(row.Title, parts.Bold)
	}
	second := parts.Second
	if row.Standing == view.StandingFailed {
		second = parts.FailedText
	}
	r.second.Set(row.Second, second)
	r.mark.SetMark(standingMark(row.Standing))
	r.bar.Set(row.Bar)
	parts.Visible(r.bar, row.Bar > 0)
	text, style := actionLook(row)
	r.button.SetText(text)
	r.button.SetStyle(style)
	if row.Busy {
		r.button.Disable()
	} else {
		r.button.Enable()
	}
	parts.Visible(r.button, text != "")
	r.place(r.Size())
}

// standingMark gives the mark of how a job or a structure stands.
func standingMark(s view.Standing) parts.Mark {
	switch s {
	case view.StandingUploading:
		return parts.MarkUpload
	case view.StandingWorking:
		return parts.MarkWorking
	case view.StandingDone:
		return parts.MarkDone
	case view.StandingFailed:
		return parts.MarkFailed
	case view.StandingWaiting:
		return parts.MarkWaiting
	}
	return parts.MarkNone
}

// actionLook gives what stands on a row's button, "" for no button.
func actionLook(row view.JobRow) (text string, style parts.Style) {
	switch row.Action {
	case view.RowOpenPDF:
		if row.Busy {
			return words.T("jobs.opening"), parts.Primary
		}
		return words.T("jobs.open_pdf"), parts.Primary
	case view.RowChoose:
		return words.T("jobs.choose"), parts.Primary
	case view.RowExplain:
		return words.T("jobs.what_to_do"), parts.Plain
	case view.RowAtHover:
		return words.T("jobs.open_in_hover"), parts.Plain
	}
	return "", parts.Plain
}

const (
	rowMargin = 16 // at either side
	rowText   = 56 // where the texts begin
)

// place lays the row out: it is always as high as all others, with a bar or
// without.
func (r *jobRow) place(size fyne.Size) {
	if size.Width <= 0 {
		return
	}
	move(r.chosen, 0, 0, size.Width, size.Height-1)
	move(r.edge, 0, 0, 3, size.Height-1)
	move(r.line, 0, size.Height-1, size.Width, 1)
	mark := r.mark.MinSize()
	move(r.mark, rowMargin, (size.Height-mark.Height)/2, mark.Width, mark.Height)
	end := size.Width - rowMargin
	if r.button.Visible() {
		b := r.button.MinSize()
		move(r.button, end-b.Width, (size.Height-b.Height)/2, b.Width, b.Height)
		end -= b.Width + 3*look.Grid
	}
	width := max(0, end-rowText)
	title, second := r.title.MinSize().Height, r.second.MinSize().Height
	top := (size.Height - title - second - 2) / 2
	if r.bar.Visible() {
		top -= 5
		move(r.bar, rowText, top+title+second+6, width, r.bar.MinSize().Height)
	}
	move(r.title, rowText, top, width, title)
	move(r.second, rowText, top+title+2, width, second)
}

// CreateRenderer implements fyne.Widget.
func (r *jobRow) CreateRenderer() fyne.WidgetRenderer {
	return &jobRowRenderer{r, []fyne.CanvasObject{r.chosen, r.edge, r.line, r.mark, r.title, r.second, r.bar, r.button}}
}

// MinSize implements fyne.CanvasObject.
func (r *jobRow) MinSize() fyne.Size { return fyne.NewSize(240, look.RowHeight) }

// jobRowRenderer draws a row by its parts, which paint themselves.
type jobRowRenderer struct {
	row     *jobRow
	objects []fyne.CanvasObject
}

func (r *jobRowRenderer) Layout(size fyne.Size)        { r.row.place(size) }
func (r *jobRowRenderer) MinSize() fyne.Size           { return r.row.MinSize() }
func (r *jobRowRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *jobRowRenderer) Destroy()                     {}
func (r *jobRowRenderer) Refresh() {
	for _, o := range r.objects {
		o.Refresh()
	}
}
