package page

import (
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// explainFailure says in a dialog what happened to a job that could not be
// measured, why, and what to do.
func explainFailure(v *view.Jobs, nav Nav, id hover.JobID) {
	e := v.Explain(id)
	var box *parts.ModalBox
	body := parts.Column(16,
		parts.NewParagraph(e.What, parts.Bold),
		parts.Column(2, parts.NewText(words.T("jobs.why"), parts.SecondBold), parts.NewParagraph(e.Why, parts.Ink)),
		parts.Column(2, parts.NewText(words.T("jobs.do"), parts.SecondBold), parts.NewParagraph(e.Do, parts.Ink)))
	leave := parts.NewButton(words.T("jobs.close"), parts.Plain, func() { box.Close() })
	open := parts.NewButton(words.T("jobs.open_in_hover"), parts.Plain, func() {
		v.OpenAtHover(id)
		box.Close()
	})
	ask := parts.NewButton(words.T("jobs.ask_photos"), parts.Primary, func() {
		box.Close()
		nav.AskForPhotos(id)
	})
	box = parts.Modal(nav.Canvas(), parts.NewDialog(words.T("jobs.what_to_do"), body, leave, open, ask))
	nav.Canvas().Focus(leave)
}
