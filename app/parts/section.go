package parts

import "fyne.io/fyne/v2"

// NewSection gives a card of rows with hairlines between them, and a title above
// it.
func NewSection(title string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	list := Column(0)
	for n, r := range rows {
		if n > 0 {
			list.Add(NewLine())
		}
		list.Add(Pad(12, 0, 12, 0, r))
	}
	return Column(8, NewText(title, Bold), NewCard(Pad(0, 16, 0, 16, list)).SetPad(0))
}

// NewSetting gives a row of a section: what it is about, a line that says more
// (or none), and at the right what changes it.
func NewSetting(title, says string, control fyne.CanvasObject) fyne.CanvasObject {
	words := Column(2, NewParagraph(title, Ink))
	if says != "" {
		words.Add(NewParagraph(says, Second))
	}
	if control == nil {
		return words
	}
	return Row(16, Fill(words), control)
}
