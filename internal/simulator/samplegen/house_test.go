package main

import (
	"math"
	"testing"
)

// A roof of one pitch covers its footprint whichever shape it has; each
// dormer's wall takes a little away, so those are left out.
func TestARoofCoversItsHouse(t *testing.T) {
	for _, p := range plans {
		p.dormers = nil
		h := build(p)
		_, area, _ := h.footprint()
		want := float64(area) * math.Hypot(1, float64(p.pitch)/12)
		if math.Abs(h.exactRoof()-want) > 1 {
			t.Errorf("%s: the roof has %.1f sq ft, its footprint says %.1f", p.name, h.exactRoof(), want)
		}
	}
}

func TestAHouseHasTheAreasThatWereWanted(t *testing.T) {
	for _, p := range plans {
		h := build(p)
		if h.roofArea() != int(p.roof) {
			t.Errorf("%s: %d sq ft of roof, want %.0f", p.name, h.roofArea(), p.roof)
		}
		if d := h.sidingArea() - int(p.siding); d < -2 || d > 2 { // four sides, each rounded
			t.Errorf("%s: %d sq ft of siding, want %.0f", p.name, h.sidingArea(), p.siding)
		}
	}
}

// The figures of the first house are those that the product's pictures show.
func TestTheSycamoreHouse(t *testing.T) {
	h := build(plans[0])
	if len(h.facets) != 14 || h.slopes()[0].pitch != 8 || h.sidingArea() != 1963 {
		t.Errorf("%d facets, %d/12, %d sq ft of siding", len(h.facets), h.slopes()[0].pitch, h.sidingArea())
	}
	// By hand: two hip wings and a hip roof have a ridge each and so has each dormer.
	if n := h.line(ridge).count; n != 5 {
		t.Errorf("%d ridges", n)
	}
	if n := h.line(valley).count; n != 2*2+2*2 {
		t.Errorf("%d valleys", n)
	}
}

func TestEveryOpeningLiesOnItsWall(t *testing.T) {
	for _, p := range plans {
		h := build(p)
		for _, o := range h.openings {
			if got, want := planeArea(o.corners), o.area(); math.Abs(got-want) > want*.05 {
				t.Errorf("%s %s: drawn with %.1f sq ft, listed with %.1f", p.name, o.label, got, want)
			}
			for _, c := range o.corners {
				if c.z < -h.height-.01 {
					t.Errorf("%s %s reaches below the ground", p.name, o.label)
				}
			}
		}
	}
}

// planeArea is the area of an upright rectangle.
func planeArea(c []point) float64 { return c[0].to(c[1]) * c[1].to(c[2]) }
