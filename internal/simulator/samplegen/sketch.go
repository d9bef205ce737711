package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

type colour struct{ r, g, b uint8 }

var (
	paper  = colour{0xF6, 0xF4, 0xF1}
	white  = colour{0xFF, 0xFF, 0xFF}
	ink    = colour{0x23, 0x28, 0x2E}
	dim    = colour{0x5C, 0x63, 0x6D}
	hair   = colour{0xDD, 0xD7, 0xCE}
	slate  = colour{0x2B, 0x67, 0x77}
	copper = colour{0xB0, 0x6A, 0x2C}
	glass  = colour{0x6F, 0x8C, 0x99}
)

func (c colour) mix(with colour, k float64) colour {
	f := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-k) + float64(b)*k)) }
	return colour{f(c.r, with.r), f(c.g, with.g), f(c.b, with.b)}
}

// kindColours tell the edges of a roof apart.
var kindColours = map[kind]colour{
	ridge: {0xA8, 0x32, 0x2A}, hip: {0x4F, 0x54, 0x90}, valley: {0x25, 0x6B, 0x43}, rake: {0x8A, 0x52, 0x00},
	eave: slate, flashing: dim, step: dim,
}

// flat is a place on a drawing, y downwards.
type flat struct{ x, y float64 }

// canvas is what a sketch is drawn on: a PDF page or a picture.
type canvas interface {
	polygon(corners []flat, fill, stroke *colour, width float64)
	line(a, b flat, c colour, width float64)
	// text is centred on its place.
	text(at flat, s string, c colour, halo bool)
	// size is how much room text takes.
	size(s string) flat
}

// frame maps a drawing into a rectangle of the canvas, as large as it fits.
type frame struct{ x, y, w, h float64 }

func (f frame) fit(drawing []flat) func(flat) flat {
	lo, hi := flat{math.Inf(1), math.Inf(1)}, flat{math.Inf(-1), math.Inf(-1)}
	for _, p := range drawing {
		lo, hi = flat{min(lo.x, p.x), min(lo.y, p.y)}, flat{max(hi.x, p.x), max(hi.y, p.y)}
	}
	k := min(f.w/max(hi.x-lo.x, .01), f.h/max(hi.y-lo.y, .01))
	dx, dy := f.x+(f.w-(hi.x-lo.x)*k)/2, f.y+(f.h-(hi.y-lo.y)*k)/2
	return func(p flat) flat { return flat{dx + (p.x-lo.x)*k, dy + (p.y-lo.y)*k} }
}

func top(p point) flat { return flat{p.x, -p.y} }

// labels says what a roof plan is annotated with.
type labels int

const (
	noLabels labels = iota
	lengthLabels
	areaLabels
	pitchLabels
	nameLabels
)

// roofPlan draws the roof from above. Edges have the colours of their kinds if
// coloured is set.
func (h house) roofPlan(c canvas, f frame, what labels, coloured bool, width float64) {
	var all []flat
	for _, e := range h.edges {
		all = append(all, top(e.a), top(e.b))
	}
	at := f.fit(all)
	for _, f := range slices.Backward(sortedByGroup(h.facets)) {
		shade := h.shade(f)
		if !coloured && what != nameLabels {
			shade = white // a wireframe
		}
		c.polygon(through(at, top, f.corners), &shade, nil, 0)
	}
	for _, e := range h.edges {
		col := ink
		if coloured {
			col = kindColours[e.kind]
		}
		if e.kind == step || e.kind == flashing {
			if !coloured {
				continue
			}
		}
		c.line(at(top(e.a)), at(top(e.b)), col, width)
	}
	switch what {
	case lengthLabels:
		var placed, sizes []flat
		longest := slices.Clone(h.edges)
		slices.SortStableFunc(longest, func(a, b edge) int { return cmp.Compare(b.inches(), a.inches()) })
		for _, e := range longest {
			if e.inches() < 8*12 || e.kind == step || e.kind == flashing {
				continue
			}
			a, b := at(top(e.a)), at(top(e.b))
			col := ink
			if coloured {
				col = kindColours[e.kind]
			}
			// Of two labels that would lie on each other the longer edge's stays.
			mid, room := flat{(a.x + b.x) / 2, (a.y + b.y) / 2}, c.size(feet(e.inches()))
			if slices.ContainsFunc(placed, func(p flat) bool {
				o := sizes[slices.Index(placed, p)]
				return math.Abs(p.x-mid.x) < (o.x+room.x)/2 && math.Abs(p.y-mid.y) < (o.y+room.y)/2
			}) {
				continue
			}
			placed, sizes = append(placed, mid), append(sizes, room)
			c.text(mid, feet(e.inches()), col, true)
		}
	case areaLabels, pitchLabels, nameLabels:
		for _, fc := range h.facets {
			if fc.area < 25 && what != nameLabels {
				continue
			}
			text := fmt.Sprint(fc.area)
			if what == pitchLabels {
				text = fmt.Sprintf("%d/12", fc.pitch)
			}
			if what == nameLabels {
				text = fc.label[3:]
			}
			c.text(at(top(fc.centre())), text, ink, true)
		}
	}
}

// sortedByGroup puts what lies on top first.
func sortedByGroup(facets []facet) []facet {
	sorted := slices.Clone(facets)
	slices.SortStableFunc(sorted, func(a, b facet) int { return cmp.Compare(b.group, a.group) })
	return sorted
}

