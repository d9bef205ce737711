//go:build !nogui

package app

import (
	"fyne.io/fyne/v2"

	"dormer/app/look"
	"dormer/app/parts"
)

const (
	sideWidth   float32 = 204
	topHeight   float32 = 48
	narrowBelow float32 = 720 // without room for the navigation beside a page
)

// frameLayout is the layout of the window: body, banner, bar, the ground and what
// stands on it along the top of a narrow window, and the side.
type frameLayout struct {
	open  bool // the side lies over the page of a narrow window
	whole bool // a page takes the whole window

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
	left, y, end := float32(0), float32(0), size.Height
	switch {
	case l.whole:
	case narrow:
		y = topHeight
		put(ground, 0, 0, size.Width, topHeight)
		put(top, 0, 0, size.Width, topHeight)
		put(side, 0, topHeight, sideWidth, size.Height-topHeight)
	default:
		left = sideWidth
		put(side, 0, 0, sideWidth, size.Height)
	}
	width := size.Width - left
	if bar.Visible() {
		bar.Resize(fyne.NewSize(width, bar.MinSize().Height)) // what wraps knows its height once it has its width
		h := bar.MinSize().Height
		end -= h
		put(bar, left, end, width, h)
	}
	if banner.Visible() {
		h := banner.MinSize().Height
		put(banner, left, y, width, h)
		y += h
	}
	put(body, left, y, width, end-y)
}

// MinSize implements fyne.Layout.
func (l *frameLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 320) }

// ends is a layout with one object at the top and one at the bottom.
type ends struct{}

// Layout implements fyne.Layout.
func (ends) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	put(objects[0], 0, 0, size.Width, objects[0].MinSize().Height)
	objects[1].Resize(fyne.NewSize(size.Width, objects[1].MinSize().Height)) // what wraps knows its height once it has its width
	low := objects[1].MinSize().Height
	put(objects[1], 0, size.Height-low, size.Width, low)
}

// MinSize implements fyne.Layout.
func (ends) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(sideWidth, 0) }

// barLayout is the layout of the bar: ground, line, mark, text and button.
type barLayout struct{}

// Layout implements fyne.Layout.
func (b barLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	ground, line, mark, text, buttons := objects[0], objects[1], objects[2], objects[3], objects[4]
	put(ground, 0, 0, size.Width, size.Height)
	put(line, 0, 0, size.Width, 1)
	m := look.PageMargin
	put(mark, m, (size.Height-28)/2, 28, 28)
	right := buttons.MinSize()
	put(buttons, size.Width-m-right.Width, (size.Height-right.Height)/2, right.Width, right.Height)
	width := size.Width - 2*m - 28 - 12 - right.Width - 12
	text.Resize(fyne.NewSize(width, text.Size().Height))
	h := text.MinSize().Height
	put(text, m+40, (size.Height-h)/2, width, h)
}

// MinSize implements fyne.Layout.
func (barLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(300, max(52, objects[3].MinSize().Height+20))
}

func put(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(0, width), max(0, height)))
}
