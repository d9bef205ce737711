package parts

import "fyne.io/fyne/v2"

// dialogGap is the space between the parts of a dialog.
const dialogGap float32 = 16

// NewDialog gives what stands in a Modal: a title, a body that scrolls where the
// window is too low for it, and buttons at the right.
func NewDialog(title string, body fyne.CanvasObject, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	return NewDialogOf(NewText(title, Title), NewScroll(body), nil, buttons...)
}

// NewDialogOf builds one of its title, of what scrolls, and of what stands above the buttons and does not; that may be nil.
// It asks for the height of all that scrolls, and makes do with less.
func NewDialogOf(title *Text, scroll *Scroll, notice fyne.CanvasObject, buttons ...fyne.CanvasObject) *fyne.Container {
	scroll.whole = true
	foot := Row(8, append([]fyne.CanvasObject{Fill(nil)}, buttons...)...)
	if notice != nil {
		foot = Column(dialogGap, notice, foot)
	}
	return Stand(dialogGap, title, scroll, foot)
}
