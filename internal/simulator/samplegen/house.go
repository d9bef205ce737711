package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// point is a place in feet: x to the right along the front, y to the back, z
// up from the eaves.
type point struct{ x, y, z float64 }

func (p point) to(q point) float64 { return math.Hypot(math.Hypot(p.x-q.x, p.y-q.y), p.z-q.z) }

// side is where a wall looks to.
type side int

const (
	front side = iota
	right
	back
	left
)

var sideNames = []string{"front", "right", "back", "left"}

// kind is what an edge of a roof is.
type kind string

const (
	ridge    kind = "Ridge"
	hip      kind = "Hip"
	valley   kind = "Valley"
	rake     kind = "Rake"
	eave     kind = "Eave"
	flashing kind = "Flashing"
	step     kind = "Step flashing"
)

var kinds = []kind{ridge, hip, valley, rake, eave, flashing, step}

type edge struct {
	kind kind
	a, b point
}

// inches is an edge's length, rounded to the inch as the report shows it.
func (e edge) inches() int { return int(math.Round(e.a.to(e.b) * 12)) }

// facet is one plane of a roof. hole is what a dormer takes out of it.
type facet struct {
	corners []point
	holes   [][]point
	pitch   int
	group   int
	label   string
	area    int // square feet, rounded so that a house's add up
}

func (f facet) exact() float64 {
	a := planArea(f.corners)
	for _, h := range f.holes {
		a -= planArea(h)
	}
	return a * math.Hypot(1, float64(f.pitch)/12)
}

func planArea(p []point) float64 {
	var a float64
	for i, q := range p {
		n := p[(i+1)%len(p)]
		a += q.x*n.y - n.x*q.y
	}
	return math.Abs(a) / 2
}

// centre is the place in a facet that is farthest from its edges and from what
// a dormer takes: the place for its label. It is found on a grid, in plan.
func (f facet) centre() point {
	lo, hi := f.corners[0], f.corners[0]
	for _, p := range f.corners {
		lo.x, lo.y, hi.x, hi.y = min(lo.x, p.x), min(lo.y, p.y), max(hi.x, p.x), max(hi.y, p.y)
	}
	best, clear := point{}, 0.0
	const grid = 60
	for i := range grid {
		for j := range grid {
			p := point{x: lo.x + (hi.x-lo.x)*(float64(i)+.5)/grid, y: lo.y + (hi.y-lo.y)*(float64(j)+.5)/grid}
			inside, near := distance(f.corners, p)
			for _, h := range f.holes {
				taken, to := distance(h, p)
				inside, near = inside && !taken, min(near, to)
			}
			if inside && near > clear+.01 {
				best, clear = p, near
			}
		}
	}
	return best
}

// distance says whether a polygon's plan contains p, and how far p is from its
// edges.
func distance(corners []point, p point) (inside bool, near float64) {
	near = math.Inf(1)
	for i, a := range corners {
		b := corners[(i+1)%len(corners)]
		if (a.y <= p.y) != (b.y <= p.y) && p.x < a.x+(p.y-a.y)/(b.y-a.y)*(b.x-a.x) {
			inside = !inside
		}
		along := ((p.x-a.x)*(b.x-a.x) + (p.y-a.y)*(b.y-a.y)) / ((b.x-a.x)*(b.x-a.x) + (b.y-a.y)*(b.y-a.y))
		along = min(1, max(0, along))
		near = min(near, math.Hypot(p.x-a.x-along*(b.x-a.x), p.y-a.y-along*(b.y-a.y)))
	}
	return inside, near
}

// opening is a window or a door on a wall.
type opening struct {
	label         string
	door          bool
	side          side
	corners       []point
	width, height int // inches
}

func (o opening) area() float64 { return float64(o.width*o.height) / 144 }

type wall struct {
	side    side
	corners []point
	group   int
	area    float64
}

