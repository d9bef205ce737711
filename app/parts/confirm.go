package parts

import (
	"fyne.io/fyne/v2"

	"dormer/internal/words"
)

// Confirm asks before something is done: what it is about, what it does, and on
// the button what a yes means. then is called on a yes. A yes that takes something
// away has the style Danger.
func Confirm(c fyne.Canvas, title, says, yes string, s Style, then func()) *ModalBox {
	var box *ModalBox
	no := NewButton(words.T("parts.cancel"), Plain, func() { box.Close() })
	do := NewButton(yes, s, func() {
		box.Close()
		then()
	})
	box = Modal(c, NewDialog(title, NewParagraph(says, Dim), no, do))
	c.Focus(no)
	return box
}
