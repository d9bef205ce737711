package roof

import (
	"cmp"
	"encoding/json"
	"math"
	"regexp"
	"strings"
)

// readJSON takes the shape from `roof` of a full_json: facets with their corners, and lines with their two ends. Hover's
// pages name neither's fields: those that are usual for them are understood.
func readJSON(b []byte) (p Plan, ok bool) {
	var all struct {
		Roof struct {
			Facets []map[string]json.RawMessage `json:"facets"`
			Lines  []map[string]json.RawMessage `json:"lines"`
		} `json:"roof"`
	}
	if json.Unmarshal(b, &all) != nil || len(all.Roof.Facets) > mostFacets || len(all.Roof.Lines) > mostLines {
		return Plan{}, false
	}
	for _, raw := range all.Roof.Facets {
		f := Facet{
			Name: name(raw["facet"], raw["label"], raw["name"], raw["id"]), Area: area(raw["area"]), Pitch: pitch(raw["pitch"]),
		}
		if f.Corners = places(first(raw, "points", "corners", "vertices", "polygon", "coordinates")); len(f.Corners) < 3 {
			return Plan{}, false // measured, but nobody says where
		}
		p.Facets = append(p.Facets, f)
	}
	for _, raw := range all.Roof.Lines {
		ends := places(first(raw, "points", "path", "vertices", "coordinates"))
		if from, to := place(first(raw, "start", "from", "a")), place(first(raw, "end", "to", "b")); from != nil && to != nil {
			ends = []Point{*from, *to}
		}
		if len(ends) != 2 {
			return Plan{}, false
		}
		p.Lines = append(p.Lines, Line{Kind: kindOf(name(raw["type"], raw["kind"], raw["name"])), A: ends[0], B: ends[1]})
	}
	return p, true
}

// first gives the first of some fields that is there.
func first(raw map[string]json.RawMessage, names ...string) json.RawMessage {
	for _, n := range names {
		if b := raw[n]; len(b) > 0 && string(b) != "null" {
			return b
		}
	}
	return nil
}

// places reads a list of places; nil where one of them is none. A ring that ends where it began is closed once.
func places(b json.RawMessage) (all []Point) {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil || len(list) > mostCorners {
		return nil
	}
	for _, raw := range list {
		p := place(raw)
		if p == nil {
			return nil
		}
		all = append(all, *p)
	}
	return ring(all)
}

// ring leaves out a last corner that is the first one again.
func ring(all []Point) []Point {
	if n := len(all); n > 3 && all[0] == all[n-1] {
		return all[:n-1]
	}
	return all
}

// place reads a place: [x, y], [x, y, z], or an object of them.
func place(b json.RawMessage) *Point {
	var list []float64
	if json.Unmarshal(b, &list) == nil && (len(list) == 2 || len(list) == 3) {
		p := Point{X: list[0], Y: list[1]}
		if len(list) == 3 {
			p.Z = list[2]
		}
		return &p
	}
	var o struct{ X, Y, Z *float64 }
	if json.Unmarshal(b, &o) != nil || o.X == nil || o.Y == nil {
		return nil
	}
	p := Point{X: *o.X, Y: *o.Y}
	if o.Z != nil {
		p.Z = *o.Z
	}
	return &p
}

// name gives the first of some texts that can be read.
func name(of ...json.RawMessage) string {
	for _, b := range of {
		var s string
		if json.Unmarshal(b, &s) == nil && s != "" {
			return named(s)
		}
	}
	return ""
}

// named keeps a name that others gave within bounds.
func named(s string) string {
	if s = strings.Join(strings.Fields(s), " "); len(s) > 40 {
		return ""
	}
	return s
}

// area reads square feet.
func area(b json.RawMessage) *float64 {
	var f float64
	if len(b) == 0 || string(b) == "null" || json.Unmarshal(b, &f) != nil || !(f >= 0 && f <= 1e7) {
		return nil
	}
	return &f
}

// pitch reads a pitch: "8/12", or the rise on a foot.
func pitch(b json.RawMessage) string {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	return pitched(s)
}

var plainPitch = regexp.MustCompile(`^([0-9]{1,2}(?:\.[0-9]{1,2})?)(?:/([0-9]{1,2}))?$`)

func pitched(s string) string {
	m := plainPitch.FindStringSubmatch(strings.ReplaceAll(s, " ", ""))
	if m == nil {
		return ""
	}
	rise := m[1]
	if strings.Contains(rise, ".") {
		rise = strings.TrimRight(strings.TrimRight(rise, "0"), ".")
	}
	return rise + "/" + cmp.Or(m[2], "12")
}

// kindOf understands what an edge is called: "RIDGE", "Step flashing", "gutters_eaves".
func kindOf(s string) Kind {
	s = strings.ToLower(s)
	s = strings.NewReplacer(" ", "", "_", "", "-", "").Replace(s)
	switch s = strings.TrimSuffix(s, "s"); s {
	case "ridge":
		return Ridge
	case "hip":
		return Hip
	case "valley":
		return Valley
	case "eave", "gutter", "gutterseave", "starter":
		return Eave
	case "rake":
		return Rake
	case "flashing":
		return Flashing
	case "stepflash", "stepflashing":
		return StepFlashing
	}
	return Other
}

// finite says that a number is one.
func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
