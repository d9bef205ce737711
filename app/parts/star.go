package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A Star stands beside what a person has starred.
type Star struct{ widget.BaseWidget }

// NewStar gives a star.
func NewStar() *Star {
	s := &Star{}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Star) CreateRenderer() fyne.WidgetRenderer {
	g := newGlyph(star)
	return drawn(&sheet{
		of:      s,
		objects: g.objects(),
		min:     func() fyne.Size { return fyne.NewSize(signBox, signBox) },
		lay:     func(size fyne.Size) { g.put((size.Width-signBox)/2, (size.Height-signBox)/2, signBox) },
		paint:   func(i ink) { g.paint(i.of(look.ColorWorking), 1) },
	})
}
