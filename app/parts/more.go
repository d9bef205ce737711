package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A MoreButton opens a menu of what else can be done. It shows three dots; what it is called is for those who do not
// see them.
type MoreButton struct {
	press
	name  string
	items func() []*fyne.MenuItem
}

// NewMore gives a button that opens a menu of the items that there are at that moment.
func NewMore(name string, items func() []*fyne.MenuItem) *MoreButton {
	m := &MoreButton{name: name, items: items}
	m.begin(m, m.open)
	return m
}

// Text gives what the button is called.
func (m *MoreButton) Text() string { return m.name }

// open shows the menu below the button, within the window.
func (m *MoreButton) open() {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(m)
	if c == nil {
		return
	}
	menu := widget.NewPopUpMenu(fyne.NewMenu("", m.items()...), c)
	at := d.AbsolutePositionForObject(m).AddXY(0, m.Size().Height+look.Grid)
	at.X = max(0, min(at.X, c.Size().Width-menu.MinSize().Width-look.Grid))
	menu.ShowAtPosition(at)
}

// CreateRenderer implements fyne.Widget.
func (m *MoreButton) CreateRenderer() fyne.WidgetRenderer {
	on := newPlate(look.ButtonRadius)
	dots := [3]*canvas.Circle{{}, {}, {}}
	return drawn(&sheet{
		of:      m,
		objects: on.objects(dots[0], dots[1], dots[2]),
		min: func() fyne.Size {
			text := (&canvas.Text{Text: "…", TextSize: inkOf(m).size(look.SizeText) - 1}).MinSize()
			return fyne.NewSize(look.ButtonHeight+2*look.Grid, max(look.ButtonHeight, text.Height+12))
		},
		lay: func(size fyne.Size) {
			on.put(size, &m.press, false)
			for n, dot := range dots {
				Put(dot, size.Width/2-2+float32(n-1)*7, size.Height/2-2, 4, 4)
			}
		},
		paint: func(i ink) {
			outline(on.fill, i.of(look.ColorLine), 1)
			on.paint(i, &m.tap, &m.press, false)
			color := i.of(Either(m.Disabled(), theme.ColorNameDisabled, theme.ColorNamePrimary))
			for _, dot := range dots {
				dot.FillColor = color
			}
		},
	})
}
