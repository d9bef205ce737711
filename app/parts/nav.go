package parts

import (
	"fyne.io/fyne/v2"
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
func (n *NavItem) SetChosen(chosen bool) { set(n, &n.chosen, chosen) }

// SetBadge changes the count of news; at 0 there is none.
func (n *NavItem) SetBadge(count int) {
	n.badge.Set(count)
	n.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (n *NavItem) CreateRenderer() fyne.WidgetRenderer {
	plate := newPlate(look.ButtonRadius)
	return drawn(&sheet{
		of:      n,
		objects: plate.objects(n.label, n.badge),
		min: func() fyne.Size {
			return fyne.NewSize(n.label.MinSize().Width+n.badge.MinSize().Width+36, navHeight)
		},
		lay: func(size fyne.Size) {
			plate.put(size, &n.press, n.chosen)
			text, badge := n.label.MinSize(), n.badge.MinSize()
			room := size.Width - 24
			if badge.Width > 0 {
				room -= badge.Width + 8
			}
			Put(n.label, 12, (size.Height-text.Height)/2, room, text.Height)
			Put(n.badge, size.Width-12-badge.Width, (size.Height-badge.Height)/2, badge.Width, badge.Height)
		},
		paint: func(i ink) {
			role, on := Ink, fyne.ThemeColorName("")
			if n.chosen {
				role, on = Bold, look.ColorOnPrimary
			}
			plate.fill.FillColor, plate.fill.Hidden = i.of(theme.ColorNamePrimary), !n.chosen
			plate.paint(i, &n.tap, &n.press, n.chosen)
			n.label.on = on
			n.label.Set(n.text, role)
		},
	})
}
