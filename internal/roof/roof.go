package roof

import (
	"bytes"
	"math"
)

// Plan is the shape of a roof.
type Plan struct {
	Facets []Facet `json:"facets"`
	Lines  []Line  `json:"lines"`
}

// Point is a place in feet: X to the right, Y away from who looks, Z up.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	Z float64 `json:"z"`
}

// Facet is a plane of a roof. Its corners go round it; Area is in square feet and Pitch is "8/12", both empty where
// nothing says them.
type Facet struct {
	Name    string   `json:"name"`
	Corners []Point  `json:"corners"`
	Area    *float64 `json:"sqft"`
	Pitch   string   `json:"pitch"`
}

// Line is an edge of a roof.
type Line struct {
	Kind Kind  `json:"kind"`
	A    Point `json:"a"`
	B    Point `json:"b"`
}

// Length is the length of the edge in feet.
func (l Line) Length() float64 { return l.A.to(l.B) }

func (p Point) to(q Point) float64 { return math.Hypot(math.Hypot(p.X-q.X, p.Y-q.Y), p.Z-q.Z) }

// Kind says what an edge is.
type Kind string

// The kinds, in the order in which people name them. Other is what has no name that is known.
const (
	Ridge        Kind = "ridge"
	Hip          Kind = "hip"
	Valley       Kind = "valley"
	Eave         Kind = "eave"
	Rake         Kind = "rake"
	Flashing     Kind = "flashing"
	StepFlashing Kind = "step_flashing"
	Other        Kind = "other"
)

// Kinds lists all kinds in their order.
func Kinds() []Kind { return []Kind{Ridge, Hip, Valley, Eave, Rake, Flashing, StepFlashing, Other} }

// Bounds on what is read: a roof beyond them is no house's, or a slip.
const (
	mostFacets  = 2_000
	mostLines   = 8_000
	mostCorners = 500     // of one facet
	mostFeet    = 100_000 // from the middle of the drawing to any place
)

// Empty says that there is nothing to draw.
func (p Plan) Empty() bool { return len(p.Facets) == 0 && len(p.Lines) == 0 }

// Read takes the shape of a roof from Hover's full_json or its XML of the 3D model; ok is false where it has none, or one
// that is not understood as a whole.
func Read(b []byte) (p Plan, ok bool) {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	switch trimmed := bytes.TrimSpace(b); {
	case bytes.HasPrefix(trimmed, []byte("{")):
		p, ok = readJSON(trimmed)
	case bytes.HasPrefix(trimmed, []byte("<")):
		p, ok = readXML(trimmed)
	}
	if !ok || !p.sound() {
		return Plan{}, false
	}
	if len(p.Lines) == 0 {
		p.outline()
	}
	return p, true
}

// sound says that the shape is one of a roof: within bounds, and not all in one place.
func (p Plan) sound() bool {
	if p.Empty() || len(p.Facets) > mostFacets || len(p.Lines) > mostLines {
		return false
	}
	low, high := p.Bounds()
	for _, n := range []float64{low.X, low.Y, low.Z, high.X, high.Y, high.Z} {
		if math.IsNaN(n) || math.Abs(n) > mostFeet {
			return false
		}
	}
	return high.X-low.X > 0.1 && high.Y-low.Y > 0.1
}

// Bounds gives the least and the greatest of all coordinates.
func (p Plan) Bounds() (low, high Point) {
	inf := math.Inf(1)
	low, high = Point{inf, inf, inf}, Point{-inf, -inf, -inf}
	take := func(q Point) {
		low = Point{math.Min(low.X, q.X), math.Min(low.Y, q.Y), math.Min(low.Z, q.Z)}
		high = Point{math.Max(high.X, q.X), math.Max(high.Y, q.Y), math.Max(high.Z, q.Z)}
	}
	for _, f := range p.Facets {
		for _, c := range f.Corners {
			take(c)
		}
	}
	for _, l := range p.Lines {
		take(l.A)
		take(l.B)
	}
	return low, high
}

// outline makes the facets' edges the lines, each once, where nothing says what they are.
func (p *Plan) outline() {
	type edge struct{ a, b Point }
	seen := map[edge]bool{}
	for _, f := range p.Facets {
		for i, a := range f.Corners {
			b := f.Corners[(i+1)%len(f.Corners)]
			if a == b || seen[edge{a, b}] || seen[edge{b, a}] {
				continue
			}
			seen[edge{a, b}] = true
			p.Lines = append(p.Lines, Line{Kind: Other, A: a, B: b})
		}
	}
}

// Inside gives a place within the facet as it is seen from above, far from its edges: for what is written on it. Of
// places that are as far from them, as those along the middle of a rectangle are, it is the one nearest to the middle.
func (f Facet) Inside() Point {
	low, high := Plan{Facets: []Facet{f}}.Bounds()
	middle := f.middle()
	const grid = 25 // odd: the middle of a rectangle is one of them
	type place struct {
		at   Point
		near float64
	}
	var places []place
	clearest := 0.0
	for i := range grid {
		for j := range grid {
			p := Point{X: low.X + (high.X-low.X)*(float64(i)+.5)/grid, Y: low.Y + (high.Y-low.Y)*(float64(j)+.5)/grid}
			if in, near := f.reach(p); in {
				places, clearest = append(places, place{p, near}), max(clearest, near)
			}
		}
	}
	best, off := middle, math.Inf(1)
	for _, p := range places {
		if away := math.Hypot(p.at.X-middle.X, p.at.Y-middle.Y); p.near >= clearest*0.98 && away < off {
			best, off = p.at, away
		}
	}
	return best
}

// Reach gives how far a place in the facet is from its edges as it is seen from above, in feet.
func (f Facet) Reach(p Point) float64 {
	_, near := f.reach(p)
	return near
}

func (f Facet) middle() (m Point) {
	n := float64(len(f.Corners))
	for _, c := range f.Corners {
		m.X, m.Y, m.Z = m.X+c.X/n, m.Y+c.Y/n, m.Z+c.Z/n
	}
	return m
}

// reach says whether a place lies in the facet as it is seen from above, and how far from its edges.
func (f Facet) reach(p Point) (inside bool, near float64) {
	near = math.Inf(1)
	for i, a := range f.Corners {
		b := f.Corners[(i+1)%len(f.Corners)]
		if (a.Y <= p.Y) != (b.Y <= p.Y) && p.X < a.X+(p.Y-a.Y)/(b.Y-a.Y)*(b.X-a.X) {
			inside = !inside
		}
		along := 0.0
		if long := (b.X-a.X)*(b.X-a.X) + (b.Y-a.Y)*(b.Y-a.Y); long > 0 {
			along = min(1, max(0, ((p.X-a.X)*(b.X-a.X)+(p.Y-a.Y)*(b.Y-a.Y))/long))
		}
		near = min(near, math.Hypot(p.X-a.X-along*(b.X-a.X), p.Y-a.Y-along*(b.Y-a.Y)))
	}
	return inside, near
}
