package parts

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// A Paragraph is text that is broken into lines where its width ends. Line
// breaks in the text are kept.
type Paragraph struct {
	written
	lines  []*canvas.Text
	madeAt float32 // the width that lines were broken for
	sheet  *sheet
}

// NewParagraph gives a paragraph.
func NewParagraph(s string, r Role) *Paragraph {
	p := &Paragraph{}
	p.begin(p, s, r)
	return p
}

// Align says where the lines stand in the width. It gives the paragraph itself.
func (p *Paragraph) Align(a fyne.TextAlign) *Paragraph {
	p.align = a
	return p
}

// Natural gives the size of the text without any line being broken.
func (p *Paragraph) Natural() (size fyne.Size) {
	for _, line := range p.broken(0) {
		m := p.measure(line)
		size = fyne.NewSize(max(size.Width, m.Width), size.Height+m.Height)
	}
	return size
}

// CreateRenderer implements fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	p.sheet = &sheet{
		of: p,
		min: func() fyne.Size {
			return fyne.NewSize(shortest, float32(max(1, len(p.lines)))*p.height())
		},
		lay: func(size fyne.Size) {
			if size.Width != p.madeAt {
				p.wrap(size.Width)
			}
			for i, l := range p.lines {
				Put(l, 0, float32(i)*p.height(), size.Width, p.height())
			}
		},
		paint: func(ink) { p.wrap(p.Size().Width) },
	}
	return drawn(p.sheet)
}

// height is that of one line.
func (p *Paragraph) height() float32 { return p.measure("Ag").Height }

// wrap breaks the text into lines of a width.
func (p *Paragraph) wrap(width float32) {
	p.madeAt = width
	i := inkOf(p)
	texts := p.broken(width)
	p.lines = p.lines[:min(len(p.lines), len(texts))]
	for len(p.lines) < len(texts) {
		p.lines = append(p.lines, &canvas.Text{})
	}
	p.sheet.objects = make([]fyne.CanvasObject, len(p.lines))
	for n, l := range p.lines {
		l.Text, l.Color, l.TextSize, l.TextStyle = texts[n], i.of(p.role.color()), i.size(p.role.size()), p.role.style()
		l.Alignment = p.align
		p.sheet.objects[n] = l
	}
}

// broken gives the lines of the text in a width; without one, as it was written.
func (p *Paragraph) broken(width float32) (lines []string) {
	space := p.measure(" ").Width
	for written := range strings.SplitSeq(p.text, "\n") {
		line := indent(written)
		taken, begun := p.measure(line).Width, false
		for word := range strings.FieldsSeq(written) {
			gap, of := Either(begun, space, 0), p.measure(word).Width
			if width > 0 && begun && taken+gap+of > width {
				lines, line, taken, gap, begun = append(lines, line), "", 0, 0, false
			}
			// A word that is wider than the whole line is cut where it must be.
			for width > 0 && taken+of > width && !begun {
				head, rest := p.split(word, width-taken)
				if rest == "" {
					break
				}
				lines, line, taken = append(lines, line+head), "", 0
				word, of = rest, p.measure(rest).Width
			}
			if begun {
				line += " "
			}
			line, taken, begun = line+word, taken+gap+of, true
		}
		lines = append(lines, line)
	}
	return lines
}

// indent gives the spaces that a line begins with.
func indent(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }

// split gives as much of a word as fits, a letter at least, and the rest.
func (p *Paragraph) split(word string, width float32) (head, rest string) {
	runes := []rune(word)
	n := 1
	for n < len(runes) && p.measure(string(runes[:n+1])).Width <= width {
		n++
	}
	return string(runes[:n]), string(runes[n:])
}
