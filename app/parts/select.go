package parts

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A Select is a box that shows one of several choices and opens a list of them.
// Up and Down change the choice while it has the focus.
type Select struct {
	press
	choices []string
	chosen  int
	changed func(int)
}

// NewSelect gives a select that calls changed when a person chooses another.
func NewSelect(choices []string, chosen int, changed func(int)) *Select {
	s := &Select{choices: choices, chosen: chosen, changed: changed}
	s.begin(s, s.open)
	return s
}

// SetChoices changes the choices and which of them is chosen.
func (s *Select) SetChoices(choices []string, chosen int) {
	if chosen != s.chosen || !slices.Equal(choices, s.choices) {
		s.choices, s.chosen = choices, chosen
		s.Refresh()
	}
}

// SetChosen chooses, without calling changed.
func (s *Select) SetChosen(n int) { set(s, &s.chosen, n) }

// Chosen gives the place of what is chosen.
func (s *Select) Chosen() int { return s.chosen }

// TypedKey implements fyne.Focusable.
func (s *Select) TypedKey(k *fyne.KeyEvent) {
	switch {
	case k.Name == fyne.KeyUp && s.chosen > 0:
		s.choose(s.chosen - 1)
	case k.Name == fyne.KeyDown && s.chosen < len(s.choices)-1:
		s.choose(s.chosen + 1)
	case k.Name != fyne.KeyUp && k.Name != fyne.KeyDown:
		s.press.TypedKey(k)
	}
}

// choose is what a person does.
func (s *Select) choose(n int) {
	if n == s.chosen || s.Disabled() {
		return
	}
	s.SetChosen(n)
	if s.changed != nil {
		s.changed(n)
	}
}

// open shows the list of the choices below the box.
func (s *Select) open() {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(s)
	if c == nil {
		return
	}
	menu := fyne.NewMenu("")
	for n, choice := range s.choices {
		item := fyne.NewMenuItem(choice, func() { s.choose(n) })
		item.Checked = n == s.chosen
		menu.Items = append(menu.Items, item)
	}
	list := widget.NewPopUpMenu(menu, c)
	list.ShowAtPosition(d.AbsolutePositionForObject(s).AddXY(0, s.Size().Height+look.Grid))
	list.Resize(fyne.NewSize(max(s.Size().Width, list.MinSize().Width), list.MinSize().Height))
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	box, over, ring := newPanel(look.ButtonRadius), &canvas.Rectangle{}, &canvas.Rectangle{}
	label, signed := NewText("", Ink), newGlyph(chevron)
	return drawn(&sheet{
		of:      s,
		objects: append(box.objects(), over, ring, label, signed.Image),
		min: func() fyne.Size {
			widest := float32(0)
			for _, c := range s.choices {
				widest = max(widest, label.measure(c).Width)
			}
			return fyne.NewSize(min(widest, 4*shortest)+12+36, look.ButtonHeight)
		},
		lay: func(size fyne.Size) {
			box.put(0, 0, size.Width, size.Height)
			Put(over, 0, 0, size.Width, size.Height)
			s.layRing(ring, size, false)
			h := label.MinSize().Height
			Put(label, 12, (size.Height-h)/2, size.Width-12-36, h)
			signed.put(size.Width-24, (size.Height-11)/2, 11)
		},
		paint: func(i ink) {
			over.CornerRadius = look.ButtonRadius
			box.paint(i, look.ColorPanel, look.ColorEdge)
			role := Ink
			if s.Disabled() {
				box.paint(i, theme.ColorNameDisabledButton, theme.ColorNameDisabledButton)
				role = Dim
			}
			s.paintOver(over, i)
			s.paintRing(ring, i, false)
			signed.paint(i.of(look.ColorDim), 2)
			text := ""
			if s.chosen >= 0 && s.chosen < len(s.choices) {
				text = s.choices[s.chosen]
			}
			label.Set(text, role)
		},
	})
}
