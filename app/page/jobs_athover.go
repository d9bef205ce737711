package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobsAtHover is the strip below the list: it offers to search at Hover for what
// is not here, counts while it does, and says what came of it.
type jobsAtHover struct {
	v       *view.Jobs
	says    *parts.Text
	button  *parts.Button
	row     *fyne.Container
	content *fyne.Container
}

func newJobsAtHover(v *view.Jobs) *jobsAtHover {
	h := &jobsAtHover{v: v, says: parts.NewText("", parts.Second), button: parts.NewButton("", parts.Plain, nil)}
	h.row = parts.Row(12, parts.Fill(h.says), h.button)
	h.content = parts.Column(0, parts.NewLine(), parts.Pad(8, rowMargin, 8, rowMargin, h.row))
	return h
}

func (h *jobsAtHover) draw(s view.JobsState) {
	offered := s.Search != "" && s.Len > 0
	parts.Visible(h.content, offered || s.AtHover.Running || s.AtHover.Ended)
	switch a := s.AtHover; {
	case a.Running:
		h.show(words.N("jobs.searching_at_hover", a.Found), words.T("jobs.cancel"), h.v.CancelAtHover)
	case a.Ended && a.Found == 0:
		h.show(words.T("jobs.none_at_hover"), words.T("jobs.ok"), h.v.CancelAtHover)
	case a.Ended:
		h.show(words.N("jobs.searched_at_hover", a.Found), words.T("jobs.ok"), h.v.CancelAtHover)
	default:
		h.show(words.T("jobs.not_here"), words.T("jobs.search_at_hover"), h.v.SearchAtHover)
	}
}

func (h *jobsAtHover) show(says, action string, do func()) {
	h.says.SetText(says)
	h.button.SetText(action)
	h.button.OnTapped(do)
	relayout(h.row)
}
