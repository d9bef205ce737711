package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// inboxRow is one alert: a mark, what happened, when and why, and one thing to do. An
// unread one is bold, with a dot.
type inboxRow struct {
	rowOf
	within func(id uint64, most int) string // the title in so many characters
	row    view.AlertRow

	mark          *parts.MarkIcon
	dot           *parts.Ground
	title, second *parts.Text
	button        *parts.RowButton
	content       *fyne.Container
}

func newInboxRow(act func(r view.AlertRow), within func(id uint64, most int) string) *inboxRow {
	r := &inboxRow{
		within: within, mark: parts.NewMark(parts.MarkNone),
		dot: parts.NewUnread(), title: parts.NewText("", parts.Ink), second: parts.NewText("", parts.Second),
	}
	r.button = parts.NewRowButton("", parts.Plain, func() { act(r.row) })
	says := parts.Column(1, parts.Row(6, r.dot, parts.Fill(r.title)), r.second)
	r.content = parts.Row(14, r.mark, parts.Fill(says), r.button)
	r.whole, r.cut = framed(r.content), []*parts.Text{r.title, r.second}
	r.ExtendBaseWidget(r)
	return r
}

// show draws another alert, or the same anew.
func (r *inboxRow) show(row view.AlertRow) {
	r.row = row
	r.mark.SetMark(newsMark(row.Standing))
	role := parts.Either(row.Unread, parts.Bold, parts.Ink)
	r.title.SetWithin(row.Title, role, func(most int) string { return r.within(row.ID, most) })
	parts.Visible(r.dot, row.Unread)
	r.second.SetText(row.Second)
	text := alertWords(row)
	r.button.SetText(text)
	parts.Enabled(r.button, !row.Busy)
	parts.Visible(r.button, text != "")
	r.content.Refresh()
}

// alertWords gives what stands on a row's button, "" for no button.
func alertWords(row view.AlertRow) string {
	switch {
	case (row.Action == view.AlertOpenPDF || row.Action == view.AlertOpenPaper) && row.Busy:
		return words.T("inbox.opening")
	case row.Action == view.AlertOpenPDF:
		return words.T("inbox.open_pdf")
	case row.Action == view.AlertOpenPaper:
		return words.T("inbox.open_paper")
	case row.Action == view.AlertAtHover:
		return words.T("inbox.at_hover")
	case row.Action == view.AlertShowJob:
		return words.T("inbox.show_job")
	}
	return ""
}

// MinSize implements fyne.CanvasObject: all rows are as high as those of every
// other list.
func (r *inboxRow) MinSize() fyne.Size { return fyne.NewSize(240, look.RowHeight) }
