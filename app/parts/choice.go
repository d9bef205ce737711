package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A Choice is a few answers below each other of which one holds.
type Choice struct {
	widget.BaseWidget
	answers []*Check
	chosen  int
	changed func(int)
}

// NewChoice gives a choice that calls changed when a person chooses another
// answer. With -1 none is chosen yet.
func NewChoice(answers []string, chosen int, changed func(int)) *Choice {
	c := &Choice{chosen: chosen, changed: changed}
	for n, text := range answers {
		a := NewCheck(text, n == chosen, nil)
		a.answer = true
		a.OnTapped(func() { c.choose(n) })
		c.answers = append(c.answers, a)
	}
	c.ExtendBaseWidget(c)
	return c
}

// SetChosen chooses, without calling changed.
func (c *Choice) SetChosen(n int) {
	c.chosen = n
	for i, a := range c.answers {
		a.SetChecked(i == n)
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
