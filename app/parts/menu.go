package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Menu shows a menu at a place of the window. It goes by pointer and by keys.
func Menu(c fyne.Canvas, at fyne.Position, items ...*fyne.MenuItem) {
	if len(items) > 0 {
		widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, at)
	}
}

// Within gives an object that is never wider than that, at the left of its place.
func Within(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(narrow{width}, o)
}

// narrow is the layout of Within.
type narrow struct{ width float32 }

// Layout implements fyne.Layout.
func (w narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, min(size.Width, w.width), size.Height)
	}
}

// MinSize implements fyne.Layout.
func (narrow) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}
