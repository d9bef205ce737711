package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// A TextLink is a word or two among texts that lead elsewhere: a number to call, a map. Without a way to follow it is
// read only.
type TextLink struct {
	press
	text  string
	leads bool
}

// linkHeight is the height of a link, enough to be hit; linkWidth is as wide as one gets before it is shortened.
const (
	linkHeight float32 = 24
	linkWidth  float32 = 300
)

// NewTextLink gives a link.
func NewTextLink(text string, tapped func()) *TextLink {
	l := &TextLink{text: text, leads: true}
	l.begin(l, tapped)
	return l
}

// Set changes the text, and whether it leads anywhere.
func (l *TextLink) Set(text string, leads bool) {
	if text != l.text || leads != l.leads {
		l.text, l.leads = text, leads
		l.Refresh()
	}
}

// Text gives the text.
func (l *TextLink) Text() string { return l.text }

// Disabled implements fyne.Disableable.
func (l *TextLink) Disabled() bool { return l.press.Disabled() || !l.leads }

// CreateRenderer implements fyne.Widget.
func (l *TextLink) CreateRenderer() fyne.WidgetRenderer {
	label, under, ring := NewText("", Second), &canvas.Rectangle{}, &canvas.Rectangle{}
	return drawn(&sheet{
		of:      l,
		objects: []fyne.CanvasObject{ring, label, under},
		min: func() fyne.Size {
			text := label.Natural()
			return fyne.NewSize(min(text.Width, linkWidth), max(linkHeight, text.Height))
		},
		lay: func(size fyne.Size) {
			h := label.MinSize().Height
			Put(label, 0, (size.Height-h)/2, size.Width, h)
			Put(under, 0, (size.Height+h)/2-2, size.Width, 1)
			Put(ring, -4, 0, size.Width+8, size.Height)
		},
		paint: func(i ink) {
			color := i.of(theme.ColorNamePrimary)
			label.on = Either(l.Disabled(), look.ColorDim, theme.ColorNamePrimary)
			label.SetText(l.text)
			label.Refresh()
			under.FillColor, under.Hidden = color, !l.hovered || l.Disabled()
			l.paintRing(ring, i, false)
			ring.CornerRadius = 4
		},
	})
}
