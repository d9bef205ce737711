package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// checkSide is the side of a check's box.
const checkSide float32 = 18

// A Check is a box to tick with its words beside it; all of it can be tapped.
type Check struct {
	press
	text    string
	checked bool
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
func (c *Check) SetChecked(on bool) {
	if on != c.checked {
		c.checked = on
		c.Refresh()
	}
}

// Checked reports whether the box is ticked.
func (c *Check) Checked() bool { return c.checked }

// SetText changes the words.
func (c *Check) SetText(s string) {
	if s != c.text {
		c.text = s
		c.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	box, over, ring, label := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}, NewText("", Ink)
	sign := newGlyph(tick)
	return drawn(&sheet{
		of:      c,
		objects: append([]fyne.CanvasObject{over, ring, box, label}, sign.objects()...),
		min: func() fyne.Size {
			size := fyne.NewSize(checkSide+8, look.ButtonHeight)
			if c.text != "" {
				size.Width += label.Natural().Width + 8
			}
			return size
		},
		lay: func(size fyne.Size) {
			put(over, 0, 0, size.Width, size.Height)
			put(ring, 0, 0, size.Width, size.Height)
			y := (size.Height - checkSide) / 2
			put(box, 4, y, checkSide, checkSide)
			sign.put(4+4, y+4, checkSide-8)
			text := label.MinSize().Height
			put(label, 4+checkSide+8, (size.Height-text)/2, size.Width-checkSide-12, text)
		},
		paint: func(i ink) {
			over.CornerRadius = look.ButtonRadius
			c.paintOver(over, i)
			c.paintRing(ring, i, false)
			box.CornerRadius = 4
			box.FillColor, box.StrokeColor, box.StrokeWidth = i.of(look.ColorPanel), i.of(look.ColorDim), 1.5
			if c.checked {
				box.FillColor, box.StrokeWidth = i.of(theme.ColorNamePrimary), 0
			}
			role := Ink
			if c.Disabled() {
				role = Dim
				box.StrokeColor = i.of(look.ColorLine)
				if c.checked {
					box.FillColor = i.of(theme.ColorNameDisabledButton)
				}
			}
			sign.paint(i.of(look.ColorOnPrimary), 2)
			sign.show(c.checked)
			label.Set(c.text, role)
		},
	})
}
