package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// markDot is a mark in the size of a letter: a disc for what is well, a ring for
// what is under way or unknown, a square for what failed.
type markDot struct {
	widget.BaseWidget
	mark Mark
}

// newDot gives a dot.
func newDot() *markDot {
	d := &markDot{}
	d.ExtendBaseWidget(d)
	return d
}

// set changes the mark.
func (d *markDot) set(m Mark) { set(d, &d.mark, m) }

// CreateRenderer implements fyne.Widget.
func (d *markDot) CreateRenderer() fyne.WidgetRenderer {
	dot := &canvas.Rectangle{}
	return drawn(&sheet{
		of:      d,
		objects: []fyne.CanvasObject{dot},
		min:     func() fyne.Size { return fyne.NewSquareSize(10) },
		lay:     func(size fyne.Size) { middle(dot, fyne.NewSquareSize(10), size) },
		paint: func(i ink) {
			on := marks[d.mark].on
			dot.CornerRadius = 5
			switch d.mark {
			case MarkFailed:
				dot.CornerRadius = 2
				fillIn(dot, i.of(on))
			case MarkDone, MarkMail:
				fillIn(dot, i.of(on))
			default:
				outline(dot, i.of(on), 2)
			}
		},
	})
}