// plan describes a house: a rectangle under a gable or hip roof whose ridge
// runs along the front, with wings and dormers.
type plan struct {
	name         string
	title        string // what was ordered
	roofOnly     bool
	width, depth float64
	pitch        int
	hip          bool
	wings        []wing
	dormers      []dormer
	stories      int
	roof, siding float64 // wanted areas; the plan is scaled to have them
	garage       bool    // a wide door in front
}

type wing struct {
	back       bool
	from, to   float64 // along the main wall
	projection float64
	hip        bool
}

type dormer struct {
	back  bool
	mid   float64
	width float64
	set   float64 // how far up the slope its face stands, in plan
	wall  float64
	pitch int
}

// house is a plan that was built and measured.
type house struct {
	plan
	facets   []facet
	edges    []edge
	walls    []wall
	openings []opening
	height   float64 // of the walls
	groups   int
}

// build scales a plan to the areas that it wants and measures it.
func build(p plan) house {
	p.wings, p.dormers = slices.Clone(p.wings), slices.Clone(p.dormers)
	h := assemble(p, 9)
	k := math.Sqrt(p.roof / h.exactRoof())
	p.width, p.depth = p.width*k, p.depth*k
	for i := range p.wings {
		w := &p.wings[i]
		w.from, w.to, w.projection = w.from*k, w.to*k, w.projection*k
	}
	for i := range p.dormers {
		d := &p.dormers[i]
		d.mid, d.width, d.set, d.wall = d.mid*k, d.width*k, d.set*k, d.wall*k
	}
	low, high := 6.0, 30.0 // walls as high as the wanted siding makes them
	for range 60 {
		if mid := (low + high) / 2; assemble(p, mid).exactSiding() < p.siding {
			low = mid
		} else {
			high = mid
		}
	}
	if p.siding == 0 {
		low = 9
	}
	h = assemble(p, low)
	h.label()
	return h
}

func (h house) exactRoof() float64 {
	var a float64
	for _, f := range h.facets {
		a += f.exact()
	}
	return a
}

func (h house) exactSiding() float64 {
	var a float64
	for _, w := range h.walls {
		a += w.area
	}
	for _, o := range h.openings {
		a -= o.area()
	}
	return a
}

// assemble puts a plan's facets, edges, walls and openings together.
func assemble(p plan, height float64) house {
	h := house{plan: p, height: height}
	s := float64(p.pitch) / 12
	w, d := p.width, p.depth
	top := d / 2 * s
	inset := 0.0
	if p.hip {
		inset = d / 2
	}
	r1, r2 := point{inset, d / 2, top}, point{w - inset, d / 2, top}
	h.edges = append(h.edges, edge{ridge, r1, r2})
	for _, isBack := range []bool{false, true} {
		m := mirror(isBack, d)
		slope := facet{pitch: p.pitch, corners: []point{m(point{})}}
		at := 0.0
		var wings []wing
		for _, wg := range p.wings {
			if wg.back == isBack {
				wings = append(wings, wg)
			}
		}
		slices.SortFunc(wings, func(a, b wing) int { return cmp.Compare(a.from, b.from) })
		facing := front
		if isBack {
			facing = back
		}
		for _, wg := range wings {
			h.wall(0, facing, m(point{at, 0, 0}), m(point{wg.from, 0, 0}))
			h.edge(eave, m(point{at, 0, 0}), m(point{wg.from, 0, 0}))
			half := (wg.to - wg.from) / 2
			slope.corners = append(slope.corners, m(point{wg.from, 0, 0}), m(point{wg.from + half, half, half * s}),
				m(point{wg.to, 0, 0}))
			at = wg.to
			h.addWing(wg, m, facing)
		}
		h.wall(0, facing, m(point{at, 0, 0}), m(point{w, 0, 0}))
		h.edge(eave, m(point{at, 0, 0}), m(point{w, 0, 0}))
		slope.corners = append(slope.corners, m(point{w, 0, 0}), r2, r1)
		for _, dm := range p.dormers {
			if dm.back == isBack {
				slope.holes = append(slope.holes, h.addDormer(dm, m, facing))
			}
		}
		h.facets = append(h.facets, slope)
	}
	for _, end := range []struct {
		facing side
		x      float64
		r      point
	}{{left, 0, r1}, {right, w, r2}} {
		a, b := point{end.x, 0, 0}, point{end.x, d, 0}
		h.wall(0, end.facing, a, b)
		if p.hip {
			h.facets = append(h.facets, facet{pitch: p.pitch, corners: []point{a, b, end.r}})
			h.edge(eave, a, b)
			h.edge(hip, a, end.r)
			h.edge(hip, b, end.r)
			continue
		}
		h.gable(0, end.facing, a, b, end.r)
	}
	h.place()
	return h
}

