package page

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// captureDialog is the form for a new request. It shows what the state holds:
// closed and opened again it is as it was.
type captureDialog struct {
	v   *view.Captures
	nav Nav
	box *parts.ModalBox

	recent   *fyne.Container    // who was asked last
	people   *fyne.Container    // they, as chips
	offered  []view.AskedBefore // that are drawn
	fields   map[view.CaptureField]*parts.Field
	order    map[hover.DeliverableID]*parts.Chip
	linkOnly *parts.Check
	known    *captureKnown
	notice   *captureNotice // what failed, beside the button that tries again
	form     *fyne.Container
	scroll   *parts.Scroll

	sent  *parts.Paragraph
	link  *parts.Text
	copy  *parts.Button
	share *fyne.Container
	after *fyne.Container

	close, send, another *parts.Button
	content              *fyne.Container
}

func showCaptureDialog(v *view.Captures, nav Nav, closed func()) *captureDialog {
	d := &captureDialog{
		v: v, nav: nav, fields: map[view.CaptureField]*parts.Field{}, order: map[hover.DeliverableID]*parts.Chip{},
	}
	d.known = newCaptureKnown(v, nav)
	d.notice = newCaptureNotice()
	name := d.field(view.CaptureName, words.T("captures.name"), "")
	email := d.field(view.CaptureEmail, words.T("captures.email"), "")
	phone := d.field(view.CapturePhone, words.T("captures.phone"), words.T("captures.phone_hint"))
	street := d.field(view.CaptureStreet, words.T("captures.street"), "")
	city := d.field(view.CaptureCity, words.T("captures.city"), "")
	region := d.field(view.CaptureRegion, words.T("captures.region"), "")
	code := d.field(view.CapturePostalCode, words.T("captures.postal_code"), "")
	chips := parts.NewFlow(6)
	for _, id := range view.CaptureDeliverables() {
		d.order[id] = parts.NewChip(view.CaptureDeliverable(id), false, func() { v.Order(id) })
		chips.Add(d.order[id])
	}
	d.linkOnly = parts.NewCheck(words.T("captures.link_only"), false, v.LinkOnly)
	d.people = parts.NewFlow(6)
	d.recent = parts.Column(6, parts.NewText(words.T("captures.recent"), parts.Second), d.people)
	d.form = parts.Column(12, d.recent,
		name, parts.Beside(12, 0.5, email, phone), street,
		parts.Beside(12, 0.5, city, parts.Beside(12, 0.5, region, code)), d.known.content,
		parts.Column(6, parts.NewText(words.T("captures.order"), parts.Second), chips),
		parts.Column(2, d.linkOnly, parts.NewParagraph(words.T("captures.link_only_hint"), parts.Second)))

	d.sent, d.link = parts.NewParagraph("", parts.Ink), parts.NewText("", parts.Fixed)
	d.copy = parts.NewButton("", parts.Primary, func() {
		nav.Copy(d.link.Text())
		d.copy.SetText(words.T("captures.copied"))
		d.share.Refresh()
	})
	d.share = parts.Row(12, parts.Fill(d.link), d.copy)
	d.after = parts.Column(14, d.sent, parts.NewCard(d.share).SetPad(12))

	d.close = parts.NewButton(words.T("captures.close"), parts.Plain, func() { d.box.Close() })
	d.another = parts.NewButton(words.T("captures.another"), parts.Plain, v.Another)
	d.send = parts.NewButton("", parts.Primary, d.submit)
	d.scroll = parts.NewScroll(container.NewStack(d.form, d.after))
	title := parts.NewText(words.T("captures.form_title"), parts.Title)
	d.content = parts.NewDialogOf(title, d.scroll, d.notice.content, d.another, d.close, d.send)
	d.box = parts.Modal(nav.Canvas(), d.content)
	d.box.OnClosed = closed
	d.draw()
	name.FocusOn(nav.Canvas())
	return d
}

// field gives a field whose text goes to the state as it is typed.
func (d *captureDialog) field(f view.CaptureField, label, hint string) *parts.Field {
	field := parts.NewField(label)
	field.SetHint(hint)
	field.OnChanged = func(text string) { d.v.Type(f, text) }
	field.OnSubmitted = func(string) { d.submit() }
	d.fields[f] = field
	return field
}

// submit sends the form, or leads to the first field that is wrong.
func (d *captureDialog) submit() {
	d.v.Send()
	for f, in := range d.v.State().Form.Fields {
		if in.Problem != "" {
			field := d.fields[view.CaptureField(f)]
			d.scroll.To(field)
			field.FocusOn(d.nav.Canvas())
			return
		}
	}
}

