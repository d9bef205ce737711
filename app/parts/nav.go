package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// navHeight is the height of an entry of the navigation.
const navHeight float32 = 37

// A NavItem is an entry of the navigation at the side: the name of a page, filled
// with slate while that page is shown, with a count of news at the right.
type NavItem struct {
	press
	text   string
	chosen bool
	label  *Text
	badge  *Badge
}

// NewNavItem gives an entry.
func NewNavItem(text string, tapped func()) *NavItem {
	n := &NavItem{text: text, label: NewText("", Ink), badge: NewBadge(0)}
	n.begin(n, tapped)
	return n
}

// SetChosen says whether this is the page that is shown.
func (n *NavItem) SetChosen(chosen bool) {
	if chosen != n.chosen {
		n.chosen = chosen
		n.Refresh()
	}
}

// SetBadge changes the count of news; at 0 there is none.
func (n *NavItem) SetBadge(count int) {
	n.badge.Set(count)
	n.Refresh()
}

// SetText changes the name.
func (n *NavItem) SetText(s string) {
	if s != n.text {
		n.text = s
		n.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (n *NavItem) CreateRenderer() fyne.WidgetRenderer {
	fill, over, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	return drawn(&sheet{
		of:      n,
		objects: []fyne.CanvasObject{fill, over, ring, n.label, n.badge},
		min: func() fyne.Size {
			return fyne.NewSize(n.label.MinSize().Width+n.badge.MinSize().Width+36, navHeight)
		},
		lay: func(size fyne.Size) {
			put(fill, 0, 0, size.Width, size.Height)
			put(over, 0, 0, size.Width, size.Height)
			n.layRing(ring, size, n.chosen)
			text, badge := n.label.MinSize(), n.badge.MinSize()
			room := size.Width - 24
			if badge.Width > 0 {
				room -= badge.Width + 8
			}
			put(n.label, 12, (size.Height-text.Height)/2, room, text.Height)
			put(n.badge, size.Width-12-badge.Width, (size.Height-badge.Height)/2, badge.Width, badge.Height)
		},
		paint: func(i ink) {
			fill.CornerRadius, over.CornerRadius = look.ButtonRadius, look.ButtonRadius
			role, on := Ink, fyne.ThemeColorName("")
			if n.chosen {
				role, on = Bold, look.ColorOnPrimary
			}
			fill.FillColor, fill.Hidden = i.of(theme.ColorNamePrimary), !n.chosen
			n.paintOver(over, i)
			n.paintRing(ring, i, n.chosen)
			n.label.on = on
			n.label.Set(n.text, role)
		},
	})
}