// mirror gives the map from the front to the side that is worked on.
func mirror(isBack bool, depth float64) func(point) point {
	if isBack {
		return func(p point) point { return point{p.x, depth - p.y, p.z} }
	}
	return func(p point) point { return p }
}

func (h *house) addWing(wg wing, m func(point) point, facing side) {
	h.groups++
	g := h.groups
	s := float64(h.pitch) / 12
	half := (wg.to - wg.from) / 2
	mid, up := wg.from+half, half*s
	inner, outer := point{mid, half, up}, point{mid, -wg.projection, up}
	if wg.hip {
		outer.y += half
	}
	a0, a1 := point{wg.from, 0, 0}, point{wg.from, -wg.projection, 0}
	b0, b1 := point{wg.to, 0, 0}, point{wg.to, -wg.projection, 0}
	for _, sd := range []struct {
		in, out point
		facing  side
	}{{a0, a1, left}, {b0, b1, right}} {
		h.facets = append(h.facets, facet{pitch: h.pitch, group: g, corners: []point{m(sd.in), m(inner), m(outer), m(sd.out)}})
		h.edge(valley, m(sd.in), m(inner))
		h.edge(eave, m(sd.in), m(sd.out))
		h.wall(g, sd.facing, m(sd.in), m(sd.out))
		if wg.hip {
			h.edge(hip, m(sd.out), m(outer))
		}
	}
	h.edge(ridge, m(inner), m(outer))
	h.wall(g, facing, m(a1), m(b1))
	if wg.hip {
		h.facets = append(h.facets, facet{pitch: h.pitch, group: g, corners: []point{m(a1), m(b1), m(outer)}})
		h.edge(eave, m(a1), m(b1))
		return
	}
	h.gable(g, facing, m(a1), m(b1), m(outer))
}

// addDormer gives the part of the slope that the dormer takes.
func (h *house) addDormer(d dormer, m func(point) point, facing side) []point {
	h.groups++
	g := h.groups
	s, sd := float64(h.pitch)/12, float64(d.pitch)/12
	a, b := d.mid-d.width/2, d.mid+d.width/2
	z0 := d.set * s
	ze := z0 + d.wall
	zr := ze + d.width/2*sd
	y1, y2 := ze/s, zr/s
	r0, r1 := point{d.mid, d.set, zr}, point{d.mid, y2, zr}
	h.edge(ridge, m(r0), m(r1))
	for _, e := range []struct {
		x      float64
		facing side
	}{{a, left}, {b, right}} {
		low, high := point{e.x, d.set, ze}, point{e.x, y1, ze}
		foot := point{e.x, d.set, z0}
		h.facets = append(h.facets, facet{pitch: d.pitch, group: g, corners: []point{m(low), m(high), m(r1), m(r0)}})
		h.edge(eave, m(low), m(high))
		h.edge(valley, m(high), m(r1))
		h.edge(rake, m(low), m(r0))
		h.edge(step, m(foot), m(high))
		h.walls = append(h.walls,
			wall{side: e.facing, group: g, corners: []point{m(foot), m(low), m(high)}, area: d.wall * (y1 - d.set) / 2})
	}
	h.edge(flashing, m(point{a, d.set, z0}), m(point{b, d.set, z0}))
	h.walls = append(h.walls, wall{
		side: facing, group: g, area: d.width*d.wall + d.width*(zr-ze)/2,
		corners: []point{m(point{a, d.set, z0}), m(point{b, d.set, z0}), m(point{b, d.set, ze}), m(r0), m(point{a, d.set, ze})},
	})
	h.openings = append(h.openings, opening{
		side: facing, width: 30, height: 40,
		corners: []point{
			m(point{d.mid - 1.25, d.set, z0 + .9}), m(point{d.mid + 1.25, d.set, z0 + .9}),
			m(point{d.mid + 1.25, d.set, z0 + 4.2}), m(point{d.mid - 1.25, d.set, z0 + 4.2}),
		},
	})
	return []point{m(point{a, d.set, z0}), m(point{a, y1, ze}), m(r1), m(point{b, y1, ze}), m(point{b, d.set, z0})}
}

