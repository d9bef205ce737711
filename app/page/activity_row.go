package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
)

// activityRow is one event of the list: how it came out as a mark, what it tells,
// when it came, the job and the technical name, and what is odd about it.
type activityRow struct {
	rowOf
	chosen, edge  *parts.Ground
	mark          *parts.MarkIcon
	title, second *parts.Text
	label         *parts.Text
	low           *fyne.Container
}

func newActivityRow() *activityRow {
	r := &activityRow{
		chosen: parts.NewGround(look.ColorPanel), edge: parts.NewGround(theme.ColorNamePrimary),
		mark: parts.NewMark(parts.MarkNone), title: parts.NewText("", parts.Bold), second: parts.NewText("", parts.Second),
		label: parts.NewText("", parts.WorkingText).Whole(),
	}
	r.low = parts.Row(12, parts.Fill(r.second), r.label)
	texts := parts.Row(14, r.mark, parts.Fill(parts.Column(2, r.title, r.low)))
	r.whole, r.cut = container.NewStack(r.chosen, parts.Within(3, r.edge), framed(texts)), []*parts.Text{r.title, r.second}
	r.ExtendBaseWidget(r)
	return r
}

// show draws another event, or the same anew.
func (r *activityRow) show(row view.ActivityRow) {
	parts.Visible(r.chosen, row.Chosen)
	parts.Visible(r.edge, row.Chosen)
	r.mark.SetMark(newsMark(row.Standing))
	r.title.SetText(row.Title)
	r.second.SetText(row.Second)
	r.label.Say(row.Label)
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
