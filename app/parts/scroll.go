package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// NewScroll gives content that can be scrolled up and down. It knows of content
// whose height depends on its width.
func NewScroll(content fyne.CanvasObject) *container.Scroll {
	return container.NewVScroll(container.New(wrapping{}, content))
}

// wrapping is a layout that asks for the height that its object needs at the
// width that it last had.
type wrapping struct{}

// Layout implements fyne.Layout.
func (wrapping) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, size.Width, max(size.Height, heightAt(o, size.Width)))
	}
}

// MinSize implements fyne.Layout.
func (wrapping) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}
