//go:build !nogui

package app

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
)

const (
	sideWidth   float32 = 204
	topHeight   float32 = 48
	narrowBelow float32 = 720 // without room for the navigation beside a page

	leastWidth, leastHeight float32 = 400, 320 // of the window's content
)

// frameLayout is the layout of the window: body, banner, bar, the ground and what
// stands on it along the top of a narrow window, and the side.
type frameLayout struct {
	brand fyne.CanvasObject // at the top of the side; in a narrow window it stands along the top
	open  bool              // the side lies over the page of a narrow window
	whole bool              // a page takes the whole window

	size  fyne.Size
	moved func() // is called when the size has changed
}

// Layout implements fyne.Layout.
func (l *frameLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if size != l.size {
		l.size = size
		l.moved()
	}
	body, banner, bar, ground, top, side := objects[0], objects[1], objects[2], objects[3], objects[4], objects[5]
	narrow := size.Width < narrowBelow
	parts.Visible(side, !l.whole && (!narrow || l.open))
	parts.Visible(ground, !l.whole && narrow)
	parts.Visible(top, !l.whole && narrow)
	parts.Visible(l.brand, !narrow)
	left, y, end := float32(0), float32(0), size.Height
	switch {
	case l.whole:
	case narrow:
		y = topHeight
		parts.Put(ground, 0, 0, size.Width, topHeight)
		parts.Put(top, 0, 0, size.Width, topHeight)
		parts.Put(side, 0, topHeight, sideWidth, size.Height-topHeight)
	default:
		left = sideWidth
		parts.Put(side, 0, 0, sideWidth, size.Height)
	}
	width := size.Width - left
	if bar.Visible() {
		h := parts.HeightAt(bar, width)
		end -= h
		parts.Put(bar, left, end, width, h)
	}
	if banner.Visible() {
		h := banner.MinSize().Height
		parts.Put(banner, left, y, width, h)
		y += h
	}
	parts.Put(body, left, y, width, end-y)
}

// MinSize implements fyne.Layout.
func (l *frameLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastWidth, leastHeight)
}
