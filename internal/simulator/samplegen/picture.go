package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
)

const over = 3 // pixels are drawn over times as fine and averaged

// picture is a canvas of pixels.
type picture struct {
	w, h int // of the finished picture
	px   []colour
}

func newPicture(w, h int, ground colour) *picture {
	p := &picture{w, h, make([]colour, w*h*over*over)}
	for i := range p.px {
		p.px[i] = ground
	}
	return p
}

func (p *picture) polygon(corners []flat, fill, stroke *colour, width float64) {
	if fill != nil {
		p.fill(corners, *fill)
	}
	if stroke != nil {
		for i, a := range corners {
			p.line(a, corners[(i+1)%len(corners)], *stroke, width)
		}
	}
}

// fill paints a polygon row by row.
func (p *picture) fill(corners []flat, c colour) {
	for y := range p.h * over {
		cy := (float64(y) + .5) / over
		var xs []float64
		for i, a := range corners {
			b := corners[(i+1)%len(corners)]
			if (a.y <= cy) != (b.y <= cy) {
				xs = append(xs, a.x+(cy-a.y)/(b.y-a.y)*(b.x-a.x))
			}
		}
		slices.Sort(xs)
		for i := 0; i+1 < len(xs); i += 2 {
			from, to := int(math.Ceil(xs[i]*over-.5)), int(math.Floor(xs[i+1]*over-.5))
			for x := max(0, from); x <= min(p.w*over-1, to); x++ {
				p.px[y*p.w*over+x] = c
			}
		}
	}
}

func (p *picture) line(a, b flat, c colour, width float64) {
	l := math.Hypot(b.x-a.x, b.y-a.y)
	if l == 0 {
		return
	}
	dx, dy := (b.x-a.x)/l*width/2, (b.y-a.y)/l*width/2
	p.fill([]flat{
		{a.x - dx - dy, a.y - dy + dx}, {b.x + dx - dy, b.y + dy + dx}, {b.x + dx + dy, b.y + dy - dx},
		{a.x - dx + dy, a.y - dy - dx},
	}, c)
}

// glyphs are strokes on a grid of 4 by 6.
var glyphs = map[rune][][]flat{
	'0': {{{0, 0}, {4, 0}, {4, 6}, {0, 6}, {0, 0}}}, '1': {{{1, 1}, {2, 0}, {2, 6}}, {{1, 6}, {3, 6}}},
	'2': {{{0, 0}, {4, 0}, {4, 3}, {0, 3}, {0, 6}, {4, 6}}}, '3': {{{0, 0}, {4, 0}, {4, 6}, {0, 6}}, {{1, 3}, {4, 3}}},
	'4': {{{0, 0}, {0, 3}, {4, 3}}, {{4, 0}, {4, 6}}}, '5': {{{4, 0}, {0, 0}, {0, 3}, {4, 3}, {4, 6}, {0, 6}}},
	'6': {{{4, 0}, {0, 0}, {0, 6}, {4, 6}, {4, 3}, {0, 3}}}, '7': {{{0, 0}, {4, 0}, {1.5, 6}}},
	'8': {{{0, 0}, {4, 0}, {4, 6}, {0, 6}, {0, 0}}, {{0, 3}, {4, 3}}}, '9': {{{4, 3}, {0, 3}, {0, 0}, {4, 0}, {4, 6}, {0, 6}}},
	'\'': {{{1, 0}, {1, 1.6}}}, '"': {{{1, 0}, {1, 1.6}}, {{2.6, 0}, {2.6, 1.6}}}, '/': {{{4, -.5}, {0, 6.5}}},
}

func advance(r rune) float64 {
	switch r {
	case '\'', ' ':
		return 3
	case '"':
		return 4.4
	}
	return 5.6
}

// stroke is the size of a glyph's grid in pixels.
const stroke = 1.7

func (p *picture) size(s string) flat {
	wide := -1.6
	for _, r := range s {
		wide += advance(r)
	}
	return flat{wide*stroke + 6, 6*stroke + 6}
}

