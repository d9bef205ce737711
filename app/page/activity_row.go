package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
)

// activityRow is one event of the list: how it came out as a mark, what it tells,
// when it came, the job and the technical name, and what is odd about it.
type activityRow struct {
	widget.BaseWidget

	chosen, edge  *parts.Ground
	mark          *parts.MarkIcon
	title, second *parts.Text
	label         *parts.Text
	low           *fyne.Container
	whole         *fyne.Container
}

func newActivityRow() *activityRow {
	r := &activityRow{
		chosen: parts.NewGround(look.ColorPanel), edge: parts.NewGround(theme.ColorNamePrimary), mark: parts.NewMark(parts.MarkNone),
		title: parts.NewText("", parts.Bold), second: parts.NewText("", parts.Second),
		label: parts.NewText("", parts.WorkingText).Whole(),
	}
	r.low = parts.Row(12, parts.Fill(r.second), r.label)
	texts := parts.Row(14, r.mark, parts.Fill(parts.Column(2, r.title, r.low)))
	r.whole = container.NewStack(r.chosen, container.New(atLeft{3}, r.edge), container.New(rowFrame{}, parts.Pad(0, rowMargin, 0, rowMargin, texts), parts.NewLine()))
	r.ExtendBaseWidget(r)
	return r
}

func (r *activityRow) texts() []*parts.Text { return []*parts.Text{r.title, r.second} }

// CreateRenderer implements fyne.Widget.
func (r *activityRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.whole) }

// show draws another event, or the same anew.
func (r *activityRow) show(row view.ActivityRow) {
	parts.Visible(r.chosen, row.Chosen)
	parts.Visible(r.edge, row.Chosen)
	r.mark.SetMark(newsMark(row.Standing))
	r.title.SetText(row.Title)
	r.second.SetText(row.Second)
	r.label.SetText(row.Label)
	parts.Visible(r.label, row.Label != "")
	r.low.Refresh()
}

func trustMark(t view.Trust) parts.Mark {
	switch t {
	case view.TrustSigned:
		return parts.MarkDone
	case view.TrustUnpinned:
		return parts.MarkWaiting
	case view.TrustRefused:
		return parts.MarkFailed
	}
	return parts.MarkWarn
}

// atLeft gives an object the left edge, so wide.
type atLeft struct{ width float32 }

// Layout implements fyne.Layout.
func (l atLeft) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		move(o, 0, 0, l.width, size.Height)
	}
}

// MinSize implements fyne.Layout.
func (atLeft) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
