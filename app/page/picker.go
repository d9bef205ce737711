package page

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Picker is the dialog in which a person chooses structures and formats of a job
// and sees them come. It may be closed meanwhile: the downloads go on, and are
// in it when it is opened again.
type Picker struct {
	v   *view.Picker
	box *parts.ModalBox

	title, second, hint *parts.Text
	problem             *parts.Paragraph
	structures          *fyne.Container
	formats             *fyne.Container
	transfers           *fyne.Container
	again               *parts.Button // downloads once more what is here already
	folder              *parts.Button
	stop                *parts.Button
	close               *parts.Button
	action              *parts.Button
	content             *fyne.Container

	structureRows []*pickerStructure
	chips         map[hover.Format]*parts.Chip
	transferRows  []*pickerTransfer
	then          func() // what the action does
	drawn         view.PickerState
	canvas        fyne.Canvas
	focused       bool // the action had the focus once
}

// ShowPicker opens the picker over the window. closed is called when it has
// closed.
func ShowPicker(v *view.Picker, nav Nav, closed func()) *Picker {
	p := &Picker{
		v: v, canvas: nav.Canvas(), title: parts.NewText("", parts.Title), second: parts.NewText("", parts.Dim),
		hint: parts.NewText("", parts.Second), problem: parts.NewParagraph("", parts.Ink),
		structures: parts.Column(0), formats: parts.NewFlow(8), transfers: parts.Column(12),
		chips: map[hover.Format]*parts.Chip{},
	}
	p.again = parts.NewButton(words.T("picker.download_again"), parts.Quiet, v.Download)
	p.folder = parts.NewButton(words.T("picker.open_folder"), parts.Plain, p.openFolder)
	p.stop = parts.NewButton(words.T("picker.cancel_all"), parts.Plain, func() { v.Cancel() })
	p.close = parts.NewButton(words.T("picker.cancel"), parts.Plain, func() { p.box.Close() })
	p.action = parts.NewButton("", parts.Primary, func() { p.then() })
	body := parts.Pad(0, 0, 2, 0, parts.Column(12, p.second, p.problem, p.structures, p.formats, p.transfers, p.hint))
	p.content = container.NewStack(parts.NewDialogOf(p.title, parts.NewScroll(body), nil, p.again, p.folder, p.stop,
		p.close, p.action))
	p.box = parts.Modal(nav.Canvas(), p.content)
	p.box.OnClosed = func() {
		v.Hidden()
		closed()
	}
	v.Changed = p.draw
	p.draw()
	v.Shown()
	return p
}

// Reload reads the job again, after news.
func (p *Picker) Reload() { p.v.Reload() }

func (p *Picker) openFolder() {
	if path := p.v.State().Path; path != "" {
		p.v.Open(path, true)
	}
}

// draw shows the state of the picker.
func (p *Picker) draw() {
	s := p.v.State()
	p.title.SetText(s.Title)
	p.second.Say(s.Second)
	parts.Visible(p.problem, s.Problem != nil && !s.Loaded)
	if s.Problem != nil {
		p.problem.SetText(words.Error(s.Problem))
	}
	p.drawStructures(s)
	p.drawFormats(s)
	p.drawTransfers(s)
	p.drawFoot(s)
	if now := shape(s); !reflect.DeepEqual(now, p.drawn) {
		p.drawn = now
		p.content.Refresh()
		p.box.Refresh()
	}
}

// shape is a state without what moves while files come: as long as it stays the
// same, the dialog need not be laid out again.
func shape(s view.PickerState) view.PickerState {
	s.Transfers = slices.Clone(s.Transfers)
	for i, t := range s.Transfers {
		if !t.State.Ended() {
			s.Transfers[i].Says, s.Transfers[i].Share = "", 0
		}
	}
	return s
}

func (p *Picker) drawStructures(s view.PickerState) {
	p.structureRows = kept(p.structureRows, p.structures, s.Structures, func() (*pickerStructure, fyne.CanvasObject) {
		r := newPickerStructure(p.v.Toggle)
		return r, r
	})
}

func (p *Picker) drawFormats(s view.PickerState) {
	for _, f := range s.Formats {
		chip := p.chips[f.Format]
		if chip == nil {
			chip = parts.NewChip("", false, func() { p.v.ToggleFormat(f.Format) })
			p.chips[f.Format] = chip
			p.formats.Add(chip)
		}
		chip.SetOn(f.On)
		chip.SetText(parts.Either(!f.Offered, words.T("picker.later", "format", f.Label), f.Label))
		parts.Enabled(chip, f.Offered)
	}
	parts.Visible(p.formats, len(s.Formats) > 0)
}

func (p *Picker) drawTransfers(s view.PickerState) {
	p.transferRows = kept(p.transferRows, p.transfers, s.Transfers, func() (*pickerTransfer, fyne.CanvasObject) {
		r := newPickerTransfer(p.v)
		return r, r.content
	})
	parts.Visible(p.transfers, len(s.Transfers) > 0)
}