// footprintPlan draws the outline on the ground with its lengths.
func (h house) footprintPlan(c canvas, f frame, width float64) {
	outline, _, _ := h.footprint()
	var all []flat
	for _, e := range outline {
		all = append(all, top(e.a), top(e.b))
	}
	at := f.fit(all)
	for _, e := range outline {
		c.line(at(top(e.a)), at(top(e.b)), ink, width)
	}
	for _, e := range outline {
		if e.inches() >= 6*12 {
			a, b := at(top(e.a)), at(top(e.b))
			c.text(flat{(a.x + b.x) / 2, (a.y + b.y) / 2}, feet(e.inches()), slate, true)
		}
	}
}

func through(at func(flat) flat, project func(point) flat, corners []point) []flat {
	out := make([]flat, len(corners))
	for i, p := range corners {
		out[i] = at(project(p))
	}
	return out
}

// normal of a polygon; roof facets' point upwards.
func normal(c []point) point {
	var n point
	for i, p := range c {
		q := c[(i+1)%len(c)]
		n.x += (p.y - q.y) * (p.z + q.z)
		n.y += (p.z - q.z) * (p.x + q.x)
		n.z += (p.x - q.x) * (p.y + q.y)
	}
	l := math.Sqrt(n.x*n.x + n.y*n.y + n.z*n.z)
	return point{n.x / l, n.y / l, n.z / l}
}

// shade lights a facet from the front left.
func (h house) shade(f facet) colour {
	n := normal(f.corners)
	if n.z < 0 {
		n = point{-n.x, -n.y, -n.z}
	}
	k := .5 + .5*(n.x*-.6+n.y*-.7+n.z*.4)
	return colour{0x8F, 0xA9, 0xB2}.mix(colour{0xE4, 0xEB, 0xEC}, min(1, max(0, k)))
}

var outwards = []point{front: {0, -1, 0}, right: {1, 0, 0}, back: {0, 1, 0}, left: {-1, 0, 0}}

// view is a parallel projection.
type view struct {
	eye     point // towards the viewer
	project func(point) flat
}

// elevation looks straight at a side.
func elevation(s side) view {
	return view{outwards[s], func(p point) flat {
		switch s {
		case front:
			return flat{p.x, -p.z}
		case back:
			return flat{-p.x, -p.z}
		case right:
			return flat{p.y, -p.z}
		}
		return flat{-p.y, -p.z}
	}}
}

// corner looks at the front and the right side from above.
func corner() view {
	const turn, tilt = 35 * math.Pi / 180, 28 * math.Pi / 180
	return view{
		point{math.Sin(turn) * math.Cos(tilt), -math.Cos(turn) * math.Cos(tilt), math.Sin(tilt)},
		func(p point) flat {
			x := p.x*math.Cos(turn) + p.y*math.Sin(turn)
			depth := -p.x*math.Sin(turn) + p.y*math.Cos(turn)
			return flat{x, -(p.z*math.Cos(tilt) + depth*math.Sin(tilt))}
		},
	}
}

// paint says how a view is coloured.
type paint struct {
	wall, door colour
	line       colour
	roof       func(facet) colour
	width      float64
}

// draw paints a view of the house, what is farther away first.
func (h house) draw(c canvas, f frame, v view, p paint) {
	var all []flat
	for _, w := range h.walls {
		for _, q := range w.corners {
			all = append(all, v.project(q))
		}
	}
	for _, fc := range h.facets {
		for _, q := range fc.corners {
			all = append(all, v.project(q))
		}
	}
	at := f.fit(all)
	type group struct {
		id   int
		near float64
	}
	groups := make([]group, h.groups+1)
	for id := range groups {
		var sum, n float64
		for _, w := range h.walls {
			if w.group == id {
				for _, q := range w.corners {
					sum, n = sum+dot(q, v.eye), n+1
				}
			}
		}
		groups[id] = group{id, sum / n}
	}
	slices.SortFunc(groups, func(a, b group) int { return cmp.Compare(a.near, b.near) })
	for _, g := range groups {
		for _, w := range h.walls {
			if w.group != g.id || dot(outwards[w.side], v.eye) <= .01 {
				continue
			}
			shade := p.wall
			if w.side == left || w.side == right {
				shade = shade.mix(ink, .06)
			}
			c.polygon(through(at, v.project, w.corners), &shade, &p.line, p.width)
		}
		for _, o := range h.openings {
			if dot(outwards[o.side], v.eye) > .01 && h.groupAt(o) == g.id {
				pane := glass.mix(white, .45)
				if o.door {
					pane = p.door
				}
				c.polygon(through(at, v.project, o.corners), &pane, &p.line, p.width*.7)
			}
		}
		for _, fc := range h.facets {
			n := normal(fc.corners)
			if n.z < 0 {
				n = point{-n.x, -n.y, -n.z}
			}
			if fc.group != g.id || dot(n, v.eye) <= .01 {
				continue
			}
			shade := p.roof(fc)
			c.polygon(through(at, v.project, fc.corners), &shade, &p.line, p.width)
		}
	}
}

func dot(a, b point) float64 { return a.x*b.x + a.y*b.y + a.z*b.z }

// groupAt finds the part of the house that an opening is in.
func (h house) groupAt(o opening) int {
	mid := point{(o.corners[0].x + o.corners[1].x) / 2, (o.corners[0].y + o.corners[1].y) / 2, o.corners[0].z}
	for _, w := range h.walls {
		if w.side != o.side || len(w.corners) < 4 {
			continue
		}
		a, b := w.corners[0], w.corners[1]
		if math.Abs(a.to(point{mid.x, mid.y, a.z})+b.to(point{mid.x, mid.y, b.z})-a.to(b)) < .01 {
			return w.group
		}
	}
	return 0
}
