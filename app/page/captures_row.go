package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// captureRow is one capture request: how far it is as a mark, the house, who was
// asked, and what can be done with it.
type captureRow struct {
	rowOf
	row           view.CaptureRow
	mark          *parts.MarkIcon
	title, second *parts.Text
	copy, job     *parts.RowButton
	delete        *parts.RowButton
	inner         *fyne.Container
}

func newCaptureRow(copy, ask func(view.CaptureRow), show func(hover.JobID)) *captureRow {
	r := &captureRow{
		mark: parts.NewMark(parts.MarkNone), title: parts.NewText("", parts.Bold), second: parts.NewText("", parts.Second),
	}
	r.copy = parts.NewRowButton("", parts.Plain, func() { copy(r.row) })
	r.job = parts.NewRowButton(words.T("captures.show_job"), parts.Plain, func() { show(r.row.Job) })
	r.delete = parts.NewRowButton(words.T("captures.delete"), parts.Quiet, func() { ask(r.row) })
	r.inner = parts.Row(14, r.mark,
		parts.Fill(parts.Row(8, parts.Fill(parts.Column(2, r.title, r.second)), r.delete, r.copy, r.job)))
	r.whole, r.cut = framed(r.inner), []*parts.Text{r.title, r.second}
	r.ExtendBaseWidget(r)
	return r
}

// show draws another request, or the same anew.
func (r *captureRow) show(row view.CaptureRow, copied bool) {
	r.row = row
	r.copy.SetText(parts.Either(copied, words.T("captures.copied"), words.T("captures.copy_link")))
	r.title.Set(row.Title, parts.Either(row.State == hover.CaptureDeleted, parts.Dim, parts.Bold))
	r.second.SetText(row.Says)
	r.mark.SetMark(captureMark(row))
	parts.Visible(r.copy, row.Link != "")
	parts.Visible(r.job, row.Job != "")
	parts.Visible(r.delete, row.Deletable)
	parts.Enabled(r.delete, !row.Deleting)
	r.inner.Refresh()
}

func captureMark(r view.CaptureRow) parts.Mark {
	switch r.State {
	case hover.CaptureNew:
		return parts.MarkMail
	case hover.CaptureConnected:
		return parts.MarkWorking
	case hover.CaptureComplete:
		return parts.MarkDone
	}
	return parts.MarkNone
}
