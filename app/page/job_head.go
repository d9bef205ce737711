package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobHead is the top of a job's page: its name, what can be done with it, and
// how it stands, unless it is simply finished.
type jobHead struct {
	v             *view.Job
	nav           Nav
	title, second *parts.Text

	pdf, choose, model, folder, refresh *parts.Button
	actions                             *fyne.Container

	mark    *parts.MarkIcon
	says    *parts.Text
	bar     *parts.Bar
	state   *fyne.Container
	trouble *jobTrouble
	content *fyne.Container
}

func newJobHead(v *view.Job, nav Nav) *jobHead {
	h := &jobHead{v: v, nav: nav, title: parts.NewText("", parts.Title), second: parts.NewText("", parts.Second)}
	h.pdf = parts.NewButton("", parts.Primary, v.OpenPDF)
	h.choose = parts.NewButton("", parts.Plain, func() { nav.Pick(v.ID()) })
	h.model = parts.NewButton("", parts.Plain, func() { v.OpenModel("") })
	h.folder = parts.NewButton("", parts.Plain, v.OpenFolder)
	h.refresh = parts.NewButton("", parts.Plain, v.Refresh)
	h.actions = parts.NewFlow(8, h.pdf, h.choose, h.model, h.folder, h.refresh)
	h.mark, h.says, h.bar = parts.NewMark(parts.MarkNone), parts.NewText("", parts.Ink), parts.NewBar()
	h.state = parts.Column(8, parts.Row(10, h.mark, parts.Fill(h.says)), h.bar)
	h.trouble = newJobTrouble(v)
	h.content = parts.Column(14, parts.Column(3, h.title, h.second), h.actions, h.trouble.content, h.state)
	return h
}

func (h *jobHead) draw(s view.JobState) {
	h.title.SetText(s.Title)
	h.second.SetText(s.Second)
	parts.Visible(h.second, s.Second != "")

	pdf := words.T("job.open_pdf")
	switch {
	case s.PDFBusy:
		pdf = words.T("job.opening")
	case !s.PDFAlone:
		pdf = words.T("job.main_open_pdf", "structure", shortened(s.PDF))
	}
	h.pdf.SetText(pdf)
	enable(h.pdf, !s.PDFBusy)
	parts.Visible(h.pdf, s.PDF != "")

	h.choose.SetText(words.T("job.choose"))
	if s.PDFAlone {
		h.choose.SetText(words.T("job.choose_files"))
	}
	h.choose.SetStyle(parts.Plain)
	if s.PDF == "" {
		h.choose.SetStyle(parts.Primary)
	}
	parts.Visible(h.choose, s.CanChoose)

	h.model.SetText(words.T("job.view_3d"))
	parts.Visible(h.model, s.HasView)
	h.folder.SetText(words.T("job.folder"))
	parts.Visible(h.folder, s.HasFolder)
	h.refresh.SetText(words.T("job.refresh"))
	if s.Busy {
		h.refresh.SetText(words.T("job.refreshing"))
	}
	enable(h.refresh, !s.Busy)
	h.actions.Refresh()

	h.trouble.draw(s)
	finished := s.Standing == view.StandingDone
	parts.Visible(h.state, !finished && !h.trouble.content.Visible())
	h.mark.SetMark(standingMark(s.Standing))
	parts.Visible(h.mark, s.Standing != view.StandingNone)
	h.says.SetText(s.Says)
	h.bar.Set(s.Bar)
	parts.Visible(h.bar, s.Bar > 0)
}

func enable(b *parts.Button, yes bool) {
	if yes {
		b.Enable()
	} else {
		b.Disable()
	}
}

// shortened keeps a name that is put on a button within bounds.
func shortened(name string) string {
	const most = 28
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

// jobTrouble is the card of a job that needs a person: what happened, why, and
// what to do.
type jobTrouble struct {
	mark    *parts.MarkIcon
	what    *parts.Paragraph
	why, do *parts.Paragraph
	open    *parts.Button
	content *fyne.Container
}

func newJobTrouble(v *view.Job) *jobTrouble {
	t := &jobTrouble{
		mark: parts.NewMark(parts.MarkFailed),
		what: parts.NewParagraph("", parts.Bold), why: parts.NewParagraph("", parts.Ink), do: parts.NewParagraph("", parts.Second),
		open: parts.NewButton("", parts.Primary, v.OpenAtHover),
	}
	says := beside(12, t.mark, parts.Column(6, t.what, t.why, t.do, parts.VSpace(2), parts.Row(0, t.open, parts.Fill(nil))))
	t.content = parts.Column(0, parts.NewCard(says))
	return t
}

func (t *jobTrouble) draw(s view.JobState) {
	parts.Visible(t.content, s.Failure != nil || s.Turn != "")
	t.open.SetText(words.T("job.open_in_hover"))
	switch {
	case s.Failure != nil:
		t.mark.SetMark(parts.MarkFailed)
		t.what.Set(s.Failure.What, parts.Bold)
		t.why.Set(s.Failure.Why, parts.FailedText)
		t.do.SetText(s.Failure.Do)
	case s.Turn != "":
		t.mark.SetMark(parts.MarkWaiting)
		t.what.Set(s.Says, parts.Bold)
		t.do.SetText(s.Turn)
	}
	parts.Visible(t.why, s.Failure != nil)
}
