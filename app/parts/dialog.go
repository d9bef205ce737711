package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// dialogGap is the space between the three parts of a dialog.
const dialogGap float32 = 16

// NewDialog gives what stands in a Modal: a title, a body that scrolls where the
// window is too low for it, and buttons at the right.
func NewDialog(title string, body fyne.CanvasObject, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	return NewDialogOf(NewText(title, Title), body, buttons...)
}

// NewDialogOf builds one whose title changes.
func NewDialogOf(title *Text, body fyne.CanvasObject, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	feet := Row(8, append([]fyne.CanvasObject{Fill(nil)}, buttons...)...)
	return container.New(dialog{body}, title, NewScroll(body), feet)
}

// dialog is the layout of NewDialog. It asks for the height of the whole body and
// makes do with less.
type dialog struct{ body fyne.CanvasObject }

// Layout implements fyne.Layout.
func (d dialog) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	title, scroll, feet := objects[0], objects[1], objects[2]
	top, low := title.MinSize().Height, feet.MinSize().Height
	put(title, 0, 0, size.Width, top)
	put(feet, 0, size.Height-low, size.Width, low)
	put(scroll, 0, top+dialogGap, size.Width, max(0, size.Height-top-low-2*dialogGap))
}

// MinSize implements fyne.Layout.
func (d dialog) MinSize(objects []fyne.CanvasObject) fyne.Size {
	title, feet, body := objects[0].MinSize(), objects[2].MinSize(), d.body.MinSize()
	return fyne.NewSize(max(title.Width, feet.Width, body.Width), title.Height+body.Height+feet.Height+2*dialogGap)
}
