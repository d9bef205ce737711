package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"dormer/app/look"
)

// A StatusCard says in the corner of the window how Dormer is: a dot whose shape
// and colour are the state, a word or two, and below them since when: on two lines
// where one is too short for it.
type StatusCard struct {
	press
	mark   Mark
	dot    *markDot
	title  *Text
	second *Paragraph
}

// statusPad is the space above and below what a status card says.
const statusPad float32 = 8

// NewStatusCard gives a card that says nothing yet.
func NewStatusCard() *StatusCard {
	s := &StatusCard{dot: newDot(), title: NewText("", DoneWord), second: NewParagraph("", DoneText)}
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
		min: func() fyne.Size {
			return fyne.NewSize(shortest+24, 2*statusPad+s.title.MinSize().Height+s.second.MinSize().Height)
		},
		lay: func(size fyne.Size) {
			put(ground, 0, 0, size.Width, size.Height)
			put(over, 0, 0, size.Width, size.Height)
			s.layRing(ring, size, false)
			h := s.title.MinSize().Height
			put(s.dot, 12, statusPad+(h-10)/2, 10, 10)
			put(s.title, 28, statusPad, size.Width-40, h)
			put(s.second, 12, statusPad+h, size.Width-24, s.second.MinSize().Height)
		},
		paint: func(i ink) {
			_, tint := s.mark.colors()
			ground.FillColor, ground.CornerRadius, over.CornerRadius = i.of(tint), look.ButtonRadius, look.ButtonRadius
			s.paintOver(over, i)
			s.paintRing(ring, i, false)
		},
	})
}
