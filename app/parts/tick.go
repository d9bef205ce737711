package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// tickIcon is a small green tick.
type tickIcon struct{ widget.BaseWidget }

// newTick gives a tick.
func newTick() *tickIcon {
	t := &tickIcon{}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer implements fyne.Widget.
func (t *tickIcon) CreateRenderer() fyne.WidgetRenderer {
	g := newGlyph(tick)
	return drawn(&sheet{
		of:      t,
		objects: g.objects(),
		min:     func() fyne.Size { return fyne.NewSize(20, 20) },
		lay:     func(size fyne.Size) { g.put((size.Width-11)/2, (size.Height-11)/2, 11) },
		paint:   func(i ink) { g.paint(i.of(look.ColorDone), 1.8) },
	})
}
