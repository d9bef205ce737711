package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A Mark is a state told by shape and colour; the word stands beside it.
type Mark int

// The marks.
const (
	MarkNone    Mark = iota
	MarkDone         // ✓ in a green circle
	MarkWorking      // ↻ in an amber circle
	MarkUpload       // ↑ in an amber circle
	MarkFailed       // ! in a red square
	MarkWarn         // ! in an amber circle
	MarkWaiting      // ? in a violet circle
	MarkMail         // a letter in a violet circle: news that is neither good nor bad
	MarkOff          // a dash in a dim circle: canceled, or nothing to do about it
)

// marks says of each mark what it is drawn in and what on, what a word and a line of its state are written in,
// and its sign.
var marks = [...]struct {
	on, tint   fyne.ThemeColorName
	word, line Role
	sign       sign
}{
	MarkNone:    {look.ColorDim, look.ColorSide, SecondBold, Second, dash},
	MarkDone:    {look.ColorDone, look.ColorDoneOn, DoneWord, DoneText, tick},
	MarkWorking: {look.ColorWorking, look.ColorWorkingOn, WorkingWord, WorkingText, turn},
	MarkUpload:  {look.ColorWorking, look.ColorWorkingOn, WorkingWord, WorkingText, up},
	MarkFailed:  {look.ColorFailed, look.ColorFailedOn, FailedWord, FailedText, bang},
	MarkWarn:    {look.ColorWorking, look.ColorWorkingOn, WorkingWord, WorkingText, bang},
	MarkWaiting: {look.ColorWaiting, look.ColorWaitingOn, WaitingWord, WaitingText, asks},
	MarkMail:    {look.ColorWaiting, look.ColorWaitingOn, WaitingWord, WaitingText, letter},
	MarkOff:     {look.ColorDim, look.ColorSide, SecondBold, Second, dash},
}

const (
	markSide     float32 = 28
	squareRadius float32 = 6 // of the corners of the square
)

// A MarkIcon draws a mark, 28 pixels wide and high.
type MarkIcon struct {
	widget.BaseWidget
	mark Mark
}

// NewMark gives the drawing of a mark.
func NewMark(m Mark) *MarkIcon {
	i := &MarkIcon{mark: m}
	i.ExtendBaseWidget(i)
	return i
}

// SetMark changes the mark.
func (m *MarkIcon) SetMark(mark Mark) { set(m, &m.mark, mark) }

// CreateRenderer implements fyne.Widget.
func (m *MarkIcon) CreateRenderer() fyne.WidgetRenderer {
	ground, drawing := &canvas.Rectangle{}, newGlyph(marks[m.mark].sign)
	return drawn(&sheet{
		of:      m,
		objects: []fyne.CanvasObject{ground, drawing.Image},
		min:     func() fyne.Size { return fyne.NewSquareSize(markSide) },
		lay: func(size fyne.Size) {
			x, y := (size.Width-markSide)/2, (size.Height-markSide)/2
			Put(ground, x, y, markSide, markSide)
			drawing.put(x+(markSide-signBox)/2, y+(markSide-signBox)/2, signBox)
		},
		paint: func(i ink) {
			ground.FillColor, ground.CornerRadius = i.of(marks[m.mark].tint), markSide/2
			if m.mark == MarkFailed {
				ground.CornerRadius = squareRadius
			}
			ground.Hidden = m.mark == MarkNone
			drawing.show(m.mark != MarkNone)
			drawing.sign = marks[m.mark].sign
			drawing.paint(i.of(marks[m.mark].on), 1.8)
		},
	})
}
