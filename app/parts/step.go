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
	Enabled(s, reached)
	s.Refresh()
}

// Text gives the name.
func (s *Step) Text() string { return s.text }

// CreateRenderer implements fyne.Widget.
func (s *Step) CreateRenderer() fyne.WidgetRenderer {
	on, circle := newPlate(look.ButtonRadius), &canvas.Rectangle{CornerRadius: stepSide / 2}
	number := &canvas.Text{Text: strconv.Itoa(s.number), TextStyle: fyne.TextStyle{Bold: true}}
	label, ticked := NewText(s.text, Dim), newGlyph(tick)
	return drawn(&sheet{
		of:      s,
		objects: on.objects(circle, number, label, ticked.Image),
		min:     func() fyne.Size { return fyne.NewSize(label.MinSize().Width+stepSide+28, stepHeight) },
		lay: func(size fyne.Size) {
			on.put(size, &s.press, false)
			y := (size.Height - stepSide) / 2
			Put(circle, 8, y, stepSide, stepSide)
			of := number.MinSize()
			Put(number, 8+(stepSide-of.Width)/2, y+(stepSide-of.Height)/2, of.Width, of.Height)
			ticked.put(8+7, y+7, 10)
			h := label.MinSize().Height
			Put(label, 8+stepSide+10, (size.Height-h)/2, size.Width-stepSide-26, h)
		},
		paint: func(i ink) {
			on.paint(i, &s.tap, &s.press, false)
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
			ticked.paint(i.of(look.ColorOnPrimary), 2.6)
			ticked.show(s.done && !s.here)
			number.Hidden = s.done && !s.here
			label.Set(s.text, role)
		},
	})
}
