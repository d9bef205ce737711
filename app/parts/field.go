package parts

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/internal/words"
)

// A Field is an entry with its label above and a line below, which hints or says
// what is wrong.
type Field struct {
	widget.BaseWidget
	// OnChanged is called when a person changes the text, OnSubmitted when they
	// press Enter, OnLeft when the cursor goes elsewhere.
	OnChanged   func(string)
	OnSubmitted func(string)
	OnLeft      func(string)

	label *Text
	entry *entry
	box   *entryBox
	ok    *Sign
	tail  *fyne.Container
	note  *Paragraph
	hint  string
	says  string // what is wrong, if anything
	whole *fyne.Container
	quiet bool // while the text is set by us
}

// NewField gives an empty field.
func NewField(label string) *Field {
	f := &Field{label: NewText(label, Second), entry: newEntry(), ok: newTick(), note: NewParagraph("", Second)}
	f.OnChanged, f.OnSubmitted, f.OnLeft = func(string) {}, func(string) {}, func(string) {}
	f.ok.Hide()
	f.note.Hide()
	f.tail = Row(8, f.ok)
	f.entry.OnChanged = func(s string) {
		if !f.quiet {
			f.OnChanged(s)
		}
	}
	f.entry.OnSubmitted = func(s string) { f.OnSubmitted(s) }
	f.entry.left = func() { f.OnLeft(f.entry.Text) }
	f.box = newEntryBox(f.entry, Pad(0, 3, 0, 4, f.tail))
	f.whole = Column(4, f.label, f.box, f.note)
	f.ExtendBaseWidget(f)
	return f
}

// CreateRenderer implements fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(f.whole) }

// Text gives what stands in the field.
func (f *Field) Text() string { return f.entry.Text }

// SetText changes what stands in the field, without calling OnChanged.
func (f *Field) SetText(s string) {
	if s != f.entry.Text {
		f.quiet = true
		f.entry.SetText(s)
		f.quiet = false
	}
}

// SetLabel changes the label.
func (f *Field) SetLabel(s string) { f.label.SetText(s) }

// SetPassword hides what is typed, with a button at the right end that shows it
// and hides it again.
func (f *Field) SetPassword() {
	f.entry.Password = true
	f.entry.Refresh()
	show := NewButton(words.T("parts.show"), Quiet, nil)
	show.OnTapped(func() {
		f.entry.Password = !f.entry.Password
		show.SetText(Either(f.entry.Password, words.T("parts.show"), words.T("parts.hide")))
		f.entry.Refresh()
		f.Focus() // who looks at it goes on typing
	})
	f.SetButton(show)
}

// SetReadOnly lets the text be read, selected and copied, not changed.
func (f *Field) SetReadOnly(on bool) { f.entry.readOnly = on }

// SetButton puts a button into the right end of the field.
func (f *Field) SetButton(b *Button) {
	f.tail.Objects = []fyne.CanvasObject{f.ok, b}
	f.box.Refresh()
}

// SetHint says what to write, as long as nothing is wrong.
func (f *Field) SetHint(s string) {
	f.hint = s
	f.tell()
}

// SetError says what is wrong with the text; "" takes it back.
func (f *Field) SetError(s string) {
	f.says = s
	f.tell()
}

// SetOK shows a tick at the right end, for a text that was checked and is good.
func (f *Field) SetOK(ok bool) {
	if ok != f.ok.Visible() {
		Visible(f.ok, ok)
		f.box.Refresh()
	}
}

// Disable makes the field dead, Enable alive again.
func (f *Field) Disable() {
	f.entry.Disable()
	f.box.Refresh()
}

// Enable undoes Disable.
func (f *Field) Enable() {
	f.entry.Enable()
	f.box.Refresh()
}

// Disabled implements fyne.Disableable.
func (f *Field) Disabled() bool { return f.entry.Disabled() }

// Focus puts the cursor into the field.
func (f *Field) Focus() { f.entry.take() }

// FocusOn puts the cursor into the field on a canvas that need not have drawn it
// yet.
func (f *Field) FocusOn(c fyne.Canvas) { f.entry.takeFocus(c) }

// tell writes the line below: what is wrong, or else the hint.
func (f *Field) tell() {
	f.box.wrong = f.says != ""
	f.note.Set(cmp.Or(f.says, f.hint), Either(f.box.wrong, FailedText, Second))
	Visible(f.note, f.note.Text() != "")
	f.box.Refresh()
	f.Refresh()
}
