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
func (m *MarkIcon) SetMark(mark Mark) {
	if mark != m.mark {
		m.mark = mark
		m.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (m *MarkIcon) CreateRenderer() fyne.WidgetRenderer {
	ground := &canvas.Rectangle{}
	signs := map[Mark]*glyph{}
	objects := []fyne.CanvasObject{ground}
	for mark := MarkDone; mark <= MarkOff; mark++ {
		signs[mark] = newGlyph(mark.sign())
		objects = append(objects, signs[mark].objects()...)
	}
	return drawn(&sheet{
		of:      m,
		objects: objects,
		min:     func() fyne.Size { return fyne.NewSquareSize(markSide) },
		lay: func(size fyne.Size) {
			x, y := (size.Width-markSide)/2, (size.Height-markSide)/2
			put(ground, x, y, markSide, markSide)
			if g := signs[m.mark]; g != nil {
				g.put(x+(markSide-signBox)/2, y+(markSide-signBox)/2, signBox)
			}
		},
		paint: func(i ink) {
			on, tint := m.mark.colors()
			ground.FillColor, ground.CornerRadius = i.of(tint), markSide/2
			if m.mark == MarkFailed {
				ground.CornerRadius = squareRadius
			}
			ground.Hidden = m.mark == MarkNone
			for mark, g := range signs {
				g.show(m.mark == mark)
			}
			if g := signs[m.mark]; g != nil {
				g.paint(i.of(on), 1.8)
			}
		},
	})
}

// sign gives what is drawn in a mark.
func (m Mark) sign() sign {
	switch m {
	case MarkDone:
		return tick
	case MarkWorking:
		return turn
	case MarkUpload:
		return up
	case MarkFailed, MarkWarn:
		return bang
	case MarkWaiting:
		return asks
	case MarkMail:
		return letter
	}
	return dash
}
