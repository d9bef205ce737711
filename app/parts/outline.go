package parts

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A point of a sign's square.
type point struct{ x, y float64 }

// outlined gives the data of a filled path that looks like a stroke of a width with round
// ends along a path of lines, curves and arcs (M, L, C, A, absolute). Fyne's reader of
// SVG gives a stroke its width in pixels, whatever the picture's size: on a screen of
// twice the pixels a stroke was half as wide.
func outlined(path string, width float64) string {
	var b strings.Builder
	for _, line := range flattened(path) {
		letter := 'M'
		for _, p := range around(line, width/2) {
			fmt.Fprintf(&b, "%c%.3f %.3f", letter, p.x, p.y)
			letter = 'L'
		}
		b.WriteString("Z")
	}
	return b.String()
}

// around gives what lies around a line at a distance: along its one side, around its
// end, back along the other side and around its beginning. It crosses itself nowhere,
// since what lies over itself is drawn bolder at its edges.
func around(line []point, r float64) (edge []point) {
	back := slices.Clone(line)
	slices.Reverse(back)
	for _, way := range [][]point{line, back} {
		var before point
		for i, p := range way[:len(way)-1] {
			side := edgeward(p, way[i+1], r)
			switch turn := math.Atan2(before.x*side.y-before.y*side.x, before.x*side.x+before.y*side.y); {
			case i == 0:
				edge = append(edge, point{p.x + side.x, p.y + side.y})
			case turn >= 0:
				edge = sweep(edge, p, before, turn)
			default: // the inner side of a corner
				n := 1 + (before.x*side.x+before.y*side.y)/(r*r)
				edge = append(edge, point{p.x + (before.x+side.x)/n, p.y + (before.y+side.y)/n})
			}
			before = side
		}
		edge = sweep(edge, way[len(way)-1], before, math.Pi)
	}
	return edge
}

// edgeward gives what leads from a line to its edge at a distance.
func edgeward(from, to point, r float64) point {
	long := math.Hypot(to.x-from.x, to.y-from.y)
	return point{(to.y - from.y) / long * r, -(to.x - from.x) / long * r}
}

// sweep goes around a point by an angle.
func sweep(edge []point, p, from point, angle float64) []point {
	n := int(math.Ceil(angle / 0.3))
	for i := range n + 1 {
		sin, cos := math.Sincos(angle * float64(i) / float64(max(n, 1)))
		edge = append(edge, point{p.x + from.x*cos - from.y*sin, p.y + from.x*sin + from.y*cos})
	}
	return edge
}

// steps is into how many lines a curve is cut: at twenty pixels nobody sees more.
const steps = 16

// flattened gives the lines of a path, curves cut into short ones.
func flattened(path string) (all [][]point) {
	var line []point
	words := strings.FieldsFunc(path, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	var command byte
	var n []float64
	for _, w := range words {
		if unicode.IsLetter(rune(w[0])) {
			command, w, n = w[0], w[1:], nil
		}
		if w == "" {
			continue
		}
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			panic("parts: the path of a sign: " + err.Error()) // it is part of the program
		}
		n = append(n, v)
		switch {
		case command == 'M' && len(n) == 2:
			if line != nil {
				all = append(all, line)
			}
			line, n = []point{{n[0], n[1]}}, nil
		case command == 'L' && len(n) == 2:
			line, n = append(line, point{n[0], n[1]}), nil
		case command == 'C' && len(n) == 6:
			line, n = curve(line, n), nil
		case command == 'A' && len(n) == 7:
			line, n = arc(line, n[0], n[3] != 0, n[4] != 0, point{n[5], n[6]}), nil
		}
	}
	return append(all, line)
}

func curve(line []point, n []float64) []point {
	a := line[len(line)-1]
	for i := 1; i <= steps; i++ {
		t := float64(i) / steps
		u := 1 - t
		at := func(a, b, c, d float64) float64 { return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*d }
		line = append(line, point{at(a.x, n[0], n[2], n[4]), at(a.y, n[1], n[3], n[5])})
	}
	return line
}

// arc goes along a circle, as SVG defines it.
func arc(line []point, r float64, large, clockwise bool, to point) []point {
	from := line[len(line)-1]
	dx, dy := (to.x-from.x)/2, (to.y-from.y)/2
	half := math.Hypot(dx, dy)
	r = max(r, half)
	off := math.Sqrt(r*r-half*half) / half
	if large == clockwise {
		off = -off
	}
	center := point{from.x + dx - off*dy, from.y + dy + off*dx}
	begin := math.Atan2(from.y-center.y, from.x-center.x)
	turn := math.Atan2(to.y-center.y, to.x-center.x) - begin
	switch {
	case clockwise && turn < 0:
		turn += 2 * math.Pi
	case !clockwise && turn > 0:
		turn -= 2 * math.Pi
	}
	for i := 1; i <= 2*steps; i++ {
		a := begin + turn*float64(i)/(2*steps)
		line = append(line, point{center.x + r*math.Cos(a), center.y + r*math.Sin(a)})
	}
	return line
}
