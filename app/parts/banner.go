package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// bannerHeight leaves room for a button.
const bannerHeight = 11 * look.Grid

// A Banner is a quiet line across the top of the window. Without text it is not
// there.
type Banner struct {
	widget.BaseWidget
	mark  Mark
	words *Text
	sign  *markDot
	line  *fyne.Container
}

// NewBanner gives a banner that is not there yet.
func NewBanner() *Banner {
	b := &Banner{words: NewText("", Ink), sign: newDot()}
	b.line = Row(8, b.sign, Fill(b.words))
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// SetSays shows a sentence with its mark and, if there is something to do about
// it, a button, which may be nil. An empty sentence takes the banner away.
func (b *Banner) SetSays(text string, m Mark, action *Button) {
	b.mark = m
	b.words.SetText(text)
	b.sign.set(m)
	b.line.Objects = []fyne.CanvasObject{b.sign, Fill(b.words)}
	if action != nil {
		b.line.Objects = append(b.line.Objects, action)
	}
	b.line.Refresh()
	Visible(b, text != "")
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	ground, strip, edge := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	return drawn(&sheet{
		of:      b,
		objects: []fyne.CanvasObject{ground, strip, edge, b.line},
		min: func() fyne.Size {
			return fyne.NewSize(b.line.MinSize().Width+2*look.PageMargin, bannerHeight)
		},
		lay: func(size fyne.Size) {
			Put(ground, 0, 0, size.Width, size.Height)
			Put(strip, 0, 0, look.Grid, size.Height)
			Put(edge, 0, size.Height-1, size.Width, 1)
			Put(b.line, look.PageMargin, 0, size.Width-2*look.PageMargin, size.Height-1)
		},
		paint: func(i ink) {
			ground.FillColor, strip.FillColor, edge.FillColor = i.of(look.ColorPanel), i.of(marks[b.mark].on), i.of(look.ColorLine)
		},
	})
}
