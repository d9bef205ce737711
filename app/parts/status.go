package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"dormer/app/look"
)

// A StatusCard says in the corner of the window how Dormer is: a dot whose shape
// and colour are the state, a word or two, and a second line.
type StatusCard struct {
	press
	mark   Mark
	dot    *markDot
	title  *Text
	second *Text
}

// NewStatusCard gives a card that says nothing yet.
func NewStatusCard() *StatusCard {
	s := &StatusCard{dot: newDot(), title: NewText("", DoneWord), second: NewText("", DoneText)}
	s.begin(s, nil)
	return s
}

// Set changes what the card says.
func (s *StatusCard) Set(m Mark, title, second string) {
	s.mark = m
	s.dot.set(m)
	word, line := m.roles()
	s.title.Set(title, word)
	s.second.Set(second, line)
	s.Refresh()
}

// Disabled implements fyne.Disableable: a card that leads nowhere takes no focus.
func (s *StatusCard) Disabled() bool { return s.tapped == nil || s.press.Disabled() }

// CreateRenderer implements fyne.Widget.
func (s *StatusCard) CreateRenderer() fyne.WidgetRenderer {
	ground, over, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	return drawn(&sheet{
		of:      s,
		objects: []fyne.CanvasObject{ground, over, ring, s.dot, s.title, s.second},
		min:     func() fyne.Size { return fyne.NewSize(shortest+24, 54) },
		lay: func(size fyne.Size) {
			put(ground, 0, 0, size.Width, size.Height)
			put(over, 0, 0, size.Width, size.Height)
			s.layRing(ring, size, false)
			h := s.title.MinSize().Height
			top := (size.Height - 2*h) / 2
			put(s.dot, 12, top+(h-10)/2, 10, 10)
			put(s.title, 28, top, size.Width-40, h)
			put(s.second, 12, top+h, size.Width-24, h)
		},
		paint: func(i ink) {
			_, tint := s.mark.colors()
			ground.FillColor, ground.CornerRadius, over.CornerRadius = i.of(tint), look.ButtonRadius, look.ButtonRadius
			s.paintOver(over, i)
			s.paintRing(ring, i, false)
		},
	})
}
