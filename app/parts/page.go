package parts

import (
	"fyne.io/fyne/v2"

	"dormer/app/look"
)

// NewPage gives a page: its title, at the right of it what can be done with the
// whole page, a second line (or nil), and the body, which gets all the rest.
func NewPage(title string, subtitle *Text, body fyne.CanvasObject, actions ...fyne.CanvasObject) fyne.CanvasObject {
	top := Row(8, append([]fyne.CanvasObject{Fill(NewText(title, Title))}, actions...)...)
	head := Column(4, AtLeast(0, look.ButtonHeight, top))
	if subtitle != nil {
		head.Add(subtitle)
	}
	m := look.PageMargin
	return Pad(m, m, m, m, Stand(16, head, body, nil))
}