func (p *picture) text(at flat, s string, c colour, halo bool) {
	room := p.size(s)
	x, y := at.x-room.x/2, at.y-room.y/2
	if halo {
		p.fill([]flat{{x, y}, {x + room.x, y}, {x + room.x, y + room.y}, {x, y + room.y}}, white)
	}
	x, y = x+3, y+3
	for _, r := range s {
		for _, run := range glyphs[r] {
			for i := range len(run) - 1 {
				a, b := run[i], run[i+1]
				p.line(flat{x + a.x*stroke, y + a.y*stroke}, flat{x + b.x*stroke, y + b.y*stroke}, c, 1.5)
			}
		}
		x += advance(r) * stroke
	}
}

// image averages the fine pixels.
func (p *picture) image() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, p.w, p.h))
	for y := range p.h {
		for x := range p.w {
			var r, g, b int
			for dy := range over {
				for dx := range over {
					c := p.px[(y*over+dy)*p.w*over+x*over+dx]
					r, g, b = r+int(c.r), g+int(c.g), b+int(c.b)
				}
			}
			const n = over * over
			img.SetRGBA(x, y, color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255})
		}
	}
	return img
}

// png gives the picture in sixteen shades of few colours: small files.
func (p *picture) png() ([]byte, error) {
	palette := color.Palette{}
	for _, c := range []colour{ink, slate, glass, glass.mix(white, .3)} {
		for k := range 5 {
			m := c.mix(white, float64(k)/4)
			palette = append(palette, color.RGBA{m.r, m.g, m.b, 255})
		}
	}
	palette = palette[:16]
	img := p.image()
	out := image.NewPaletted(img.Rect, palette)
	for y := range p.h {
		for x := range p.w {
			out.Set(x, y, img.At(x, y))
		}
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out)
	return b.Bytes(), err
}

func (p *picture) jpeg() ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, p.image(), &jpeg.Options{Quality: 72})
	return b.Bytes(), err
}

// wireframes draws all views of a house; the names are those that the
// simulator looks for.
func (h house) wireframes() (map[string][]byte, error) {
	const w, ht = 720, 500
	inner := frame{48, 40, w - 96, ht - 80}
	plain := paint{wall: white, door: white, line: ink, roof: func(facet) colour { return white }, width: 2}
	out := map[string][]byte{}
	put := func(name string, draw func(*picture)) error {
		p := newPicture(w, ht, white)
		draw(p)
		b, err := p.png()
		out[name+".png"] = b
		return err
	}
	for name, what := range map[string]labels{
		"roof-top": noLabels, "roof-lengths": lengthLabels, "roof-areas": areaLabels, "roof-pitches": pitchLabels,
	} {
		if err := put(name, func(p *picture) { h.roofPlan(p, inner, what, false, 2) }); err != nil {
			return nil, err
		}
	}
	if h.roofOnly {
		return out, nil
	}
	for s, name := range sideNames {
		if err := put(name, func(p *picture) { h.draw(p, inner, elevation(side(s)), plain) }); err != nil {
			return nil, err
		}
	}
	return out, put("footprint", func(p *picture) { h.footprintPlan(p, inner, 2) })
}

// photos paints two views under a sky, for want of a camera.
func (h house) photos() (map[string][]byte, error) {
	const w, ht = 640, 480
	out := map[string][]byte{}
	walls := paint{
		wall: colour{0xE9, 0xE0, 0xD0}, door: copper, line: colour{0x6A, 0x63, 0x5A},
		roof: func(f facet) colour { return h.shade(f).mix(colour{0x3C, 0x48, 0x50}, .6) }, width: 1.4,
	}
	for name, v := range map[string]view{"photo-1.jpg": elevation(front), "photo-2.jpg": corner()} {
		p := newPicture(w, ht, white)
		for y := range 300 {
			c := colour{0x9C, 0xC4, 0xE0}.mix(colour{0xE9, 0xF1, 0xF5}, float64(y)/300)
			p.fill([]flat{{0, float64(y)}, {w, float64(y)}, {w, float64(y + 1)}, {0, float64(y + 1)}}, c)
		}
		p.fill([]flat{{0, 300}, {w, 300}, {w, ht}, {0, ht}}, colour{0x8F, 0xA8, 0x6C})
		p.fill([]flat{{280, 400}, {360, 400}, {470, ht}, {170, ht}}, colour{0xC9, 0xC3, 0xB8})
		h.draw(p, frame{70, 110, w - 140, 290}, v, walls)
		b, err := p.jpeg()
		if err != nil {
			return nil, err
		}
		out[name] = b
	}
	return out, nil
}
