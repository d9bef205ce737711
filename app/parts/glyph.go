package parts

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// A sign is a drawing on a square of 14: the data of an SVG path, drawn as one stroke
// with round ends, or filled. No font need have it.
type sign struct {
	path   string
	filled bool
}

// The signs.
var (
	tick    = sign{path: "M2.4 7.6 L5.6 10.8 L11.8 3.6"}
	up      = sign{path: "M7 12 L7 2.4 M3 6.4 L7 2.4 L11 6.4"}
	turn    = sign{path: "M11.6 4.9 A5.2 5.2 0 1 0 12.2 8 M12 1.8 L12 5.2 L8.6 5.2"}
	bang    = sign{path: "M7 2.4 L7 7.9 M7 11.2 L7 11.3"}
	asks    = sign{path: "M4.4 4.9 C4.4 1.4 9.6 1.4 9.6 4.7 C9.6 6.8 7 6.8 7 8.6 M7 11.4 L7 11.5"}
	letter  = sign{path: "M2 3.6 L12 3.6 L12 10.6 L2 10.6 L2 3.6 M2.3 4 L7 7.9 L11.7 4"}
	dash    = sign{path: "M3.2 7 L10.8 7"}
	chevron = sign{path: "M2.6 4.9 L7 9.3 L11.4 4.9"}
	ahead   = sign{path: "M4.9 2.6 L9.3 7 L4.9 11.4"}
	cross   = sign{path: "M2.8 2.8 L11.2 11.2 M11.2 2.8 L2.8 11.2"}
	star    = sign{
		path: "M7 1.4 L8.7 5 L12.6 5.5 L9.8 8.2 L10.5 12.2 L7 10.3 L3.5 12.2 L4.2 8.2 L1.4 5.5 L5.3 5 Z", filled: true,
	}
)

// signBox is the square that signs are drawn on.
const signBox = 14

// A glyph is a sign in a colour.
type glyph struct {
	sign
	*canvas.Image
	color color.Color
	width float32 // of the stroke, on the window's scale
	drawn inked   // what it shows
}

// inked is all that a drawing of a sign depends on.
type inked struct {
	sign
	color       color.Color
	width, side float32
}

// newGlyph gives a glyph without a size or colour.
func newGlyph(s sign) *glyph {
	return &glyph{sign: s, Image: &canvas.Image{FillMode: canvas.ImageFillContain}}
}

// paint gives the glyph its colour and the width of its stroke.
func (g *glyph) paint(c color.Color, width float32) {
	g.color, g.width = c, width
	g.draw()
}

// put gives the glyph its square.
func (g *glyph) put(x, y, side float32) {
	Put(g.Image, x, y, side, side)
	g.draw()
}

// show hides the glyph or shows it.
func (g *glyph) show(visible bool) { g.Hidden = !visible }

// drawings are the signs that were drawn so far: some dozens in all, and the window's
// thread's alone.
var drawings = map[string]fyne.Resource{}

// draw makes the picture, once the glyph has a size and a colour.
func (g *glyph) draw() {
	side := g.Size().Width
	now := inked{g.sign, g.color, g.width, side}
	if side <= 0 || g.color == nil || now == g.drawn {
		return
	}
	g.drawn = now
	r, gr, b, _ := g.color.RGBA()
	ink := fmt.Sprintf("#%02x%02x%02x", r>>8, gr>>8, b>>8)
	path := g.path
	if !g.filled {
		path = outlined(path, float64(g.width*signBox/side))
	}
	picture := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d"><path d="%s" fill="%s"/></svg>`,
		signBox, signBox, path, ink)
	drawing, made := drawings[picture]
	if !made {
		drawing = fyne.NewStaticResource(fmt.Sprintf("sign-%d.svg", len(drawings)), []byte(picture))
		drawings[picture] = drawing
	}
	if g.Resource != drawing {
		g.Resource = drawing
		g.Image.Refresh()
	}
}
