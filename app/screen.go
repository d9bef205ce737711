//go:build !nogui

package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// What a window's frame takes of the screen, in Fyne's pixels: no system says it before
// the window is shown, and some never do. It is what the widest of them take.
const (
	frameWidth  float32 = 16
	frameHeight float32 = 40
)

// areaFor gives workArea for windows on a screen, nil for those that tests make.
func areaFor(w fyne.Window) func() (width, height int) {
	if _, native := w.(driver.NativeWindow); native {
		return workArea
	}
	return nil
}

// fit gives the size of a window's content that is wanted, as far as an area of a
// screen has room for it and its frame. scale is how many of the system's pixels one
// of Fyne's is, factor how much of that is for the size of the text: frames know
// nothing of it.
func fit(wanted fyne.Size, width, height int, scale, factor float32) fyne.Size {
	if width <= 0 || height <= 0 || scale <= 0 {
		return wanted
	}
	room := fyne.NewSize(float32(width)/scale-frameWidth/factor, float32(height)/scale-frameHeight/factor)
	return fyne.NewSize(min(wanted.Width, room.Width), min(wanted.Height, room.Height))
}
