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
	ground, letter := &canvas.Rectangle{}, &canvas.Text{TextStyle: fyne.TextStyle{Bold: true}}
	ticked, raised, barb := newGlyph(tick), newGlyph(up), newGlyph(arrowhead)
	turn := &canvas.Arc{StartAngle: 130, EndAngle: 425, CutoutRatio: 0.74}
	objects := []fyne.CanvasObject{ground, letter, turn}
	for _, g := range []*glyph{ticked, raised, barb} {
		objects = append(objects, g.objects()...)
	}
	return drawn(&sheet{
		of:      m,
		objects: objects,
		min:     func() fyne.Size { return fyne.NewSquareSize(markSide) },
		lay: func(size fyne.Size) {
			x, y := (size.Width-markSide)/2, (size.Height-markSide)/2
			put(ground, x, y, markSide, markSide)
			middle(letter, letter.MinSize(), size)
			middle(turn, fyne.NewSquareSize(14), size)
			ticked.put(x+8.5, y+8.5, 11)
			raised.put(x+8, y+8, 12)
			barb.put(x+7, y+7, 14)
		},
		paint: func(i ink) {
			on, tint := m.mark.colors()
			ground.FillColor, ground.CornerRadius = i.of(tint), markSide/2
			if m.mark == MarkFailed {
				ground.CornerRadius = squareRadius
			}
			ground.Hidden = m.mark == MarkNone
			letter.Text, letter.Color, letter.TextSize = m.mark.letter(), i.of(on), i.size(look.SizeText)
			turn.FillColor, turn.Hidden = i.of(on), m.mark != MarkWorking
			for g, mark := range map[*glyph]Mark{ticked: MarkDone, raised: MarkUpload, barb: MarkWorking} {
				g.paint(i.of(on), 2)
				g.show(m.mark == mark)
			}
		},
	})
}

// letter gives what is written in a mark, if it is not drawn.
func (m Mark) letter() string {
	switch m {
	case MarkFailed, MarkWarn:
		return "!"
	case MarkWaiting:
		return "?"
	case MarkMail:
		return "•"
	}
	return ""
}
