package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// A TagStyle says how ready what a tag stands for is.
type TagStyle int

// The styles of tags.
const (
	TagReady       TagStyle = iota // can be had: outlined in green
	TagSaved                       // is there already: filled, with a tick
	TagWaiting                     // is still being made: dim
	TagUnavailable                 // cannot be had: dim, and a tap does nothing
)

// A Tag is the small button of a file format.
type Tag struct {
	press
	text  string
	style TagStyle
}

// NewTag gives a tag.
func NewTag(text string, s TagStyle, tapped func()) *Tag {
	t := &Tag{text: text, style: s}
	t.begin(t, tapped)
	return t
}

// Set changes the text and the style.
func (t *Tag) Set(text string, s TagStyle) {
	if text != t.text || s != t.style {
		t.text, t.style = text, s
		t.Refresh()
	}
}

// Text gives the text.
func (t *Tag) Text() string { return t.text }

// Disabled implements fyne.Disableable: what is not there yet cannot be tapped.
func (t *Tag) Disabled() bool {
	return t.press.Disabled() || t.style == TagWaiting || t.style == TagUnavailable
}

// CreateRenderer implements fyne.Widget.
func (t *Tag) CreateRenderer() fyne.WidgetRenderer {
	on, label, signed := newPlate(6), &canvas.Text{}, newGlyph(tick)
	lead := func() float32 { return Either[float32](t.style == TagSaved, 16, 0) }
	return drawn(&sheet{
		of:      t,
		objects: on.objects(label, signed.Image),
		min: func() fyne.Size {
			return fyne.NewSize(label.MinSize().Width+20+lead(), chipHeight)
		},
		lay: func(size fyne.Size) {
			on.put(size, &t.press, false)
			text := label.MinSize()
			x := (size.Width - text.Width - lead()) / 2
			signed.put(x, (size.Height-10)/2, 10)
			Put(label, x+lead(), (size.Height-text.Height)/2, text.Width, text.Height)
		},
		paint: func(i ink) {
			name, edge := look.ColorDone, look.ColorDone
			label.TextStyle.Bold = true
			if t.Disabled() {
				name, edge = theme.ColorNameDisabled, look.ColorLine
				label.TextStyle.Bold = false
			}
			outline(on.fill, i.of(edge), 1)
			if t.style == TagSaved && !t.Disabled() {
				fillIn(on.fill, i.of(look.ColorDoneOn))
			}
			on.paint(i, &t.tap, &t.press, false)
			signed.paint(i.of(name), 2)
			signed.show(t.style == TagSaved)
			label.Text, label.TextSize, label.Color = t.text, i.size(look.SizeSecond)-0.5, i.of(name)
		},
	})
}