// draw shows the state of the form, or the request that was just sent.
func (d *captureDialog) draw() {
	s := d.v.State().Form
	parts.Visible(d.form, s.Sent == nil)
	parts.Visible(d.after, s.Sent != nil)
	for f, field := range d.fields {
		in := s.Fields[f]
		field.SetText(in.Text)
		field.SetError(in.Problem)
		field.SetOK(in.Fine && (f == view.CaptureEmail || f == view.CapturePhone))
	}
	d.drawRecent(s.Recent)
	for id, chip := range d.order {
		chip.SetOn(id == s.Deliverable)
	}
	d.linkOnly.SetChecked(s.LinkOnly)
	d.known.draw(s.Known)
	d.notice.draw(s.Failed)
	if s.Sent != nil {
		d.drawSent(*s.Sent)
	}
	d.send.SetText(parts.Either(s.Sending, words.T("captures.sending"), words.T("captures.send")))
	parts.Enabled(d.send, !s.Sending)
	parts.Visible(d.send, s.Sent == nil)
	parts.Visible(d.another, s.Sent != nil)
	d.content.Refresh()
	d.box.Refresh()
}

// drawRecent offers those who were asked last.
func (d *captureDialog) drawRecent(list []view.AskedBefore) {
	parts.Visible(d.recent, len(list) > 0)
	if len(list) == 0 || slices.Equal(list, d.offered) {
		return
	}
	d.offered = list
	d.people.Objects = nil
	for _, who := range list {
		d.people.Add(parts.NewChip(shortened(who.Name), false, func() { d.v.Ask(who) }))
	}
}

// drawSent shows the request that was just sent, with its link.
func (d *captureDialog) drawSent(s view.CaptureResult) {
	says, link := s.Says, s.Link
	if link == "" {
		says, link = says+" "+words.T("captures.no_link"), "–"
	}
	d.sent.SetText(says)
	parts.Enabled(d.copy, s.Link != "")
	if d.link.Text() != link {
		d.link.SetText(link)
		d.copy.SetText(words.T("captures.copy_link"))
		d.share.Refresh()
	}
}

// captureNotice says why a request was not sent: what happened, why, and what to
// do.
type captureNotice struct {
	what, why, do *parts.Paragraph
	content       *fyne.Container
}

func newCaptureNotice() *captureNotice {
	n := &captureNotice{
		what: parts.NewParagraph("", parts.Bold), why: parts.NewParagraph("", parts.FailedText),
		do: parts.NewParagraph("", parts.Second),
	}
	n.content = parts.Row(12, parts.NewMark(parts.MarkFailed), parts.Fill(parts.Column(2, n.what, n.why, n.do)))
	return n
}

func (n *captureNotice) draw(f *view.Failure) {
	parts.Visible(n.content, f != nil)
	if f == nil {
		return
	}
	n.what.SetText(f.What)
	n.why.Say(f.Why)
	do := words.T("captures.not_sent")
	if f.Do != "" {
		do = f.Do + " " + do
	}
	n.do.SetText(do)
}

// captureKnown says that a house is known already, with its PDF.
type captureKnown struct {
	v       *view.Captures
	nav     Nav
	house   view.KnownHouse
	mark    *parts.MarkIcon
	says    *parts.Paragraph
	pdf     *parts.Button
	row     *fyne.Container
	content *parts.Card
}

func newCaptureKnown(v *view.Captures, nav Nav) *captureKnown {
	k := &captureKnown{v: v, nav: nav, mark: parts.NewMark(parts.MarkNone), says: parts.NewParagraph("", parts.Ink)}
	k.pdf = parts.NewButton("", parts.Plain, k.open)
	k.row = parts.Row(12, k.mark, parts.Fill(k.says), k.pdf)
	k.content = parts.NewCard(k.row).SetPad(12)
	return k
}

func (k *captureKnown) draw(house *view.KnownHouse) {
	parts.Visible(k.content, house != nil)
	if house == nil {
		return
	}
	k.house = *house
	k.says.SetText(house.Says)
	k.mark.SetMark(parts.Either(house.State == hover.JobCompleted, parts.MarkDone, parts.MarkWorking))
	k.pdf.SetText(parts.Either(!house.PDF, words.T("captures.show_job"), words.T("captures.open_pdf")))
	k.row.Refresh()
}

// open opens the PDF, or shows the job that has none.
func (k *captureKnown) open() {
	if k.house.PDF {
		k.v.OpenPDF(k.house.Job)
	} else {
		k.nav.ShowJob(k.house.Job)
	}
}
