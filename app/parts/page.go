package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
)

// NewPage gives a page: its title, at the right of it what can be done with the
// whole page, a second line (or nil), and the body, which gets all the rest.
func NewPage(title string, subtitle *Text, body fyne.CanvasObject, actions ...fyne.CanvasObject) fyne.CanvasObject {
	top := Row(8, append([]fyne.CanvasObject{Fill(NewText(title, Title))}, actions...)...)
	head := Column(4, container.New(atLeast{look.ButtonHeight}, top))
	if subtitle != nil {
		head.Add(subtitle)
	}
	m := look.PageMargin
	return Pad(m, m, m, m, container.New(headed{16}, head, body))
}

// headed is a layout with a head and a body that gets the rest of the height.
type headed struct{ gap float32 }

// Layout implements fyne.Layout.
func (h headed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top := heightAt(objects[0], size.Width)
	put(objects[0], 0, 0, size.Width, top)
	put(objects[1], 0, top+h.gap, size.Width, size.Height-top-h.gap)
}

// MinSize implements fyne.Layout.
func (h headed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	top, body := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(top.Width, body.Width), top.Height+h.gap+body.Height)
}

// atLeast is a layout that gives its object a height that it need not fill.
type atLeast struct{ height float32 }

// Layout implements fyne.Layout.
func (atLeast) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		put(o, 0, 0, size.Width, size.Height)
	}
}

// MinSize implements fyne.Layout.
func (a atLeast) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, a.height)
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}
