package parts

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// checkSide is the side of a check's box.
const checkSide float32 = 18

// A Check is a box to tick with its words beside it; all of it can be tapped. Fyne's leaves
// out Enter, keeps the window's keys to itself, and does not scroll into sight.
type Check struct {
	press
	text    string
	checked bool
	answer  bool // one of a Choice: round, with a dot
	changed func(bool)
}

// NewCheck gives a check that calls changed when a person ticks it or not.
func NewCheck(text string, checked bool, changed func(bool)) *Check {
	c := &Check{text: text, checked: checked, changed: changed}
	c.begin(c, func() {
		c.SetChecked(!c.checked)
		if c.changed != nil {
			c.changed(c.checked)
		}
	})
	return c
}

// SetChecked ticks the box or not, without calling changed.
func (c *Check) SetChecked(on bool) { set(c, &c.checked, on) }

// Checked reports whether the box is ticked.
func (c *Check) Checked() bool { return c.checked }

// Natural gives the size with all words whole.
func (c *Check) Natural() fyne.Size {
	size := fyne.NewSize(checkSide+8, look.ButtonHeight)
	if c.text != "" {
		size.Width += NewText(c.text, Ink).Natural().Width + 12
	}
	return size
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	box, over, ring, label := newPanel(Either(c.answer, checkSide/2, 4)), &canvas.Rectangle{}, &canvas.Rectangle{},
		NewText("", Ink)
	signed, dot := newGlyph(tick), &canvas.Rectangle{CornerRadius: 4}
	return drawn(&sheet{
		of:      c,
		objects: slices.Concat([]fyne.CanvasObject{over, ring}, box.objects(), []fyne.CanvasObject{dot, label, signed.Image}),
		min: func() fyne.Size {
			size := c.Natural()
			size.Width = min(size.Width, checkSide+20+Either(c.answer, shortest, 3*shortest))
			return size
		},
		lay: func(size fyne.Size) {
			width := min(size.Width, c.Natural().Width)
			Put(over, 0, 0, width, size.Height)
			Put(ring, 0, 0, width, size.Height)
			y := (size.Height - checkSide) / 2
			box.put(4, y, checkSide, checkSide)
			signed.put(4+4, y+4, checkSide-8)
			Put(dot, 4+5, y+5, 8, 8)
			text := label.MinSize().Height
			Put(label, 4+checkSide+8, (size.Height-text)/2, size.Width-checkSide-16, text)
		},
		paint: func(i ink) {
			over.CornerRadius = look.ButtonRadius
			c.paintOver(over, i)
			c.paintRing(ring, i, false)
			role, ground, edge := Ink, look.ColorPanel, theme.ColorNameInputBorder
			if c.checked {
				ground, edge = theme.ColorNamePrimary, theme.ColorNamePrimary
			}
			if c.Disabled() {
				role, ground, edge = Dim, theme.ColorNameDisabledButton, theme.ColorNameDisabledButton
			}
			box.paint(i, ground, edge)
			on := Either(c.Disabled(), theme.ColorNameDisabled, look.ColorOnPrimary)
			signed.paint(i.of(on), 2.2)
			signed.show(c.checked && !c.answer)
			dot.FillColor, dot.Hidden = i.of(on), !c.checked || !c.answer
			label.Set(c.text, role)
		},
	})
}
