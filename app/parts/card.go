package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// cardPad is the space between a card's edge and what is on it.
const cardPad = 4 * look.Grid

// A Card is a panel with round corners and a hairline around it.
type Card struct {
	widget.BaseWidget
	content fyne.CanvasObject
	accent  bool
	pad     float32
}

// NewCard gives a card around some content.
func NewCard(content fyne.CanvasObject) *Card {
	c := &Card{content: content, pad: cardPad}
	c.ExtendBaseWidget(c)
	return c
}

// SetAccent draws a line of slate at the left, for what is new, or takes it away.
func (c *Card) SetAccent(on bool) {
	if on != c.accent {
		c.accent = on
		c.Refresh()
	}
}

// SetPad changes the space around the content. It gives the card itself.
func (c *Card) SetPad(pad float32) *Card {
	c.pad = pad
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	panel, accent, edge := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	return drawn(&sheet{
		of:      c,
		objects: []fyne.CanvasObject{panel, accent, edge, c.content},
		min:     func() fyne.Size { return c.content.MinSize().AddWidthHeight(2*c.pad, 2*c.pad) },
		lay: func(size fyne.Size) {
			put(panel, 0, 0, size.Width, size.Height)
			put(edge, 0, 0, size.Width, size.Height)
			put(accent, 0, 0, 4, size.Height)
			put(c.content, c.pad, c.pad, size.Width-2*c.pad, size.Height-2*c.pad)
		},
		paint: func(i ink) {
			panel.FillColor, panel.CornerRadius = i.of(look.ColorPanel), look.CardRadius
			edge.FillColor, edge.CornerRadius = color.Transparent, look.CardRadius
			edge.StrokeColor, edge.StrokeWidth = i.of(look.ColorLine), 1
			accent.FillColor = i.of(theme.ColorNamePrimary)
			accent.TopLeftCornerRadius, accent.BottomLeftCornerRadius = look.CardRadius, look.CardRadius
			accent.Hidden = !c.accent
		},
	})
}
