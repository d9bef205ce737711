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
func (c *Chip) SetOn(on bool) {
	if on != c.on {
		c.on = on
		c.Refresh()
	}
}

// On reports whether the chip is on.
func (c *Chip) On() bool { return c.on }

// SetText changes the text.
func (c *Chip) SetText(s string) {
	if s != c.text {
		c.text = s
		c.Refresh()
	}
}

// Text gives the text.
func (c *Chip) Text() string { return c.text }

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	fill, over, ring, label := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Text{}
	return drawn(&sheet{
		of:      c,
		objects: []fyne.CanvasObject{fill, over, ring, label},
		min: func() fyne.Size {
			return fyne.NewSize(label.MinSize().Width+24, chipHeight)
		},
		lay: func(size fyne.Size) {
			put(fill, 0, 0, size.Width, size.Height)
			put(over, 0, 0, size.Width, size.Height)
			c.layRing(ring, size, c.on)
			middle(label, label.MinSize(), size)
		},
		paint: func(i ink) {
			fill.CornerRadius, over.CornerRadius = chipHeight/2, chipHeight/2
			switch {
			case c.Disabled():
				outline(fill, i.of(look.ColorLine), 1)
				label.Color = i.of(theme.ColorNameDisabled)
			case c.on:
				fillIn(fill, i.of(theme.ColorNameForeground))
				label.Color = i.of(theme.ColorNameBackground)
			default:
				outline(fill, i.of(look.ColorLine), 1)
				label.Color = i.of(look.ColorDim)
			}
			c.paintOver(over, i)
			c.paintRing(ring, i, c.on)
			if c.on {
				outline(ring, i.of(theme.ColorNameBackground), 1.5)
			}
			ring.CornerRadius = chipHeight / 2
			label.Text, label.TextSize = c.text, i.size(look.SizeSecond)
		},
	})
}
