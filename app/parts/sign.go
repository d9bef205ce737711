package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A Sign stands by itself.
type Sign struct {
	widget.BaseWidget
	what      sign
	box, side float32 // of its place, and of the glyph in the middle of that
	color     fyne.ThemeColorName
	weight    float32
}

// NewStar gives the sign of what a person has starred.
func NewStar() *Sign {
	return newSign(&Sign{what: star, box: signBox, side: signBox, color: look.ColorWorking, weight: 1})
}

// newTick gives a small green tick.
func newTick() *Sign {
	return newSign(&Sign{what: tick, box: 20, side: 11, color: look.ColorDone, weight: 2})
}

func newSign(s *Sign) *Sign {
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Sign) CreateRenderer() fyne.WidgetRenderer {
	g := newGlyph(s.what)
	return drawn(&sheet{
		of:      s,
		objects: []fyne.CanvasObject{g.Image},
		min:     func() fyne.Size { return fyne.NewSize(s.box, s.box) },
		lay:     func(size fyne.Size) { g.put((size.Width-s.side)/2, (size.Height-s.side)/2, s.side) },
		paint:   func(i ink) { g.paint(i.of(s.color), s.weight) },
	})
}
