package roof

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
)

func sample(t testing.TB, house, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "simulator", "samples", house, file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// lengths adds up a plan's edges by their kinds.
func lengths(p Plan) map[Kind]float64 {
	sum := map[Kind]float64{}
	for _, l := range p.Lines {
		sum[l.Kind] += l.Length()
	}
	return sum
}

func TestARoofIsReadFromTheMeasurements(t *testing.T) {
	p, ok := Read(sample(t, "sycamore-house", "full.json"))
	if !ok || len(p.Facets) != 14 {
		t.Fatalf("%d facets, %v", len(p.Facets), ok)
	}
	area := 0.0
	for _, f := range p.Facets {
		area += *f.Area
		if in, _ := f.reach(f.Inside()); !in || f.Pitch == "" || f.Name == "" {
			t.Errorf("%s, %s: what is written on it stands beside it", f.Name, f.Pitch)
		}
	}
	if area != 2847 {
		t.Errorf("the facets have %v sq ft", area)
	}
	for kind, want := range map[Kind]float64{Valley: 86.33, Eave: 251.42, Rake: 13, Hip: 161.33, Ridge: 72.42, StepFlashing: 25.67, Flashing: 9.83} {
		if got := lengths(p)[kind]; math.Abs(got-want) > 1 { // each of its edges was rounded to the inch
			t.Errorf("%s: %v ft, want %v", kind, got, want)
		}
	}
}

func TestARoofIsReadFromTheModel(t *testing.T) {
	p, ok := Read(sample(t, "sycamore-house", "model.xml")) // lists corners
	if !ok || len(p.Facets) != 14 || *p.Facets[0].Area != 726 || p.Facets[0].Pitch != "8/12" || len(p.Lines) < 20 || p.Lines[0].Kind != Other {
		t.Errorf("%d facets, %d lines, %v", len(p.Facets), len(p.Lines), ok)
	}
	gable := `<?xml version="1.0"?><DATA_EXPORT><LOCATION address="x"/><STRUCTURES><ROOF id="ROOF1"><FACES>
		<FACE id="F1" type="ROOF" name="RF-1"><POLYGON id="P1" path="L1,L2,L3,L4" pitch="8" size="361"/></FACE>
		<FACE id="F2" type="ROOF" name="RF-2"><POLYGON id="P2" path="L3, L5, L6, L7" pitch="8" size="361"/></FACE>
		<FACE id="F3" type="WALL" name="SI-1"><POLYGON id="P3" path="L1,L8,L9" size="100"/></FACE></FACES>
		<LINES><LINE id="L1" path="C1,C2" type="EAVE"/><LINE id="L2" path="C2,C4" type="RAKE"/><LINE id="L3" path="C3,C4" type="RIDGE"/><LINE id="L4" path="C1,C3" type="RAKE"/>
		<LINE id="L5" path="C4,C6" type="RAKE"/><LINE id="L6" path="C5,C6" type="EAVE"/><LINE id="L7" path="C3,C5" type="RAKE"/><LINE id="L8" path="C1,C7" type="WALL"/></LINES>
		<POINTS><POINT id="C1" data="0,0,9"/><POINT id="C2" data="30, 0, 9"/><POINT id="C3" data="0,10,15.67"/><POINT id="C4" data="30,10,15.67"/>
		<POINT id="C5" data="0,20,9"/><POINT id="C6" data="30,20,9"/><POINT id="C7" data="0,0,0"/></POINTS></ROOF></STRUCTURES></DATA_EXPORT>`
	p, ok = Read([]byte(gable))
	if !ok || len(p.Facets) != 2 || len(p.Facets[1].Corners) != 4 || *p.Facets[1].Area != 361 || p.Facets[0].Name != "RF-1" {
		t.Fatalf("%+v, %v", p, ok)
	}
	if l := lengths(p); l[Ridge] != 30 || l[Eave] != 60 || math.Abs(l[Rake]-48.07) > 0.1 || l[Other] != 0 {
		t.Errorf("lengths %v", l)
	}
	for broken, with := range map[string]string{`data="30,20,9"`: `data="30,20"`, `path="L3, L5, L6, L7"`: `path="L3,L5,L99,L7"`, `path="C5,C6"`: `path="C1,C2"`, `</FACES>`: `</FACE>`} {
		if p, ok := Read([]byte(strings.Replace(gable, broken, with, 1))); ok {
			t.Errorf("with %s there is a roof of %d facets", with, len(p.Facets))
		}
	}
}

func TestWhatIsNotUnderstoodAsAWholeIsNoRoof(t *testing.T) {
	const square = `[[0,0,0],[10,0,0],[10,10,4],[0,10,4],[0,0,0]]`
	for text, facets := range map[string]int{
		`{"roof":{"facets":[{"facet":"RF-1","area":100,"pitch":8,"points":` + square + `}]}}`:                                                1,
		`{"roof":{"facets":[{"corners":[{"x":0,"y":0},{"x":10,"y":0},{"x":10,"y":9}]}],"lines":[{"type":"hip","start":[0,0],"end":[9,9]}]}}`: 1,
		`{"roof":{"facets":[{"points":` + square + `},{"facet":"RF-2","area":100}]}}`:                                                        0,
		`{"roof":{"facets":[{"points":` + square + `}],"lines":[{"type":"ridge","points":[[0,0,0]]}]}}`:                                      0,
		`{"roof":{"facets":[{"points":[[0,0],[1e300,0],[0,5]]}]}}`:                                                                           0,
		`{"roof":{"facets":[{"points":[[0,0],["a",0],[0,5]]}]}}`:                                                                             0,
		`{"roof":{"facets":[{"points":[[1,1],[1,1],[1,1]]}]}}`:                                                                               0,
		`{"roof":{"facets":[{"area":1}]}}`:                                                                                                   0, `{}`: 0, `[]`: 0, ``: 0, `null`: 0, `<ROOF/>`: 0, `<html>`: 0, `%PDF-`: 0,
	} {
		p, ok := Read([]byte(text))
		if ok != (facets > 0) || len(p.Facets) != facets {
			t.Errorf("%s: %+v, %v", text, p, ok)
		}
		for _, f := range p.Facets {
			if len(f.Corners) > 4 {
				t.Errorf("%s: a ring is closed twice", text)
			}
		}
	}
	for _, file := range []string{"summarized.json"} {
		if _, ok := Read(sample(t, "quarry-roof", file)); ok {
			t.Errorf("%s has no roof to draw", file)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{"full.json", "model.xml"} {
		f.Add(sample(f, "sycamore-garage", file))
	}
	f.Add([]byte(`{"roof":{"facets":[{"points":[[0,0,0],[10,0,0],[10,10,4]]}],"lines":[{"type":"Ridges","start":{"x":1,"y":2},"end":[3,4]}]}}`))
	f.Add([]byte(`<R><FACE type="ROOF"><POLYGON path="A,B,C"/></FACE><LINE id="A" path="1,2"/><LINE id="B" path="2,3"/><LINE id="C" path="3,1"/><POINT id="1" data="0,0,0"/><POINT id="2" data="9,0,0"/><POINT id="3" data="0,9,0"/></R>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := Read(b)
		if !ok {
			if !p.Empty() {
				t.Error("what is not understood is drawn")
			}
			return
		}
		if len(p.Lines) == 0 || len(p.Facets) > mostFacets || len(p.Lines) > max(mostLines, mostFacets*mostCorners) {
			t.Errorf("%d facets, %d lines", len(p.Facets), len(p.Lines))
		}
		low, high := p.Bounds()
		for _, n := range []float64{low.X, low.Y, low.Z, high.X, high.Y, high.Z} {
			if !finite(n) || math.Abs(n) > mostFeet {
				t.Errorf("it reaches to %v", n)
			}
		}
		for _, facet := range p.Facets[:min(len(p.Facets), 3)] {
			if at := facet.Inside(); len(facet.Corners) < 3 || !finite(at.X) || !finite(at.Y) {
				t.Errorf("%d corners, %v", len(facet.Corners), at)
			}
		}
		for _, l := range p.Lines {
			if !finite(l.Length()) {
				t.Errorf("%v is %v long", l, l.Length())
			}
		}
	})
}

// What is written on a rectangle stands in its middle, and not where the search for a clear place began.
func TestWhatIsWrittenOnARectangleStandsInItsMiddle(t *testing.T) {
	for _, f := range []Facet{
		{Corners: []Point{{X: 10, Y: 0}, {X: 50, Y: 0}, {X: 50, Y: 12}, {X: 10, Y: 12}}},
		{Corners: []Point{{X: 10, Y: 0}, {X: 22, Y: 0}, {X: 22, Y: 40}, {X: 10, Y: 40}}},
	} {
		if at, m := f.Inside(), f.middle(); math.Hypot(at.X-m.X, at.Y-m.Y) > 0.5 {
			t.Errorf("it stands at %.1f, %.1f, the middle is at %.1f, %.1f", at.X, at.Y, m.X, m.Y)
		}
	}
	// In an L it stands in one of the legs' corner, well within.
	l := Facet{Corners: []Point{{X: 0, Y: 0}, {X: 30, Y: 0}, {X: 30, Y: 8}, {X: 8, Y: 8}, {X: 8, Y: 30}, {X: 0, Y: 30}}}
	if in, near := l.reach(l.Inside()); !in || near < 3.5 {
		t.Errorf("in an L it stands at %+v, %.1f from an edge", l.Inside(), near)
	}
}
