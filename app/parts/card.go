package parts

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// cardPad is the space between a card's edge and what is on it.
const cardPad = 4 * look.Grid

// accentWidth is the width of the line at the left of a card with an accent.
const accentWidth = look.Grid

// A Card is a panel with round corners and a hairline around it.
type Card struct {
	widget.BaseWidget
	content fyne.CanvasObject
	accent  bool
	pad     float32
	radius  float32
	edge    fyne.ThemeColorName
}

// NewCard gives a card around some content.
func NewCard(content fyne.CanvasObject) *Card {
	c := &Card{content: content, pad: cardPad, radius: look.CardRadius, edge: look.ColorLine}
	c.ExtendBaseWidget(c)
	return c
}

// SetAccent draws a line of slate at the left, for what is new, or takes it away.
func (c *Card) SetAccent(on bool) { set(c, &c.accent, on) }

// SetPad changes the space around the content. It gives the card itself.
func (c *Card) SetPad(pad float32) *Card {
	c.pad = pad
	return c
}

// Refresh draws the card anew, with what is on it: what came or went there need
// not change its size.
func (c *Card) Refresh() {
	c.content.Refresh()
	c.BaseWidget.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	accent, panel := &canvas.Rectangle{}, newPanel(c.radius)
	return drawn(&sheet{
		of:      c,
		objects: slices.Concat([]fyne.CanvasObject{accent}, panel.objects(), []fyne.CanvasObject{c.content}),
		min:     func() fyne.Size { return c.content.MinSize().AddWidthHeight(2*c.pad, 2*c.pad) },
		lay: func(size fyne.Size) {
			Put(accent, 0, 0, accentWidth+look.CardRadius, size.Height)
			in := Either(c.accent, accentWidth, 0)
			panel.put(in, 0, size.Width-in, size.Height)
			Put(c.content, c.pad, c.pad, size.Width-2*c.pad, size.Height-2*c.pad)
		},
		paint: func(i ink) {
			accent.FillColor = i.of(theme.ColorNamePrimary)
			accent.TopLeftCornerRadius, accent.BottomLeftCornerRadius = look.CardRadius, look.CardRadius
			accent.Hidden = !c.accent
			panel.paint(i, look.ColorPanel, c.edge)
		},
	})
}

// A panel is a ground with a hairline around it, drawn as one area upon another:
// so it is as sharp on every screen.
type panel struct{ edge, ground *canvas.Rectangle }

// newPanel gives a panel with round corners.
func newPanel(radius float32) panel {
	return panel{&canvas.Rectangle{CornerRadius: radius}, &canvas.Rectangle{CornerRadius: radius - 1}}
}

// objects gives what the panel is drawn with.
func (p panel) objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.edge, p.ground} }

// put gives the panel its place.
func (p panel) put(x, y, width, height float32) {
	Put(p.edge, x, y, width, height)
	Put(p.ground, x+1, y+1, width-2, height-2)
}

// paint gives the panel its colours.
func (p panel) paint(i ink, ground, edge fyne.ThemeColorName) {
	p.ground.FillColor, p.edge.FillColor = i.of(ground), i.of(edge)
}
