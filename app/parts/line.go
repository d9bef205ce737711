package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A Ground is a plain area in a colour of the theme: a hairline, the side of the
// window.
type Ground struct {
	widget.BaseWidget
	name fyne.ThemeColorName
	disc fyne.Size // of the disc in the middle that it is; else it is all of its place
}

// NewLine gives a hairline, lying or standing as it is laid out.
func NewLine() fyne.CanvasObject { return widget.NewSeparator() }

// NewGround gives an area in a colour of the theme.
func NewGround(name fyne.ThemeColorName) *Ground { return newGround(name, fyne.Size{}) }

// NewUnread gives the disc before what nobody has read yet. It is drawn: not every system
// has a font with one.
func NewUnread() *Ground {
	return newGround(theme.ColorNamePrimary, fyne.NewSquareSize(10))
}

func newGround(name fyne.ThemeColorName, disc fyne.Size) *Ground {
	g := &Ground{name: name, disc: disc}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *Ground) CreateRenderer() fyne.WidgetRenderer {
	area := &canvas.Rectangle{}
	return drawn(&sheet{
		of:      g,
		objects: []fyne.CanvasObject{area},
		min:     func() fyne.Size { return g.disc },
		lay: func(size fyne.Size) {
			if g.disc.IsZero() {
				area.Resize(size)
				return
			}
			area.CornerRadius = g.disc.Width / 2
			middle(area, g.disc, size)
		},
		paint: func(i ink) { area.FillColor = i.of(g.name) },
	})
}
