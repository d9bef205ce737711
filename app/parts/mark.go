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
	MarkMail         // a dot in a slate circle: news that is neither good nor bad
)

// colors gives what a mark is drawn in and what on.
func (m Mark) colors() (on, tint fyne.ThemeColorName) {
	switch m {
	case MarkDone:
		return look.ColorDone, look.ColorDoneOn
	case MarkWorking, MarkUpload, MarkWarn:
		return look.ColorWorking, look.ColorWorkingOn
	case MarkFailed:
		return look.ColorFailed, look.ColorFailedOn
	case MarkWaiting, MarkMail:
		return look.ColorWaiting, look.ColorWaitingOn
	}
	return look.ColorDim, look.ColorSide
}

// roles gives what a word and a line of a mark's state are written in.
func (m Mark) roles() (word, line Role) {
	switch m {
	case MarkDone:
		return DoneWord, DoneText
	case MarkWorking, MarkUpload, MarkWarn:
		return WorkingWord, WorkingText
	case MarkFailed:
		return FailedWord, FailedText
	case MarkWaiting, MarkMail:
		return WaitingWord, WaitingText
	}
	return SecondBold, Second
}

// markSide is the side of a mark.
const markSide float32 = 28

// A MarkIcon draws a mark, 28 pixels wide and high.
type MarkIcon struct {
	widget.BaseWidget
	mark  Mark
	sheet *sheet
}

// NewMark gives the drawing of a mark.
func NewMark(m Mark) *MarkIcon {
	i := &MarkIcon{mark: m}
	i.ExtendBaseWidget(i)
	return i
}

// SetMark changes the mark.
func (m *MarkIcon) SetMark(mark Mark) {
	if mark != m.mark {
		m.mark = mark
		m.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (m *MarkIcon) CreateRenderer() fyne.WidgetRenderer {
	ground := &canvas.Rectangle{}
	sign := &canvas.Text{}
	m.sheet = &sheet{
		of:      m,
		objects: []fyne.CanvasObject{ground, sign},
		min:     func() fyne.Size { return fyne.NewSquareSize(markSide) },
		lay: func(size fyne.Size) {
			middle(ground, fyne.NewSquareSize(markSide), size)
			middle(sign, sign.MinSize(), size)
		},
		paint: func(i ink) {
			on, tint := m.mark.colors()
			ground.FillColor = i.of(tint)
			ground.CornerRadius = markSide / 2
			if m.mark == MarkFailed {
				ground.CornerRadius = 6
			}
			ground.Hidden = m.mark == MarkNone
			sign.Text = map[Mark]string{MarkDone: "✓", MarkWorking: "↻", MarkUpload: "↑", MarkFailed: "!", MarkWarn: "!", MarkWaiting: "?", MarkMail: "•"}[m.mark]
			sign.Color, sign.TextSize, sign.TextStyle = i.of(on), i.size(look.SizeText), fyne.TextStyle{Bold: true}
		},
	}
	return drawn(m.sheet)
}
