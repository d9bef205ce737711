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
	d := &captureDialog{v: v, nav: nav, fields: map[view.CaptureField]*parts.Field{}, order: map[hover.DeliverableID]*parts.Chip{}}
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
		name, halved(email, phone, 0.5), street, halved(city, halved(region, code, 0.5), 0.5), d.known.content,
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
	body := container.NewStack(d.form, d.after)
	d.scroll = parts.NewScroll(body)
	feet := parts.Row(8, parts.Fill(nil), d.another, d.close, d.send)
	d.content = container.New(formLayout{body}, parts.NewText(words.T("captures.form_title"), parts.Title), d.scroll, d.notice.content, feet)
	d.box = parts.Modal(nav.Canvas(), d.content)
	d.box.OnClosed = closed
	d.draw()
	name.FocusOn(nav.Canvas())
	return d
}

// field gives a field whose text goes to the state as it is typed.
func (d *captureDialog) field(f view.CaptureField, label, hint string) *parts.Field {
	field := parts.NewField(label)
	if hint != "" {
		field.SetHint(hint)
	}
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
	d.send.SetText(words.T("captures.send"))
	if s.Sending {
		d.send.SetText(words.T("captures.sending"))
	}
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
		what: parts.NewParagraph("", parts.Bold), why: parts.NewParagraph("", parts.FailedText), do: parts.NewParagraph("", parts.Second),
	}
	n.content = container.NewStack(parts.Row(12, parts.NewMark(parts.MarkFailed), parts.Fill(parts.Column(2, n.what, n.why, n.do))))
	return n
}

func (n *captureNotice) draw(f *view.Failure) {
	parts.Visible(n.content, f != nil)
	if f == nil {
		return
	}
	n.what.SetText(f.What)
	n.why.SetText(f.Why)
	parts.Visible(n.why, f.Why != "")
	do := words.T("captures.not_sent")
	if f.Do != "" {
		do = f.Do + " " + do
	}
	n.do.SetText(do)
}

// formLayout is the layout of a dialog with a notice that does not scroll: the
// title, what scrolls, the notice, the buttons.
type formLayout struct{ body fyne.CanvasObject }

const formGap = 16

// Layout implements fyne.Layout.
func (formLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	title, scroll, notice, feet := objects[0], objects[1], objects[2], objects[3]
	top, low := title.MinSize().Height, feet.MinSize().Height
	move(title, 0, 0, size.Width, top)
	move(feet, 0, size.Height-low, size.Width, low)
	if notice.Visible() {
		h := heightIn(notice, size.Width)
		low += formGap + h
		move(notice, 0, size.Height-low, size.Width, h)
	}
	move(scroll, 0, top+formGap, size.Width, max(0, size.Height-top-low-2*formGap))
}

// MinSize implements fyne.Layout.
func (f formLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	title, notice, feet, body := objects[0].MinSize(), objects[2], objects[3].MinSize(), f.body.MinSize()
	height := title.Height + body.Height + feet.Height + 2*formGap
	if notice.Visible() {
		height += notice.MinSize().Height + formGap
	}
	return fyne.NewSize(max(title.Width, feet.Width, body.Width), height)
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
	content *fyne.Container
}

func newCaptureKnown(v *view.Captures, nav Nav) *captureKnown {
	k := &captureKnown{v: v, nav: nav, mark: parts.NewMark(parts.MarkNone), says: parts.NewParagraph("", parts.Ink)}
	k.pdf = parts.NewButton("", parts.Plain, k.open)
	k.row = parts.Row(12, k.mark, parts.Fill(k.says), k.pdf)
	k.content = container.NewStack(parts.NewCard(k.row).SetPad(12))
	return k
}

func (k *captureKnown) draw(house *view.KnownHouse) {
	parts.Visible(k.content, house != nil)
	if house == nil {
		return
	}
	k.house = *house
	k.says.SetText(house.Says)
	k.mark.SetMark(parts.MarkWorking)
	if house.State == hover.JobCompleted {
		k.mark.SetMark(parts.MarkDone)
	}
	k.pdf.SetText(words.T("captures.open_pdf"))
	if !house.PDF {
		k.pdf.SetText(words.T("captures.show_job"))
	}
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

// halved puts two objects beside each other; the left one gets that share of the
// width.
func halved(left, right fyne.CanvasObject, share float32) *fyne.Container {
	return container.New(halves{share, 12}, left, right)
}

// halves is the layout of two objects beside each other, at their tops.
type halves struct{ share, gap float32 }

// Layout implements fyne.Layout.
func (h halves) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := (size.Width - h.gap) * h.share
	move(objects[0], 0, 0, width, heightIn(objects[0], width))
	rest := size.Width - h.gap - width
	move(objects[1], width+h.gap, 0, rest, heightIn(objects[1], rest))
}

// MinSize implements fyne.Layout.
func (h halves) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(a.Width+h.gap+b.Width, max(a.Height, b.Height))
}
