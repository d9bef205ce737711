package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// chipHeight is the height of a chip, a tag and a badge's row.
const chipHeight float32 = 28

// A Chip is a pill that is on or off: a filter, a format.
type Chip struct {
	press
	text string
	on   bool
}

// NewChip gives a chip. What a tap means is for its owner to say, who then sets
// it on or off.
func NewChip(text string, on bool, tapped func()) *Chip {
	c := &Chip{text: text, on: on}
	c.begin(c, tapped)
	return c
}

// SetOn switches the chip.
func (c *Chip) SetOn(on bool) { set(c, &c.on, on) }

// On reports whether the chip is on.
func (c *Chip) On() bool { return c.on }

// SetText changes the text.
func (c *Chip) SetText(s string) { set(c, &c.text, s) }

// Text gives the text.
func (c *Chip) Text() string { return c.text }

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	on, label := newPlate(chipHeight/2), &canvas.Text{}
	return drawn(&sheet{
		of:      c,
		objects: on.objects(label),
		min: func() fyne.Size {
			return fyne.NewSize(label.MinSize().Width+24, chipHeight)
		},
		lay: func(size fyne.Size) {
			on.put(size, &c.press, c.on)
			middle(label, label.MinSize(), size)
		},
		paint: func(i ink) {
			switch {
			case c.Disabled():
				outline(on.fill, i.of(look.ColorLine), 1)
				label.Color = i.of(theme.ColorNameDisabled)
			case c.on:
				fillIn(on.fill, i.of(theme.ColorNameForeground))
				label.Color = i.of(theme.ColorNameBackground)
			default:
				outline(on.fill, i.of(look.ColorLine), 1)
				label.Color = i.of(look.ColorDim)
			}
			on.paint(i, &c.tap, &c.press, c.on)
			if c.on {
				outline(on.ring, i.of(theme.ColorNameBackground), 1.5)
			}
			label.Text, label.TextSize = c.text, i.size(look.SizeSecond)
		},
	})
}
