package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobHead is the top of a job's page: its name, what can be done with it, and
// how it stands, unless it is simply finished.
type jobHead struct {
	v      *view.Job
	nav    Nav
	title  *parts.Paragraph
	second *parts.Paragraph

	phone, mail, place *parts.TextLink
	contact            *fyne.Container

	pdf, choose, folder, model *parts.Button
	more                       *parts.MoreButton
	asking                     *parts.Text // Hover is being asked
	actions                    *fyne.Container

	mark    *parts.MarkIcon
	says    *parts.Text
	bar     *parts.Bar
	state   *fyne.Container
	trouble *jobTrouble
	content *fyne.Container
	drawn   view.JobState
}

func newJobHead(v *view.Job, nav Nav) *jobHead {
	h := &jobHead{v: v, nav: nav, title: parts.NewParagraph("", parts.Title), second: parts.NewParagraph("", parts.Second)}
	h.phone = parts.NewTextLink("", func() { v.Open(h.drawn.Contact.CallURL) })
	h.mail = parts.NewTextLink("", func() { v.Open(h.drawn.Contact.MailURL) })
	h.place = parts.NewTextLink("", func() { v.Open(h.drawn.Contact.MapURL) })
	h.contact = parts.NewFlow(16, h.phone, h.mail, h.place)
	h.pdf = parts.NewButton("", parts.Primary, v.OpenPDF)
	h.choose = parts.NewButton("", parts.Primary, func() { nav.Pick(v.ID()) })
	h.folder = parts.NewButton(words.T("job.folder"), parts.Plain, v.OpenFolder)
	h.model = parts.NewButton(words.T("job.view_3d"), parts.Plain, v.OpenModel)
	h.more = parts.NewMore(words.T("job.more"), h.menu)
	h.asking = parts.NewText("", parts.Second)
	h.actions = parts.NewFlow(8, h.pdf, h.choose, h.folder, h.model, h.more, container.NewCenter(h.asking))
	h.mark, h.says, h.bar = parts.NewMark(parts.MarkNone), parts.NewText("", parts.Ink), parts.NewBar()
	h.state = parts.Column(8, parts.Row(10, h.mark, parts.Fill(h.says)), h.bar)
	h.trouble = newJobTrouble(v, nav)
	h.content = parts.Column(14, parts.Column(3, h.title, h.second, h.contact), h.actions, h.trouble.content, h.state)
	return h
}

func (h *jobHead) draw(s view.JobState) {
	h.drawn = s
	h.title.SetText(s.Title)
	second := s.Second
	if s.Contact.Captured != "" && second != "" {
		second += " · "
	}
	second += s.Contact.Captured
	h.second.Say(second)

	h.reach(s.Contact)

	h.pdf.SetText(parts.Either(s.PDFBusy, words.T("job.opening"), words.T("job.open_pdf")))
	parts.Enabled(h.pdf, !s.PDFBusy)
	parts.Visible(h.pdf, s.HasPDF)

	h.choose.SetText(chooseWords(s))
	parts.Visible(h.choose, s.CanChoose && !s.HasPDF)

	parts.Visible(h.folder, s.HasFolder)
	parts.Visible(h.model, s.HasView)
	h.asking.SetText(parts.Either(s.Busy, words.T("job.refreshing"), ""))
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

// chooseWords leads to the picker: of structures where there are several.
func chooseWords(s view.JobState) string {
	return parts.Either(s.Several, words.T("job.choose"), words.T("job.choose_files"))
}

// reach shows how to reach the customer and the house.
func (h *jobHead) reach(c view.Contact) {
	link := func(l *parts.TextLink, text, address string) {
		l.Set(text, address != "")
		parts.Visible(l, text != "")
	}
	link(h.phone, c.Phone, c.CallURL)
	link(h.mail, c.Mail, c.MailURL)
	place := parts.Either(c.MapURL != "", words.T("job.map"), "")
	link(h.place, place, c.MapURL)
	parts.Visible(h.contact, c.Phone != "" || c.Mail != "" || place != "")
	h.contact.Refresh()
}

// menu is what else can be done with the job now.
func (h *jobHead) menu() []*fyne.MenuItem {
	address := fyne.NewMenuItem(words.T("job.copy_address"), func() { h.nav.Copy(h.drawn.Address) })
	address.Disabled = h.drawn.Address == ""
	measurements := fyne.NewMenuItem(words.T("job.copy_measurements"), func() { h.nav.Copy(h.v.Table()) })
	measurements.Disabled = h.v.Table() == ""
	choose := fyne.NewMenuItem(chooseWords(h.drawn), func() { h.nav.Pick(h.v.ID()) })
	choose.Disabled = !h.drawn.CanChoose
	refresh := fyne.NewMenuItem(words.T("job.refresh"), h.v.Refresh)
	refresh.Disabled = h.drawn.Busy
	print := fyne.NewMenuItem(words.T("job.print"), h.v.Print)
	mail := fyne.NewMenuItem(words.T("job.mail"), h.v.Mail)
	print.Disabled, mail.Disabled = !h.drawn.HasPDF, !h.drawn.HasPDF
	return []*fyne.MenuItem{
		choose, print, mail, address, measurements, fyne.NewMenuItem(words.T("job.open_in_hover"), h.v.OpenAtHover), refresh,
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
	ask     *parts.Button
	open    *parts.Button
	content *fyne.Container
}

func newJobTrouble(v *view.Job, nav Nav) *jobTrouble {
	t := &jobTrouble{
		mark: parts.NewMark(parts.MarkFailed),
		what: parts.NewParagraph("", parts.Bold), why: parts.NewParagraph("", parts.Ink),
		do:   parts.NewParagraph("", parts.Second),
		ask:  parts.NewButton(words.T("job.ask_photos"), parts.Primary, func() { nav.AskForPhotos(v.ID()) }),
		open: parts.NewButton(words.T("job.open_in_hover"), parts.Primary, v.OpenAtHover),
	}
	says := parts.Beside(12, 0, t.mark, parts.Column(6, t.what, t.why, t.do, parts.VSpace(2), parts.NewFlow(8, t.ask, t.open)))
	t.content = parts.Column(0, parts.NewCard(says))
	return t
}

func (t *jobTrouble) draw(s view.JobState) {
	parts.Visible(t.content, s.Failure != nil || s.Turn != "")
	parts.Visible(t.ask, s.Failure != nil)
	t.open.SetStyle(parts.Primary)
	switch {
	case s.Failure != nil:
		t.mark.SetMark(parts.MarkFailed)
		t.what.Set(s.Failure.What, parts.Bold)
		t.why.Set(s.Failure.Why, parts.FailedText)
		t.do.SetText(s.Failure.Do)
		t.open.SetStyle(parts.Plain) // one strong button
	case s.Turn != "":
		t.mark.SetMark(parts.MarkWaiting)
		t.what.Set(s.Says, parts.Bold)
		t.do.SetText(s.Turn)
	}
	parts.Visible(t.why, s.Failure != nil)
}
