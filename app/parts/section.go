package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// NewSection gives a card of rows with hairlines between those that are visible, and a title above it.
func NewSection(title string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	list := container.New(ruled{})
	for _, r := range rows {
		list.Add(NewLine())
		list.Add(r)
	}
	return Column(8, NewText(title, Bold), NewCard(Pad(0, 16, 0, 16, list)).SetPad(0))
}

// ruled is the layout of a section: a line and the row below it by turns. A row that is hidden has no line either.
type ruled struct{}

// rowPad is the space above and below a section's row.
const rowPad = 12

// Layout implements fyne.Layout.
func (ruled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for i := 0; i+1 < len(objects); i += 2 {
		line, r := objects[i], objects[i+1]
		Put(line, 0, y, 0, 0)
		if !r.Visible() {
			continue
		}
		if y > 0 {
			Put(line, 0, y, size.Width, 1)
			y++
		}
		h := HeightAt(r, size.Width)
		Put(r, 0, y+rowPad, size.Width, h)
		y += h + 2*rowPad
	}
}

// MinSize implements fyne.Layout.
func (ruled) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for i := 1; i < len(objects); i += 2 {
		r := objects[i]
		if !r.Visible() {
			continue
		}
		if size.Height > 0 {
			size.Height++
		}
		m := r.MinSize()
		size = fyne.NewSize(max(size.Width, m.Width), size.Height+m.Height+2*rowPad)
	}
	return size
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
