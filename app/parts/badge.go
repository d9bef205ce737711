package parts

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// badgeHeight is the height of a badge.
const badgeHeight float32 = 20

// A Badge is a count in a red pill. At 0 it is not there.
type Badge struct {
	widget.BaseWidget
	n int
}

// NewBadge gives a badge.
func NewBadge(n int) *Badge {
	b := &Badge{n: n}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes the count.
func (b *Badge) Set(n int) { set(b, &b.n, n) }

// CreateRenderer implements fyne.Widget.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	pill, label := &canvas.Rectangle{CornerRadius: badgeHeight / 2}, &canvas.Text{}
	return drawn(&sheet{
		of:      b,
		objects: []fyne.CanvasObject{pill, label},
		min: func() fyne.Size {
			if b.n <= 0 {
				return fyne.Size{}
			}
			return fyne.NewSize(max(badgeHeight, label.MinSize().Width+12), badgeHeight)
		},
		lay: func(size fyne.Size) {
			middle(pill, fyne.NewSize(size.Width, badgeHeight), size)
			middle(label, label.MinSize(), size)
		},
		paint: func(i ink) {
			pill.FillColor = i.of(look.ColorFailed)
			label.Text = strconv.Itoa(b.n)
			if b.n > 99 {
				label.Text = "99+"
			}
			label.TextSize, label.TextStyle = i.size(look.SizeSecond)-1.5, fyne.TextStyle{Bold: true}
			label.Color = i.of(look.ColorOnPrimary)
			pill.Hidden, label.Hidden = b.n <= 0, b.n <= 0
		},
	})
}