func (h *house) edge(k kind, a, b point) {
	if a.to(b) > 0.05 {
		h.edges = append(h.edges, edge{k, a, b})
	}
}

func (h *house) wall(group int, facing side, a, b point) {
	if a.to(b) < 0.05 {
		return
	}
	h.walls = append(h.walls, wall{
		side: facing, group: group, area: a.to(b) * h.height,
		corners: []point{{a.x, a.y, -h.height}, {b.x, b.y, -h.height}, b, a},
	})
}

// gable is the triangle of wall under a roof's end, and its rakes.
func (h *house) gable(group int, facing side, a, b, top point) {
	h.edge(rake, a, top)
	h.edge(rake, b, top)
	h.walls = append(h.walls, wall{side: facing, group: group, corners: []point{a, b, top}, area: a.to(b) * top.z / 2})
}

// place cuts windows and doors into the upright walls.
func (h *house) place() {
	if h.roofOnly {
		return
	}
	doors := 0
	for _, w := range slices.Clone(h.walls) {
		if len(w.corners) != 4 {
			continue
		}
		a, b := w.corners[0], w.corners[1]
		length := a.to(b)
		at := func(along, up float64) point {
			k := along / length
			return point{a.x + (b.x-a.x)*k, a.y + (b.y-a.y)*k, a.z + up}
		}
		cut := func(door bool, mid, sill float64, width, height int) {
			x1, x2 := mid-float64(width)/24, mid+float64(width)/24
			top := sill + float64(height)/12
			h.openings = append(h.openings, opening{
				door: door, side: w.side, width: width, height: height,
				corners: []point{at(x1, sill), at(x2, sill), at(x2, top), at(x1, top)},
			})
		}
		n := int(length / 11)
		if length < 7 {
			continue
		}
		n = max(1, n)
		for story := range max(1, h.stories) {
			sill := 2.7 + float64(story)*h.height/float64(max(1, h.stories))
			for i := range n {
				mid := length * (float64(i) + .5) / float64(n)
				switch {
				case h.garage && w.side == front && story == 0 && i == 0 && n > 0 && doors == 0:
					cut(true, length/2, 0, 16*12, 7*12)
					doors++
				case h.garage && w.side == front && story == 0:
				case w.side == front && story == 0 && doors == 0 && i == n/2, w.side == back && story == 0 && doors == 1 && i == n/2:
					cut(true, mid, 0, 36, 80)
					doors++
				default:
					cut(false, mid, sill, 36+5*(i%2), 52+4*(i%2))
				}
			}
		}
	}
}

