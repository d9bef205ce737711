package parts

import (
	"fyne.io/fyne/v2"

	"dormer/internal/words"
)

// Confirm asks before something is done that takes something away: what it is about,
// what it does, and on the button what a yes means. then is called on a yes.
func Confirm(c fyne.Canvas, title, says, yes string, then func()) *ModalBox {
	var box *ModalBox
	no := NewButton(words.T("parts.cancel"), Plain, func() { box.Close() })
	do := NewButton(yes, Danger, func() {
		box.Close()
		then()
	})
	box = Modal(c, NewDialog(title, NewParagraph(says, Dim), no, do))
	c.Focus(no)
	return box
}
