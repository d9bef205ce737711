package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// emptyWidth is how wide the words of an empty page run, emptyMargin what is left beside them at least.
const emptyWidth, emptyMargin float32 = 380, 16

// NewEmpty gives what an empty page shows in its middle: what will appear here,
// and what to do now. The action may be nil.
func NewEmpty(title, says string, action *Button) fyne.CanvasObject {
	words := Column(8,
		NewParagraph(title, Figure).Align(fyne.TextAlignCenter),
		NewParagraph(says, Dim).Align(fyne.TextAlignCenter))
	if action != nil {
		words.Add(VSpace(8))
		words.Add(Row(0, Fill(nil), action, Fill(nil)))
	}
	return container.New(centre{}, words)
}

// centre is a layout that puts one object into the middle.
type centre struct{}

// Layout implements fyne.Layout.
func (centre) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		w := min(emptyWidth, size.Width-2*emptyMargin)
		middle(o, fyne.NewSize(w, HeightAt(o, w)), size)
	}
}

// MinSize implements fyne.Layout.
func (centre) MinSize(objects []fyne.CanvasObject) fyne.Size { return largest(objects) }
