package parts

import "fyne.io/fyne/v2"

// NewTile gives a small card with a figure and what it measures.
func NewTile(figure, label string) fyne.CanvasObject {
	return NewCard(Column(0, NewText(figure, Figure), NewText(label, Second))).SetPad(10)
}
