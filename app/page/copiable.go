package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// copiable gives technical text that can be selected and copied.
func copiable(text string) *widget.Label {
	l := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	l.Selectable, l.Wrapping, l.SizeName = true, fyne.TextWrapBreak, look.SizeSecond
	return l
}
