package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// barHeight is the height of a progress bar.
const barHeight float32 = 5

// A Bar is a thin progress bar.
type Bar struct {
	widget.BaseWidget
	share float64
	role  Role
}

// NewBar gives an empty bar in the colour of work.
func NewBar() *Bar {
	b := &Bar{role: WorkingText}
	b.ExtendBaseWidget(b)
	return b
}

// Set fills the bar, from 0 to 1.
func (b *Bar) Set(share float64) { set(b, &b.share, min(max(share, 0), 1)) }

// SetRole changes the colour: WorkingText for Hover's work, Link for ours,
// DoneText and FailedText for what has ended.
func (b *Bar) SetRole(r Role) { set(b, &b.role, r) }

// CreateRenderer implements fyne.Widget.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	track, fill := &canvas.Rectangle{CornerRadius: barHeight / 2}, &canvas.Rectangle{CornerRadius: barHeight / 2}
	return drawn(&sheet{
		of:      b,
		objects: []fyne.CanvasObject{track, fill},
		min:     func() fyne.Size { return fyne.NewSize(barHeight, barHeight) },
		lay: func(size fyne.Size) {
			y := (size.Height - barHeight) / 2
			Put(track, 0, y, size.Width, barHeight)
			Put(fill, 0, y, max(barHeight, size.Width*float32(b.share)), barHeight)
		},
		paint: func(i ink) {
			track.FillColor = i.of(look.ColorTrack)
			fill.FillColor = i.of(b.role.color())
			fill.Hidden = b.share <= 0
		},
	})
}
