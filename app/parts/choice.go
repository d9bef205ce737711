package parts

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A Choice is a few answers below each other of which one holds.
type Choice struct {
	widget.BaseWidget
	answers []*answer
	chosen  int
	changed func(int)
}

// NewChoice gives a choice that calls changed when a person chooses another
// answer. With -1 none is chosen yet.
func NewChoice(answers []string, chosen int, changed func(int)) *Choice {
	c := &Choice{chosen: chosen, changed: changed}
	for n, text := range answers {
		a := &answer{text: text, chosen: n == chosen}
		a.begin(a, func() { c.choose(n) })
		c.answers = append(c.answers, a)
	}
	c.ExtendBaseWidget(c)
	return c
}

// SetChosen chooses, without calling changed.
func (c *Choice) SetChosen(n int) {
	c.chosen = n
	for i, a := range c.answers {
		if on := i == n; on != a.chosen {
			a.chosen = on
			a.Refresh()
		}
	}
}

// Chosen gives the place of the answer that holds.
func (c *Choice) Chosen() int { return c.chosen }

// Natural gives the size with all words whole.
func (c *Choice) Natural() (size fyne.Size) {
	for _, a := range c.answers {
		size = fyne.NewSize(max(size.Width, a.Natural().Width), size.Height+look.ButtonHeight)
	}
	return size
}

// choose is what a person does.
func (c *Choice) choose(n int) {
	if n == c.chosen {
		return
	}
	c.SetChosen(n)
	if c.changed != nil {
		c.changed(n)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	column := Column(0)
	for _, a := range c.answers {
		column.Add(a)
	}
	return widget.NewSimpleRenderer(column)
}

// answer is one answer of a Choice.
type answer struct {
	press
	text   string
	chosen bool
}

// Natural gives the size with all words whole.
func (a *answer) Natural() fyne.Size {
	return fyne.NewSize(NewText(a.text, Ink).Natural().Width+checkSide+20, look.ButtonHeight)
}

// CreateRenderer implements fyne.Widget.
func (a *answer) CreateRenderer() fyne.WidgetRenderer {
	round, dot, label := newPanel(checkSide/2), &canvas.Rectangle{CornerRadius: 4}, NewText("", Ink)
	over, ring := &canvas.Rectangle{}, &canvas.Rectangle{}
	return drawn(&sheet{
		of:      a,
		objects: slices.Concat([]fyne.CanvasObject{over, ring}, round.objects(), []fyne.CanvasObject{dot, label}),
		min: func() fyne.Size {
			return fyne.NewSize(label.MinSize().Width+checkSide+20, look.ButtonHeight)
		},
		lay: func(size fyne.Size) {
			width := min(size.Width, a.Natural().Width)
			put(over, 0, 0, width, size.Height)
			put(ring, 0, 0, width, size.Height)
			y := (size.Height - checkSide) / 2
			round.put(4, y, checkSide, checkSide)
			put(dot, 4+5, y+5, 8, 8)
			h := label.MinSize().Height
			put(label, checkSide+12, (size.Height-h)/2, size.Width-checkSide-16, h)
		},
		paint: func(i ink) {
			over.CornerRadius = look.ButtonRadius
			a.paintOver(over, i)
			a.paintRing(ring, i, false)
			round.paint(i, look.ColorPanel, theme.ColorNameInputBorder)
			if a.chosen {
				round.paint(i, theme.ColorNamePrimary, theme.ColorNamePrimary)
			}
			dot.FillColor, dot.Hidden = i.of(look.ColorOnPrimary), !a.chosen
			label.Set(a.text, Ink)
		},
	})
}
