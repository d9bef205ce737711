package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// A Style says how strongly a button speaks.
type Style int

// The styles.
const (
	Primary Style = iota // the one thing to do: filled
	Plain                // something else to do: outlined
	Quiet                // text alone
	Danger               // takes something away: filled in red
)

// buttonPad is the space at either side of a button's text.
const buttonPad float32 = 13

// A Button is a button with a word or two on it.
type Button struct {
	press
	face
}

// NewButton gives a button.
func NewButton(text string, s Style, tapped func()) *Button {
	b := &Button{}
	b.face = face{of: b, text: text, style: s}
	b.begin(b, tapped)
	return b
}

// A RowButton is the button of a list's row. Tab does not stop at it: the keys walk
// the rows, and leave the list with Tab.
type RowButton struct {
	tap
	face
}

// NewRowButton gives a row's button.
func NewRowButton(text string, s Style, tapped func()) *RowButton {
	b := &RowButton{}
	b.face = face{of: b, text: text, style: s}
	b.begin(b, tapped)
	return b
}

// face is how a button looks.
type face struct {
	of    fyne.Widget
	text  string
	style Style
	dark  bool // its ground is dark in every theme
	folds bool // it shows or hides what is below it,
	open  bool // which is shown
}

// NewFold gives a button that shows and hides what is below it. Before its text it has
// a sign that points there once that is shown.
func NewFold(text string, tapped func()) *Button {
	b := NewButton(text, Plain, tapped)
	b.folds = true
	return b
}

// SetFold says whether what is below a fold is shown.
func (b *Button) SetFold(open bool) { set(b, &b.open, open) }

// SetText changes the text.
func (f *face) SetText(s string) { set(f.of, &f.text, s) }

// Text gives the text.
func (f *face) Text() string { return f.text }

// Style gives how strongly it speaks.
func (f *face) Style() Style { return f.style }

// SetStyle changes the style.
func (f *face) SetStyle(s Style) { set(f.of, &f.style, s) }

// OnDark paints the button for a ground that is dark in every theme. It gives the
// button itself.
func (b *Button) OnDark() *Button {
	b.dark = true
	return b
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer { return b.face.drawn(&b.tap, &b.press) }

// CreateRenderer implements fyne.Widget.
func (b *RowButton) CreateRenderer() fyne.WidgetRenderer { return b.face.drawn(&b.tap, nil) }

// drawn draws the button. keys is nil for one that has no focus.
func (f *face) drawn(t *tap, keys *press) fyne.WidgetRenderer {
	on, label := newPlate(look.ButtonRadius), &canvas.Text{}
	on.ring.Hide()
	objects, lead, folded := on.objects(label), float32(0), newGlyph(ahead)
	if f.folds {
		objects, lead = append(objects, folded.Image), leadRoom
	}
	return drawn(&sheet{
		of:      f.of,
		objects: objects,
		min: func() fyne.Size {
			text := label.MinSize()
			return fyne.NewSize(text.Width+2*buttonPad+lead, max(look.ButtonHeight, text.Height+12))
		},
		lay: func(size fyne.Size) {
			on.put(size, keys, f.filled())
			middle(label, label.MinSize(), size)
			if f.folds {
				text := label.MinSize()
				x := (size.Width - text.Width - lead) / 2
				folded.put(x, (size.Height-leadSide)/2, leadSide)
				label.Move(fyne.NewPos(x+lead, label.Position().Y))
			}
		},
		paint: func(i ink) {
			if f.dark {
				i = i.onDark()
			}
			text := look.ColorOnPrimary
			switch {
			case !f.filled():
				outline(on.fill, i.of(look.ColorLine), 1)
				text = theme.ColorNamePrimary
			case f.style == Danger:
				fillIn(on.fill, i.of(look.ColorFailed))
			default:
				fillIn(on.fill, i.of(theme.ColorNamePrimary))
			}
			if t.Disabled() {
				text = theme.ColorNameDisabled
				if f.filled() {
					fillIn(on.fill, i.of(theme.ColorNameDisabledButton))
				}
			}
			on.fill.Hidden = f.style == Quiet
			on.paint(i, t, keys, f.filled())
			label.Text, label.TextSize, label.TextStyle = f.text, i.size(look.SizeText)-1, fyne.TextStyle{Bold: true}
			label.Color = i.of(text)
			folded.sign = Either(f.open, chevron, ahead)
			folded.paint(label.Color, 1.8)
		},
	})
}

// filled reports whether the button has a ground of its own.
func (f *face) filled() bool { return f.style == Primary || f.style == Danger }

// Enabled lets something be used, or not, and leaves what is so already alone.
func Enabled(o fyne.Disableable, yes bool) {
	switch {
	case yes && o.Disabled():
		o.Enable()
	case !yes && !o.Disabled():
		o.Disable()
	}
}
