package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// A stroke is a line of points on a square from 0,0 to 1,1.
type stroke []fyne.Position

// The glyphs, drawn rather than written: no font need have them.
var (
	arrowhead = []stroke{{{X: 0.97, Y: 0.04}, {X: 0.97, Y: 0.40}, {X: 0.61, Y: 0.40}}}
	tick      = []stroke{{{X: 0.12, Y: 0.55}, {X: 0.40, Y: 0.82}, {X: 0.90, Y: 0.18}}}
	up        = []stroke{{{X: 0.5, Y: 0.95}, {X: 0.5, Y: 0.08}}, {{X: 0.16, Y: 0.42}, {X: 0.5, Y: 0.08}, {X: 0.84, Y: 0.42}}}
	chevron   = []stroke{{{X: 0.1, Y: 0.32}, {X: 0.5, Y: 0.72}, {X: 0.9, Y: 0.32}}}
	cross     = []stroke{{{X: 0.15, Y: 0.15}, {X: 0.85, Y: 0.85}}, {{X: 0.85, Y: 0.15}, {X: 0.15, Y: 0.85}}}
)

// A glyph is a drawn sign.
type glyph struct {
	strokes []stroke
	lines   []*canvas.Line
}

// newGlyph gives a glyph without a size or colour.
func newGlyph(strokes []stroke) *glyph {
	g := &glyph{strokes: strokes}
	for _, s := range strokes {
		for range len(s) - 1 {
			g.lines = append(g.lines, &canvas.Line{})
		}
	}
	return g
}

// objects gives what the glyph is drawn with.
func (g *glyph) objects() (objects []fyne.CanvasObject) {
	for _, l := range g.lines {
		objects = append(objects, l)
	}
	return objects
}

// paint gives the glyph its colour and the width of its strokes.
func (g *glyph) paint(c color.Color, width float32) {
	for _, l := range g.lines {
		l.StrokeColor, l.StrokeWidth = c, width
	}
}

// put gives the glyph its square.
func (g *glyph) put(x, y, side float32) {
	n := 0
	for _, s := range g.strokes {
		for i := range len(s) - 1 {
			g.lines[n].Position1 = fyne.NewPos(x+s[i].X*side, y+s[i].Y*side)
			g.lines[n].Position2 = fyne.NewPos(x+s[i+1].X*side, y+s[i+1].Y*side)
			n++
		}
	}
}

// show hides the glyph or shows it.
func (g *glyph) show(visible bool) {
	for _, l := range g.lines {
		l.Hidden = !visible
	}
}
