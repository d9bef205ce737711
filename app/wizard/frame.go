package wizard

import (
	"fyne.io/fyne/v2"

	"dormer/app/look"
	"dormer/app/parts"
)

// narrowBelow is the width of a window that has no room for the side.
const narrowBelow float32 = 720

// frame is the layout of the first run: ground and side at the left, then title,
// body and the buttons at the foot. In a narrow window the side makes room: a
// line above the title counts the steps instead, and what closes is at the foot; so it
// is where the side is too low for it, and a side too low for the steps makes room too.
type frame struct {
	count, close fyne.CanvasObject
	list, lost   fyne.CanvasObject // of the side: the steps, and what closes
}

// The side's distances from the window's edges.
const (
	sideLeft   float32 = 16
	sideTop    float32 = 28
	sideBottom float32 = 24
)

// Layout implements fyne.Layout.
func (f *frame) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	ground, side, head, body, feet := objects[0], objects[1], objects[2], objects[3], objects[4]
	left, margin := sideWidth, bodyMargin
	high := size.Height - sideTop - sideBottom
	narrow := size.Width < narrowBelow || high < f.list.MinSize().Height
	low := high < f.list.MinSize().Height+parts.HeightAt(f.lost, left-2*sideLeft)
	if narrow {
		left, margin = 0, look.PageMargin
	}
	parts.Visible(ground, !narrow)
	parts.Visible(side, !narrow)
	parts.Visible(f.count, narrow)
	parts.Visible(f.close, narrow || low)
	parts.Visible(f.lost, !low)
	parts.Put(ground, 0, 0, left, size.Height)
	parts.Put(side, sideLeft, sideTop, left-2*sideLeft, high)
	width := min(size.Width-left-2*margin, bodyWidth)
	top, bottom := head.MinSize().Height, feet.MinSize().Height
	y := margin - 10
	parts.Put(head, left+margin, y, width, top)
	y += top + 16
	foot := size.Height - margin + 10 - bottom
	parts.Put(feet, left+margin, foot, width, bottom)
	parts.Put(body, left+margin, y, width, foot-16-y)
}

// MinSize implements fyne.Layout.
func (f *frame) MinSize(objects []fyne.CanvasObject) fyne.Size {
	head, body, feet := objects[2].MinSize(), objects[3].MinSize(), objects[4].MinSize()
	return fyne.NewSize(max(head.Width, body.Width, feet.Width)+2*look.PageMargin,
		head.Height+body.Height+feet.Height+2*bodyMargin)
}