// drawFoot shows what can be done now: one strong button, and others beside it.
func (p *Picker) drawFoot(s view.PickerState) {
	here := s.Files > 0 && s.Saved == s.Files
	hint := ""
	switch {
	case s.Running:
		hint = words.T("picker.goes_on")
	case !s.Loaded:
	case !slices.ContainsFunc(s.Structures, func(of view.PickerStructure) bool { return of.Ready }):
		hint = words.T("picker.nothing_ready")
	case s.Files == 0:
		hint = words.T("picker.choose_one")
	}
	p.hint.Say(hint)
	parts.Visible(p.again, here && !s.Running)
	parts.Visible(p.folder, !s.Running && (here && s.Files == 1 || !here && s.Path != "" && len(s.Transfers) > 0))
	p.close.SetText(parts.Either(len(s.Transfers) > 0 || here, words.T("picker.close"), words.T("picker.cancel")))
	text, then := words.N("picker.download", s.Files), p.v.Download
	switch {
	case s.Running: // whoever taps twice must not undo the first tap
		text, then = words.T("picker.downloading"), nil
	case here && s.Files == 1:
		text, then = words.T("picker.open"), func() { p.v.Open(s.Path, false) }
	case here:
		text, then = words.T("picker.open_folder"), p.openFolder
	}
	p.then = then
	p.action.SetText(text)
	parts.Enabled(p.action, then != nil && s.Files > 0)
	parts.Visible(p.stop, s.Running)
	parts.Visible(p.action, s.Loaded)
	if !p.focused && p.action.Visible() && !p.action.Disabled() {
		p.focused = true
		p.canvas.Focus(p.action) // Enter is all it takes
	}
}

// pickerStructure is the row of one structure; all of it can be tapped.
type pickerStructure struct {
	widget.BaseWidget
	id     hover.ModelID
	check  *parts.Check
	name   *parts.Text
	second *parts.Text
	note   *parts.Text
	row    *fyne.Container
}

func newPickerStructure(toggle func(hover.ModelID)) *pickerStructure {
	r := &pickerStructure{
		name: parts.NewText("", parts.Bold), second: parts.NewText("", parts.Second),
		note: parts.NewText("", parts.Second).Whole(),
	}
	r.check = parts.NewCheck("", false, func(bool) { toggle(r.id) })
	r.row = parts.Row(10, r.check, parts.Fill(parts.Column(1, r.name, r.second)), r.note)
	r.ExtendBaseWidget(r)
	return r
}

func (r *pickerStructure) draw(s view.PickerStructure) {
	r.id = s.ID
	r.check.SetChecked(s.Chosen)
	parts.Enabled(r.check, s.Ready)
	r.name.Set(s.Name, parts.Either(s.Ready, parts.Bold, parts.Dim))
	r.second.Set(s.Says, parts.Either(s.Standing == view.StandingFailed, parts.FailedText, parts.Second))
	if s.Note != r.note.Text() {
		r.note.SetText(s.Note)
		relayout(r.row)
	}
}

// Tapped implements fyne.Tappable.
func (r *pickerStructure) Tapped(e *fyne.PointEvent) { r.check.Tapped(e) }

// CreateRenderer implements fyne.Widget.
func (r *pickerStructure) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(parts.Column(0, parts.Pad(2*look.Grid, 0, 2*look.Grid, -look.Grid, r.row),
		parts.NewLine()))
}

// pickerTransfer is the row of one download: what it is, how far, and what can be
// done about it.
type pickerTransfer struct {
	v       *view.Picker
	shown   view.Transfer
	name    *parts.Text
	saved   *parts.Text // a tick before what it says
	says    *parts.Paragraph
	bar     *parts.Bar
	button  *parts.Button
	content *fyne.Container
}

func newPickerTransfer(v *view.Picker) *pickerTransfer {
	r := &pickerTransfer{
		v: v, name: parts.NewText("", parts.SecondBold), says: parts.NewParagraph("", parts.Second), bar: parts.NewBar(),
	}
	r.button = parts.NewButton("", parts.Quiet, r.act)
	r.bar.SetRole(parts.Link)
	r.saved = parts.NewText("", parts.DoneText)
	r.saved.SetMark(parts.MarkDone)
	says := parts.Row(0, r.saved, parts.Fill(r.says))
	r.content = parts.Column(2, parts.Row(8, parts.Fill(parts.Column(0, r.name, says)), r.button), r.bar)
	return r
}

func (r *pickerTransfer) act() {
	switch r.shown.State {
	case view.TransferSaved:
		r.v.Open(r.shown.Path, r.shown.Count > 1)
	case view.TransferFailed, view.TransferCancelled:
		r.v.Retry(r.shown.Order)
	default:
		r.v.Cancel(r.shown.Order)
	}
}

func (r *pickerTransfer) draw(t view.Transfer) {
	r.shown = t
	r.name.SetText(words.T("picker.transfer", "structure", t.Structure, "format", view.FormatName(t.Format)))
	says, bar := parts.Second, parts.Link
	action := words.T("picker.cancel")
	switch t.State {
	case view.TransferSaved:
		says, bar = parts.DoneText, parts.DoneText
		action = parts.Either(t.Count > 1, words.T("picker.open_folder"), words.T("picker.open"))
	case view.TransferFailed:
		says, action = parts.FailedText, words.T("picker.retry")
	case view.TransferCancelled:
		action = words.T("picker.retry")
	}
	parts.Visible(r.saved, t.State == view.TransferSaved)
	r.says.Set(t.Says, says)
	r.bar.Set(t.Share)
	r.bar.SetRole(bar)
	parts.Visible(r.bar, !t.State.Ended() || t.State == view.TransferSaved)
	r.button.SetText(action)
}
