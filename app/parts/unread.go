package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Unread is the disc before what nobody has read yet. It is drawn: not every system has a
// font with one.
type Unread struct{ widget.BaseWidget }

// NewUnread gives a disc.
func NewUnread() *Unread {
	u := &Unread{}
	u.ExtendBaseWidget(u)
	return u
}

// unreadSide is the disc's width.
const unreadSide float32 = 10

// CreateRenderer implements fyne.Widget.
func (u *Unread) CreateRenderer() fyne.WidgetRenderer {
	disc := &canvas.Rectangle{CornerRadius: unreadSide / 2}
	return drawn(&sheet{
		of:      u,
		objects: []fyne.CanvasObject{disc},
		min:     func() fyne.Size { return fyne.NewSquareSize(unreadSide) },
		lay:     func(size fyne.Size) { middle(disc, fyne.NewSquareSize(unreadSide), size) },
		paint:   func(i ink) { fillIn(disc, i.of(theme.ColorNamePrimary)) },
	})
}