// label names and rounds everything as the report shows it: facets by size.
func (h *house) label() {
	slices.SortStableFunc(h.facets, func(a, b facet) int { return cmp.Compare(b.exact(), a.exact()) })
	total, given := int(math.Round(h.exactRoof())), 0
	for i := range h.facets {
		f := &h.facets[i]
		f.label = fmt.Sprintf("RF-%d", i+1)
		f.area = int(f.exact())
		given += f.area
	}
	// What rounding down left over goes to those that lost most by it.
	byLoss := make([]*facet, len(h.facets))
	for i := range h.facets {
		byLoss[i] = &h.facets[i]
	}
	slices.SortStableFunc(byLoss,
		func(a, b *facet) int { return cmp.Compare(b.exact()-float64(b.area), a.exact()-float64(a.area)) })
	for i := range total - given {
		byLoss[i].area++
	}
	slices.SortStableFunc(h.openings, func(a, b opening) int { return cmp.Compare(a.side, b.side) })
	windows, doors := 0, 0
	for i := range h.openings {
		o := &h.openings[i]
		if o.door {
			doors++
			o.label = fmt.Sprintf("D-%d", doors)
		} else {
			windows++
			o.label = fmt.Sprintf("W-%d", windows)
		}
	}
}

// line is the sum of one kind of edge.
type line struct {
	kind   kind
	count  int
	inches int
}

func (l line) feet() float64 { return math.Round(float64(l.inches)/12*100) / 100 }

func (h house) lines() []line {
	var all []line
	for _, k := range kinds {
		l := line{kind: k}
		for _, e := range h.edges {
			if e.kind == k {
				l.count++
				l.inches += e.inches()
			}
		}
		all = append(all, l)
	}
	return all
}

func (h house) line(k kind) line { return h.lines()[slices.Index(kinds, k)] }

func (h house) roofArea() int {
	n := 0
	for _, f := range h.facets {
		n += f.area
	}
	return n
}

// slope is what one pitch covers.
type slope struct {
	pitch, area int
	percent     float64
}

// slopes are the house's pitches, the largest first.
func (h house) slopes() []slope {
	var all []slope
	for _, f := range h.facets {
		i := slices.IndexFunc(all, func(s slope) bool { return s.pitch == f.pitch })
		if i < 0 {
			all = append(all, slope{pitch: f.pitch})
			i = len(all) - 1
		}
		all[i].area += f.area
	}
	for i := range all {
		all[i].percent = math.Round(float64(all[i].area)/float64(h.roofArea())*10000) / 100
	}
	slices.SortStableFunc(all, func(a, b slope) int { return cmp.Compare(b.area, a.area) })
	return all
}

// sidingOf is the area of a side's walls without its openings.
func (h house) sidingOf(s side) int {
	var a float64
	for _, w := range h.walls {
		if w.side == s {
			a += w.area
		}
	}
	for _, o := range h.openings {
		if o.side == s {
			a -= o.area()
		}
	}
	return int(math.Round(a))
}

func (h house) sidingArea() int {
	if h.roofOnly {
		return 0
	}
	n := 0
	for s := range sideNames {
		n += h.sidingOf(side(s))
	}
	return n
}

func (h house) openingArea(door bool) float64 {
	var a float64
	for _, o := range h.openings {
		if o.door == door {
			a += o.area()
		}
	}
	return math.Round(a*10) / 10
}

func (h house) count(door bool) int {
	n := 0
	for _, o := range h.openings {
		if o.door == door {
			n++
		}
	}
	return n
}

// footprint is the outline on the ground: its edges, area and perimeter.
func (h house) footprint() (outline []edge, area int, perimeterInches int) {
	a := h.width * h.depth
	for _, w := range h.wings {
		a += (w.to - w.from) * w.projection
	}
	for _, w := range h.walls {
		if len(w.corners) == 4 {
			e := edge{eave, w.corners[3], w.corners[2]}
			outline = append(outline, e)
			perimeterInches += e.inches()
		}
	}
	return outline, int(math.Round(a)), perimeterInches
}

// withWaste is an area with a percentage added, as roofers order by.
func withWaste(area int, percent int) int {
	return int(math.Round(float64(area) * (1 + float64(percent)/100)))
}

// feet writes a length as 24' 6".
func feet(inches int) string { return fmt.Sprintf("%d' %d\"", inches/12, inches%12) }
