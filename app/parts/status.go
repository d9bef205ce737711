package parts

import (
	"fyne.io/fyne/v2"

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
	s.title.Set(title, marks[m].word)
	s.second.Set(second, marks[m].line)
	s.Refresh()
}

// Disabled implements fyne.Disableable: a card that leads nowhere takes no focus.
func (s *StatusCard) Disabled() bool { return s.tapped == nil || s.press.Disabled() }

// CreateRenderer implements fyne.Widget.
func (s *StatusCard) CreateRenderer() fyne.WidgetRenderer {
	on := newPlate(look.ButtonRadius)
	return drawn(&sheet{
		of:      s,
		objects: on.objects(s.dot, s.title, s.second),
		min: func() fyne.Size {
			return fyne.NewSize(shortest+24, 2*statusPad+s.title.MinSize().Height+s.second.MinSize().Height)
		},
		lay: func(size fyne.Size) {
			on.put(size, &s.press, false)
			h := s.title.MinSize().Height
			Put(s.dot, 12, statusPad+(h-10)/2, 10, 10)
			Put(s.title, 28, statusPad, size.Width-40, h)
			Put(s.second, 12, statusPad+h, size.Width-24, s.second.MinSize().Height)
		},
		paint: func(i ink) {
			on.fill.FillColor = i.of(marks[s.mark].tint)
			on.paint(i, &s.tap, &s.press, false)
		},
	})
}
