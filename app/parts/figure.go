package parts

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// A FigureStyle says how a figure stands on its page.
type FigureStyle int

// The styles of figures.
const (
	FigureLarge FigureStyle = iota // the first number of a page, its unit beside it
	FigureStat                     // a number with what it is below it
	FigureTile                     // the same in a box of its own, in the middle
	FigureRow                      // a line of a table: what it is at the left, the number at the right
)

// FigureText is what a figure says.
type FigureText struct {
	Value, Label string
	Given        bool // else Value says that there is none, and nothing can be done with it
	Framed       bool // the chosen one of several tiles
	Noted        bool // the note stands there for the moment
}

// A CopyFigure is a figure that a tap copies. That it was copied stands for a moment in place of its label, in a row of
// its number: nothing moves.
type CopyFigure struct {
	press
	style FigureStyle
	note  string
	is    FigureText
}

// NewFigure gives a figure without a number; note is what it says for a moment after it was copied.
func NewFigure(style FigureStyle, note string, tapped func()) *CopyFigure {
	f := &CopyFigure{style: style, note: note}
	f.begin(f, tapped)
	return f
}

// Set changes what the figure says.
func (f *CopyFigure) Set(is FigureText) { set(f, &f.is, is) }

// Text gives what is to be read.
func (f *CopyFigure) Text() string {
	if f.is.Noted {
		return f.is.Value + " " + f.note
	}
	return f.is.Value + " " + f.is.Label
}

// Figure gives the number.
func (f *CopyFigure) Figure() string { return f.is.Value }

// Disabled implements fyne.Disableable: there is nothing to copy where there is no figure.
func (f *CopyFigure) Disabled() bool { return f.press.Disabled() || !f.is.Given }

// Natural gives the size with all of it to be read.
func (f *CopyFigure) Natural() fyne.Size {
	size := f.MinSize()
	if f.style == FigureRow {
		size.Width = max(size.Width, f.numberWidth()+NewText(f.is.Label, Dim).Natural().Width+16)
	}
	return size
}

// numberWidth is the room that a row keeps for its number, and for the note in its place.
func (f *CopyFigure) numberWidth() (width float32) {
	for _, s := range []string{f.is.Value, f.note} {
		width = max(width, fyne.MeasureText(s, inkOf(f).size(look.SizeText), fyne.TextStyle{Bold: true}).Width)
	}
	return width
}

const (
	figureInset float32 = 6 // of the veil and the ring around a figure without a box
	tileInset   float32 = 8
)

// CreateRenderer implements fyne.Widget.
func (f *CopyFigure) CreateRenderer() fyne.WidgetRenderer {
	box, line, over, ring := newPanel(look.ButtonRadius), &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	value, label := &canvas.Text{}, NewText("", Second)
	said := NewText("", Second) // measured for its room
	s := &sheet{of: f, objects: slices.Concat(box.objects(), []fyne.CanvasObject{line, over, ring, value, label})}
	wide := func() float32 { // of the label, whatever it says at the moment
		said.role = label.role
		return max(said.measure(f.is.Label).Width, said.measure(f.note).Width)
	}
	s.min = func() fyne.Size {
		v, l := value.MinSize(), label.Natural()
		switch f.style {
		case FigureLarge:
			return fyne.NewSize(v.Width+8+wide(), v.Height)
		case FigureStat:
			return fyne.NewSize(max(v.Width, wide()), v.Height+l.Height)
		case FigureTile:
			return fyne.NewSize(max(v.Width, wide())+2*tileInset, v.Height+l.Height+2*tileInset)
		}
		return fyne.NewSize(f.numberWidth()+12+min(wide(), shortest), l.Height+2*figureInset)
	}
	s.lay = func(size fyne.Size) {
		v, l := value.MinSize(), label.Natural()
		in := Either(f.style == FigureTile || f.style == FigureRow, 0, -figureInset)
		box.put(0, 0, size.Width, size.Height)
		Put(line, 0, size.Height-1, size.Width, 1)
		Put(over, in, min(in, 0)/2, size.Width-2*in, size.Height-min(in, 0))
		Put(ring, in, min(in, 0)/2, size.Width-2*in, size.Height-min(in, 0))
		switch f.style {
		case FigureLarge:
			Put(value, 0, 0, v.Width, v.Height)
			Put(label, v.Width+8, baseline(value)-baseline(label.line), max(0, size.Width-v.Width-8), l.Height)
		case FigureStat:
			Put(value, 0, 0, size.Width, v.Height)
			Put(label, 0, v.Height, size.Width, l.Height)
		case FigureTile:
			Put(value, 0, (size.Height-v.Height-l.Height)/2, size.Width, v.Height)
			Put(label, 0, (size.Height-v.Height-l.Height)/2+v.Height, size.Width, l.Height)
		default:
			Put(value, size.Width-v.Width-2, (size.Height-v.Height)/2, v.Width, v.Height)
			Put(label, 2, (size.Height-l.Height)/2, max(0, size.Width-f.numberWidth()-14), l.Height)
		}
	}
	s.paint = func(i ink) {
		over.CornerRadius = look.ButtonRadius
		for _, o := range box.objects() {
			o.(*canvas.Rectangle).Hidden = f.style != FigureTile
		}
		line.FillColor, line.Hidden = i.of(look.ColorLine), f.style != FigureRow
		box.paint(i, look.ColorPanel, Either(f.is.Framed, theme.ColorNamePrimary, look.ColorLine))
		f.paintOver(over, i)
		f.paintRing(ring, i, false)
		value.Text, value.Color, value.TextStyle, value.TextSize = f.is.Value, i.of(theme.ColorNameForeground),
			fyne.TextStyle{Bold: true}, i.size(look.SizeFigure)
		text, role := f.is.Label, Second
		switch f.style {
		case FigureLarge:
			value.TextSize, role = 2*i.size(look.SizeTitle), Figure
		case FigureTile:
			value.Alignment, label.align = fyne.TextAlignCenter, fyne.TextAlignCenter
		case FigureRow:
			value.TextSize, role = i.size(look.SizeText), Dim
		}
		label.on = Either(f.style == FigureLarge, look.ColorDim, "")
		if !f.is.Given {
			value.Color, value.TextStyle.Bold = i.of(look.ColorDim), false
			if f.style == FigureLarge {
				value.TextSize = i.size(look.SizeFigure)
			}
		}
		if f.is.Noted {
			if f.style == FigureRow {
				value.Text, value.Color = f.note, i.of(look.ColorDone)
			} else {
				text, label.on = f.note, look.ColorDone
			}
		}
		label.Set(text, role)
		label.Refresh()
	}
	return drawn(s)
}

// baseline gives how far below its top the letters of a text stand.
func baseline(t *canvas.Text) float32 {
	_, line := fyne.CurrentApp().Driver().RenderedTextSize(t.Text, t.TextSize, t.TextStyle, t.FontSource)
	return line
}
