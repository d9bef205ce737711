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
	text  string
	style Style
	dark  bool // its ground is dark in every theme
}

// NewButton gives a button.
func NewButton(text string, s Style, tapped func()) *Button {
	b := &Button{text: text, style: s}
	b.begin(b, tapped)
	return b
}

// SetText changes the text.
func (b *Button) SetText(s string) {
	if s != b.text {
		b.text = s
		b.Refresh()
	}
}

// Text gives the text.
func (b *Button) Text() string { return b.text }

// SetStyle changes the style.
func (b *Button) SetStyle(s Style) {
	if s != b.style {
		b.style = s
		b.Refresh()
	}
}

// OnDark paints the button for a ground that is dark in every theme. It gives the
// button itself.
func (b *Button) OnDark() *Button {
	b.dark = true
	return b
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	fill, over, ring, label := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Text{}
	return drawn(&sheet{
		of:      b,
		objects: []fyne.CanvasObject{fill, over, ring, label},
		min: func() fyne.Size {
			text := label.MinSize()
			return fyne.NewSize(text.Width+2*buttonPad, max(look.ButtonHeight, text.Height+12))
		},
		lay: func(size fyne.Size) {
			put(fill, 0, 0, size.Width, size.Height)
			put(over, 0, 0, size.Width, size.Height)
			b.layRing(ring, size, b.filled())
			middle(label, label.MinSize(), size)
		},
		paint: func(i ink) {
			if b.dark {
				i = i.onDark()
			}
			fill.CornerRadius, over.CornerRadius = look.ButtonRadius, look.ButtonRadius
			text := look.ColorOnPrimary
			switch {
			case !b.filled():
				outline(fill, i.of(look.ColorLine), 1)
				text = theme.ColorNamePrimary
			case b.style == Danger:
				fillIn(fill, i.of(look.ColorFailed))
			default:
				fillIn(fill, i.of(theme.ColorNamePrimary))
			}
			if b.Disabled() {
				text = theme.ColorNameDisabled
				if b.filled() {
					fillIn(fill, i.of(theme.ColorNameDisabledButton))
				}
			}
			fill.Hidden = b.style == Quiet
			b.paintOver(over, i)
			b.paintRing(ring, i, b.filled())
			label.Text, label.TextSize, label.TextStyle = b.text, i.size(look.SizeText)-1, fyne.TextStyle{Bold: true}
			label.Color = i.of(text)
		},
	})
}

// filled reports whether the button has a ground of its own.
func (b *Button) filled() bool { return b.style == Primary || b.style == Danger }
