package parts

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

const (
	stepHeight float32 = 40
	stepSide   float32 = 24 // of the circle
)

// A Step is one of several steps that are taken in order: its number in a circle,
// or a tick once it is done, and its name.
type Step struct {
	press
	number     int
	text       string
	done, here bool
}

// NewStep gives a step that is neither done nor reached: it cannot be tapped.
func NewStep(number int, text string, tapped func()) *Step {
	s := &Step{number: number, text: text}
	s.begin(s, tapped)
	s.Disable()
	return s
}

// Set says whether the step is done, is the one that is shown, and can be gone to.
func (s *Step) Set(done, here, reached bool) {
	if s.done == done && s.here == here && s.Disabled() != reached {
		return
	}
	s.done, s.here = done, here
	if reached {
		s.Enable()
	} else {
		s.Disable()
	}
	s.Refresh()
}

// Text gives the name.
func (s *Step) Text() string { return s.text }

// CreateRenderer implements fyne.Widget.
func (s *Step) CreateRenderer() fyne.WidgetRenderer {
	circle, over, ring := &canvas.Rectangle{CornerRadius: stepSide / 2}, &canvas.Rectangle{}, &canvas.Rectangle{}
	number := &canvas.Text{Text: strconv.Itoa(s.number), TextStyle: fyne.TextStyle{Bold: true}}
	label, ticked := NewText(s.text, Dim), newGlyph(tick)
	return drawn(&sheet{
		of:      s,
		objects: append([]fyne.CanvasObject{over, ring, circle, number, label}, ticked.objects()...),
		min:     func() fyne.Size { return fyne.NewSize(label.MinSize().Width+stepSide+28, stepHeight) },
		lay: func(size fyne.Size) {
			put(over, 0, 0, size.Width, size.Height)
			s.layRing(ring, size, false)
			y := (size.Height - stepSide) / 2
			put(circle, 8, y, stepSide, stepSide)
			of := number.MinSize()
			put(number, 8+(stepSide-of.Width)/2, y+(stepSide-of.Height)/2, of.Width, of.Height)
			ticked.put(8+7, y+7, 10)
			h := label.MinSize().Height
			put(label, 8+stepSide+10, (size.Height-h)/2, size.Width-stepSide-26, h)
		},
		paint: func(i ink) {
			over.CornerRadius = look.ButtonRadius
			s.paintOver(over, i)
			s.paintRing(ring, i, false)
			number.TextSize, number.Color = i.size(look.SizeSecond), i.of(look.ColorDim)
			outline(circle, i.of(look.ColorEdge), 1.5)
			role := Dim
			switch {
			case s.here:
				outline(circle, i.of(theme.ColorNamePrimary), 2)
				number.Color = i.of(theme.ColorNameForeground)
				role = Bold
			case s.done:
				fillIn(circle, i.of(look.ColorDone))
			}
			ticked.paint(i.of(look.ColorOnPrimary), 2)
			ticked.show(s.done && !s.here)
			number.Hidden = s.done && !s.here
			label.Set(s.text, role)
		},
	})
}
