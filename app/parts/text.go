package parts

import (
	"cmp"
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// The sign before a text: its side, and the room that it takes.
const (
	leadSide float32 = 11
	leadRoom float32 = leadSide + 5
)

// shortest is the width that a text keeps however long it is.
const shortest float32 = 72

// ellipsis ends a text that was shortened.
const ellipsis = "…"

// A Text is one line of text. Where it is too narrow it ends in an ellipsis.
type Text struct {
	written
	whole bool
	dark  bool                // its ground is dark in every theme
	on    fyne.ThemeColorName // instead of the role's colour, where the ground is strong
	mark  Mark                // its sign stands before the text

	within func(most int) string // how it is told in so many characters; nil: its beginning
	line   *canvas.Text
	cutAt  float32 // the width that line.Text was made for
}

// NewText gives a line of text.
func NewText(s string, r Role) *Text {
	t := &Text{line: &canvas.Text{}}
	t.begin(t, s, r)
	return t
}

// SetMark has the sign of a mark stand before the text, in the text's own colour. It
// is drawn, and no letter: not every font has a tick.
func (t *Text) SetMark(m Mark) { set(t, &t.mark, m) }

// Mark gives the mark before the text.
func (t *Text) Mark() Mark { return t.mark }

// lead gives the room that is left for the mark.
func (t *Text) lead() float32 { return Either(t.mark == MarkNone, 0, leadRoom) }

// SetWithin is Set for a text that can be told in fewer characters: within does it,
// so that a title loses a part of a name and not what happened.
func (t *Text) SetWithin(s string, r Role, within func(most int) string) {
	t.within = within
	t.Set(s, r)
}

// isCut says whether it is shown shortened.
func (t *Text) isCut() bool { return t.line.Text != t.text }

// Whole makes the text keep its full width, for a size or a date that must not
// be shortened. It gives the text itself.
func (t *Text) Whole() *Text {
	t.whole = true
	return t
}

// Align says where the text stands in its width. It gives the text itself.
func (t *Text) Align(a fyne.TextAlign) *Text {
	t.align = a
	return t
}

// OnDark writes the text for a ground that is dark in every theme. It gives the
// text itself.
func (t *Text) OnDark() *Text {
	t.dark = true
	return t
}

// Natural gives the size that the text has when it is not shortened.
func (t *Text) Natural() fyne.Size { return t.measure(t.text).AddWidthHeight(t.lead(), 0) }

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	var signed *glyph // most texts have none
	s := &sheet{
		of:      t,
		objects: []fyne.CanvasObject{t.line},
		min: func() fyne.Size {
			size := t.Natural()
			if !t.whole {
				size.Width = min(size.Width, shortest)
			}
			return size
		},
	}
	s.lay = func(size fyne.Size) {
		room := size.Width - t.lead()
		Put(t.line, t.lead(), 0, room, size.Height)
		if signed != nil {
			signed.put(0, (size.Height-leadSide)/2, leadSide)
		}
		if room != t.cutAt {
			t.cut(room)
			t.line.Refresh()
		}
	}
	s.paint = func(i ink) {
		if t.dark {
			i = i.onDark()
		}
		t.line.Color = i.of(cmp.Or(t.on, t.role.color()))
		t.line.TextSize = i.size(t.role.size())
		t.line.TextStyle = t.role.style()
		t.line.Alignment = t.align
		t.cut(t.Size().Width - t.lead())
		if t.mark != MarkNone && signed == nil {
			signed = newGlyph(sign{})
			s.objects = append(s.objects, signed.Image)
		}
		if signed != nil {
			signed.sign = marks[t.mark].sign
			signed.show(t.mark != MarkNone)
			signed.paint(t.line.Color, 1.8)
		}
	}
	return drawn(s)
}

// cut shortens the line to a width.
func (t *Text) cut(width float32) {
	t.cutAt = width
	t.line.Text = t.text
	if width <= 0 || t.measure(t.text).Width <= width+0.5 {
		return
	}
	// Measuring a letter is a look-up, measuring a new text is work: the letters
	// tell nearly where to cut.
	runes := []rune(t.text)
	if t.within != nil {
		too := func(n int) bool { return t.measure(t.within(n+1)).Width > width }
		if n := sort.Search(len(runes), too); n > 0 {
			t.line.Text = t.within(n)
			return
		}
	}
	n, room := 0, width-t.measure(ellipsis).Width
	for n < len(runes) && room >= 0 {
		room -= t.measure(string(runes[n])).Width
		n++
	}
	for n > 0 && t.measure(string(runes[:n])+ellipsis).Width > width {
		n--
	}
	t.line.Text = string(runes[:n]) + ellipsis
}
