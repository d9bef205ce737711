package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobRow is one row of the list of jobs: how the job stands as a mark, its name,
// the same in words, and one thing to do.
type jobRow struct {
	rowOf

	row view.JobRow

	heading       *parts.Text // of the days that begin here
	chosen, edge  *parts.Ground
	line          fyne.CanvasObject
	mark          *parts.MarkIcon
	dot           *parts.Ground
	title, second *parts.Text
	star          *parts.Sign
	bar           *parts.Bar
	button        *parts.RowButton
}

func newJobRow(act func(r view.JobRow)) *jobRow {
	r := &jobRow{
		chosen: parts.NewGround(look.ColorPanel), edge: parts.NewGround(theme.ColorNamePrimary), line: parts.NewLine(),
		mark: parts.NewMark(parts.MarkNone), title: parts.NewText("", parts.Bold), second: parts.NewText("", parts.Second),
		bar: parts.NewBar(), heading: parts.NewText("", parts.SecondBold), dot: parts.NewUnread(), star: parts.NewStar(),
	}
	r.button = parts.NewRowButton("", parts.Plain, func() { act(r.row) })
	r.whole = parts.Watched(r.place, container.NewWithoutLayout(
		r.heading, r.chosen, r.edge, r.line, r.mark, r.dot, r.star, r.title, r.second, r.bar, r.button))
	r.cut = []*parts.Text{r.title, r.second}
	r.ExtendBaseWidget(r)
	return r
}

// show draws another job, or the same anew, with the heading of the days that begin
// with it. style is how strongly its button speaks.
func (r *jobRow) show(row view.JobRow, chosen bool, style parts.Style, heading string) {
	r.row = row
	r.heading.Say(heading)
	parts.Visible(r.dot, row.Unread)
	parts.Visible(r.star, row.Star)
	parts.Visible(r.chosen, chosen)
	parts.Visible(r.edge, chosen)
	if row.Loading {
		r.title.Set("…", parts.Dim)
	} else {
		r.title.Set(row.Title, parts.Bold)
	}
	r.second.Set(row.Second, parts.Either(row.Standing == view.StandingFailed, parts.FailedText, parts.Second))
	r.mark.SetMark(parts.Either(row.Loading, parts.MarkNone, standingMark(row.Standing)))
	r.bar.Set(row.Bar)
	parts.Visible(r.bar, row.Bar > 0)
	text := actionWords(row)
	r.button.SetText(text)
	r.button.SetStyle(style)
	parts.Enabled(r.button, !row.Busy)
	parts.Visible(r.button, text != "")
	r.place(r.Size())
}

// actionWords gives what stands on a row's button, "" for no button.
func actionWords(row view.JobRow) string {
	switch row.Action {
	case view.RowOpenPDF:
		return parts.Either(row.Busy, words.T("jobs.opening"), words.T("jobs.open_pdf"))
	case view.RowChoose:
		return words.T("jobs.choose")
	case view.RowExplain:
		return words.T("jobs.what_to_do")
	case view.RowAtHover:
		return words.T("jobs.open_in_hover")
	}
	return ""
}

// place lays the row out: it is always as high as all others, with a bar or
// without.
func (r *jobRow) place(size fyne.Size) {
	if size.Width <= 0 {
		return
	}
	y := float32(0)
	if r.heading.Visible() {
		y = headingHeight
		h := r.heading.MinSize().Height
		parts.Put(r.heading, rowMargin, y-h-6, size.Width-2*rowMargin, h)
	}
	height := size.Height - y
	parts.Put(r.chosen, 0, y, size.Width, height-1)
	parts.Put(r.edge, 0, y, 3, height-1)
	parts.Put(r.line, 0, y+height-1, size.Width, 1)
	mark := r.mark.MinSize()
	parts.Put(r.mark, rowMargin, y+(height-mark.Height)/2, mark.Width, mark.Height)
	end := size.Width - rowMargin
	if r.button.Visible() {
		b := r.button.MinSize()
		parts.Put(r.button, end-b.Width, y+(height-b.Height)/2, b.Width, b.Height)
		end -= b.Width + 3*look.Grid
	}
	width := max(0, end-rowText)
	title, second := r.title.MinSize().Height, r.second.MinSize().Height
	top := y + (height-title-second-2)/2
	if r.bar.Visible() {
		top -= 5
		parts.Put(r.bar, rowText, top+title+second+6, width, r.bar.MinSize().Height)
	}
	x, room := float32(rowText), width
	for _, o := range []fyne.CanvasObject{r.dot, r.star} {
		if o.Visible() {
			w := o.MinSize().Width
			parts.Put(o, x, top, w, title)
			x, room = x+w+6, max(0, room-w-6)
		}
	}
	parts.Put(r.title, x, top, room, title)
	parts.Put(r.second, rowText, top+title+2, width, second)
}

// MinSize implements fyne.CanvasObject.
func (r *jobRow) MinSize() fyne.Size { return fyne.NewSize(240, look.RowHeight) }
