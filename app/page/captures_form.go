package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/words"
	"dormer/internal/hover"
)

// captureDialog is the form for a new request. It shows what the state holds:
// closed and opened again it is as it was.
type captureDialog struct {
	v   *view.Captures
	nav Nav
	box *parts.ModalBox

	fields   map[view.CaptureField]*parts.Field
	order    map[hover.DeliverableID]*parts.Chip
	linkOnly *parts.Check
	known    *captureKnown
	failed   *parts.Paragraph
	kept     *parts.Paragraph
	form     *fyne.Container

	sent  *parts.Paragraph
	link  *parts.Field
	copy  *parts.Button
	after *fyne.Container

	close, send, another *parts.Button
	content              *fyne.Container
}

func showCaptureDialog(v *view.Captures, nav Nav, closed func()) *captureDialog {
	d := &captureDialog{v: v, nav: nav, fields: map[view.CaptureField]*parts.Field{}, order: map[hover.DeliverableID]*parts.Chip{}}
	d.known = newCaptureKnown(v, nav)
	d.failed, d.kept = parts.NewParagraph("", parts.FailedText), parts.NewParagraph(words.T("captures.not_sent"), parts.Second)
	name := d.field(view.CaptureName, words.T("captures.name"), words.T("captures.name_hint"))
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
	d.form = parts.Column(12,
		name, halved(email, phone, 0.5), street, halved(city, halved(region, code, 0.5), 0.5), d.known.content,
		parts.Column(6, parts.NewText(words.T("captures.order"), parts.Second), chips),
		parts.Column(2, d.linkOnly, parts.NewParagraph(words.T("captures.link_only_hint"), parts.Second)),
		parts.Column(4, d.failed, d.kept))

	d.sent, d.link = parts.NewParagraph("", parts.Ink), parts.NewField("")
	d.link.SetReadOnly(true)
	d.copy = parts.NewButton("", parts.Plain, func() {
		nav.Copy(d.link.Text())
		d.copy.SetText(words.T("captures.copied"))
	})
	d.link.SetButton(d.copy)
	d.after = parts.Column(12, d.sent, d.link)

	d.close = parts.NewButton(words.T("captures.close"), parts.Plain, func() { d.box.Close() })
	d.another = parts.NewButton(words.T("captures.another"), parts.Plain, v.Another)
	d.send = parts.NewButton("", parts.Primary, v.Send)
	d.content = container.NewStack(parts.NewDialog(words.T("captures.form_title"), parts.Column(0, d.form, d.after), d.another, d.close, d.send))
	d.box = parts.Modal(nav.Canvas(), d.content)
	d.box.OnClosed = closed
	d.draw()
	name.Focus()
	return d
}

// field gives a field whose text goes to the state as it is typed.
func (d *captureDialog) field(f view.CaptureField, label, hint string) *parts.Field {
	field := parts.NewField(label)
	if hint != "" {
		field.SetHint(hint)
	}
	field.OnChanged = func(text string) { d.v.Type(f, text) }
	field.OnSubmitted = func(string) { d.v.Send() }
	d.fields[f] = field
	return field
}

// draw shows the state of the form, or the request that was just sent.
func (d *captureDialog) draw() {
	s := d.v.State().Form
	visible(d.form, s.Sent == nil)
	visible(d.after, s.Sent != nil)
	for f, field := range d.fields {
		in := s.Fields[f]
		field.SetText(in.Text)
		field.SetError(in.Problem)
		field.SetOK(in.Fine && (f == view.CaptureEmail || f == view.CapturePhone))
	}
	for id, chip := range d.order {
		chip.SetOn(id == s.Deliverable)
	}
	d.linkOnly.SetChecked(s.LinkOnly)
	d.known.draw(s.Known)
	visible(d.failed, s.Failed != nil)
	visible(d.kept, s.Failed != nil)
	d.failed.SetText(words.Error(s.Failed))
	if s.Sent != nil {
		d.sent.SetText(s.Sent.Says)
		if d.link.Text() != s.Sent.Link {
			d.link.SetText(s.Sent.Link)
			d.copy.SetText(words.T("captures.copy_link"))
		}
		visible(d.link, s.Sent.Link != "")
		if s.Sent.Link == "" {
			d.sent.SetText(s.Sent.Says + " " + words.T("captures.no_link"))
		}
	}
	d.send.SetText(words.T("captures.send"))
	if s.Sending {
		d.send.SetText(words.T("captures.sending"))
	}
	alive(d.send, !s.Sending)
	visible(d.send, s.Sent == nil)
	visible(d.another, s.Sent != nil)
	d.content.Refresh()
	d.box.Refresh()
}

// captureKnown says that a house is known already, with its PDF.
type captureKnown struct {
	v       *view.Captures
	nav     Nav
	house   view.KnownHouse
	mark    *parts.MarkIcon
	says    *parts.Paragraph
	pdf     *parts.Button
	content *fyne.Container
}

func newCaptureKnown(v *view.Captures, nav Nav) *captureKnown {
	k := &captureKnown{v: v, nav: nav, mark: parts.NewMark(parts.MarkNone), says: parts.NewParagraph("", parts.Ink)}
	k.pdf = parts.NewButton("", parts.Plain, k.open)
	k.content = container.NewStack(parts.NewCard(parts.Row(12, k.mark, parts.Fill(k.says), k.pdf)).SetPad(12))
	return k
}

func (k *captureKnown) draw(house *view.KnownHouse) {
	visible(k.content, house != nil)
	if house == nil {
		return
	}
	k.house = *house
	k.says.SetText(house.Says)
	k.mark.SetMark(parts.MarkWorking)
	if house.State == hover.JobCompleted {
		k.mark.SetMark(parts.MarkDone)
	}
	switch {
	case !house.PDF:
		k.pdf.SetText(words.T("captures.show_job"))
	case house.Choose:
		k.pdf.SetText(words.T("captures.choose"))
	default:
		k.pdf.SetText(words.T("captures.open_pdf"))
	}
}

// open opens the one PDF, or shows what there is to choose from.
func (k *captureKnown) open() {
	switch {
	case !k.house.PDF:
		k.nav.ShowJob(k.house.Job)
	case k.house.Choose:
		k.nav.Pick(k.house.Job)
	default:
		k.v.OpenPDF(k.house.Job)
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
