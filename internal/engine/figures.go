package engine

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What a figure of a building can be at most; anything beyond is a slip and is
// left out.
const (
	mostArea   = 10_000_000 // square feet
	mostLength = 1_000_000  // feet
	mostCount  = 100_000
)

// readMeasurements takes the key figures from Hover's summarized_json, or from
// full_json, which has the summary as one part: where that tells less, the details
// do. A figure that is missing, null or absurd is left out, and so is what has
// another shape than expected: the rest counts.
func readMeasurements(b []byte) (m Measurements) {
	whole := objectOf(b)
	summary := whole
	if _, isFull := whole["summary"]; isFull {
		summary = whole.in("summary")
	}
	footprint := whole.in("footprint")
	m.Stories = first(footprint.word("stories"), summary.word("stories"))
	m.Perimeter = footprint.figure("perimeter", mostLength)

	roof := summary.in("roof")
	m.RoofArea = roof.in("roof_facets").figure("area", mostArea)
	m.Facets = roof.in("roof_facets").count("total")
	m.Pitch = mainPitch(roof["pitch"])
	m.RidgesHips = either(roof.length("ridges_hips"), both(roof.length("ridges"), roof.length("hips")))
	m.Valleys = roof.length("valleys")
	m.Eaves = roof.length("gutters_eaves")
	m.SidingArea = summary.in("area").in("facades").figure("siding", mostArea)
	m.Openings = openingsIn(summary.in("openings").in("quantity"))
	m.complete(detailed(whole))
	return m
}

// detailed takes the figures from the details of full_json: each facet, facade and
// opening by itself.
func detailed(whole object) (m Measurements) {
	roof := whole.in("roof")
	lines := roof.in("measurements")
	facets := list(roof["facets"])
	m.RoofArea = either(roof.in("area").figure("total", mostArea), total(facets, mostArea))
	m.Facets = countOf(facets)
	m.Pitch = first(mainPitch(roof["pitch"]), mainPitch(roof["facets"]))
	m.RidgesHips = either(lines.length("ridges_hips"), both(lines.length("ridges"), lines.length("hips")))
	m.Valleys = lines.length("valleys")
	m.Eaves = either(lines.length("gutters_eaves"), lines.length("eaves"))
	m.SidingArea = total(list(whole.in("facades")["siding"]), mostArea)
	m.Openings = sum(countOf(list(whole.in("openings")["windows"])), countOf(list(whole.in("openings")["doors"])))
	return m
}

// complete takes what is missing from another reading of the same structure.
func (m *Measurements) complete(from Measurements) {
	m.RoofArea, m.Facets, m.Pitch = either(m.RoofArea, from.RoofArea), either(m.Facets, from.Facets), first(m.Pitch, from.Pitch)
	m.RidgesHips, m.Valleys, m.Eaves = either(m.RidgesHips, from.RidgesHips), either(m.Valleys, from.Valleys), either(m.Eaves, from.Eaves)
	m.SidingArea, m.Openings = either(m.SidingArea, from.SidingArea), either(m.Openings, from.Openings)
	m.Stories, m.Perimeter = first(m.Stories, from.Stories), either(m.Perimeter, from.Perimeter)
}

// whole says that nothing of the roof is missing, and of the walls neither where
// they were ordered.
func (m Measurements) whole(walls bool) bool {
	roof := m.RoofArea != nil && m.Facets != nil && m.Pitch != "" && m.RidgesHips != nil && m.Valleys != nil && m.Eaves != nil
	return roof && (!walls || m.SidingArea != nil && m.Openings != nil)
}

func either[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// object is a JSON object whose values are not read yet; nil is one that is not
// there.
type object map[string]json.RawMessage

func objectOf(b []byte) (o object) {
	if json.Unmarshal(b, &o) != nil {
		return nil
	}
	return o
}

// in gives the object that stands under a name.
func (o object) in(name string) object { return objectOf(o[name]) }

// figure gives the number under a name, from 0 to most.
func (o object) figure(name string, most float64) *float64 {
	f, ok := number(o[name])
	if !ok || f < 0 || f > most {
		return nil
	}
	return &f
}

// length gives a length under a name: {"length": 12.5}, or the number alone.
func (o object) length(name string) *float64 {
	return either(o.in(name).figure("length", mostLength), o.figure(name, mostLength))
}

// count gives the whole number under a name.
func (o object) count(name string) *int {
	f := o.figure(name, mostCount)
	if f == nil || *f != math.Trunc(*f) {
		return nil
	}
	n := int(*f)
	return &n
}

// says says that something stands under a name, readable or not.
func (o object) says(name string) bool { return len(o[name]) > 0 && string(o[name]) != "null" }

// word gives a short text, or a number as text.
func (o object) word(name string) string {
	var s string
	if json.Unmarshal(o[name], &s) != nil {
		if _, ok := number(o[name]); ok {
			s = string(o[name])
		}
	}
	if s = strings.TrimSpace(s); !plainWord.MatchString(s) {
		return ""
	}
	return s
}

// plainWord is what Hover says of stories: "1", "1.5", ">1".
var plainWord = regexp.MustCompile(`^[<>≥≤~]?[0-9A-Za-z.+ -]{1,12}$`)

// number reads a JSON number, or a text that is one: "2,847", "90.48%", "41 ft",
// and feet with inches: 118' 9", 118 ft 9 1/2 in. What stands beside the number
// has to be understood: a part of a figure is none.
func number(b json.RawMessage) (float64, bool) {
	s := string(b)
	if strings.HasPrefix(s, `"`) {
		if json.Unmarshal(b, &s) != nil {
			return 0, false
		}
		s = plainMarks.Replace(strings.ToLower(strings.TrimSpace(s)))
		if m := feetAndInches.FindStringSubmatch(s); m != nil && (m[1] != "" || m[5] != "") {
			return feet(m[1], m[2], m[3], m[4])
		}
		m := numberWithUnit.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		s = strings.ReplaceAll(m[1], ",", "")
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// feet adds inches, and a fraction of one, to feet; each may be missing.
func feet(ft, in, over, under string) (float64, bool) {
	all := 0.0
	for _, part := range []struct {
		of string
		is float64
	}{{ft, 1}, {in, 1. / 12}} {
		if part.of == "" {
			continue
		}
		f, err := strconv.ParseFloat(strings.ReplaceAll(part.of, ",", ""), 64)
		if err != nil {
			return 0, false
		}
		all += f * part.is
	}
	if over != "" {
		o, _ := strconv.ParseFloat(over, 64)
		u, _ := strconv.ParseFloat(under, 64)
		if u == 0 {
			return 0, false
		}
		all += o / u / 12
	}
	return math.Round(all*10_000) / 10_000, true // an inch has no end in decimals
}

var (
	// plainMarks gives the marks of feet and inches in one way.
	plainMarks = strings.NewReplacer("′", "'", "’", "'", "‘", "'", "″", `"`, "”", `"`, "“", `"`, "''", `"`, "\u00a0", " ", "½", " 1/2", "¼", " 1/4", "¾", " 3/4")
	// A figure with thousands apart: 2,847.5.
	plainNumber    = `-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?`
	numberWithUnit = regexp.MustCompile(`^(` + plainNumber + `)\s*(?:%|'|ft\.?|feet|foot|lf|(?:sq\.?|square)\s*(?:ft\.?|feet|foot)|sqft|sf|ft2|ft²|ft\^2)?$`)
	feetAndInches  = regexp.MustCompile(`^(?:([0-9]+(?:,[0-9]{3})*)\s*(?:'|ft\.?|feet|foot)\s*-?\s*)?([0-9]+(?:\.[0-9]+)?)(?:[\s-]+([0-9]+)/([0-9]+))?\s*("|in\.?|inch|inches)?$`)
)

// mainPitch gives the pitch of the largest part of a roof, "8/12": of a list of
// pitches with their shares, or of facets with their areas.
func mainPitch(b json.RawMessage) (pitch string) {
	shares := map[string]float64{}
	var order []string
	for _, raw := range list(b) {
		o := objectOf(raw)
		is := pitchOf(o["roof_pitch"])
		if is == "" {
			is = pitchOf(o["pitch"])
		}
		if is == "" {
			continue
		}
		share, ok := number(o["area"])
		if !ok {
			share, _ = number(o["percentage"])
		}
		if !slices.Contains(order, is) {
			order = append(order, is)
		}
		shares[is] += share
	}
	for _, is := range order {
		if pitch == "" || shares[is] > shares[pitch] {
			pitch = is
		}
	}
	return pitch
}

// pitchOf reads a pitch: "8/12", "8 / 12", "8:12", or the rise on a foot, 8.
func pitchOf(b json.RawMessage) string {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	m := plainPitch.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return ""
	}
	rise, run := m[1], m[2]
	if strings.Contains(rise, ".") {
		rise = strings.TrimRight(strings.TrimRight(rise, "0"), ".")
	}
	return rise + "/" + first(run, "12")
}

var plainPitch = regexp.MustCompile(`^([0-9]{1,2}(?:\.[0-9]{1,2})?)(?:\s*(?:/|:|in)\s*([0-9]{1,2}))?$`)

// list gives the elements of a JSON array; nil if it is none.
func list(b json.RawMessage) (all []json.RawMessage) {
	if json.Unmarshal(b, &all) != nil || len(all) > mostCount {
		return nil
	}
	return all
}

// countOf counts the elements of a list that is there.
func countOf(all []json.RawMessage) *int {
	if all == nil {
		return nil
	}
	n := len(all)
	return &n
}

// total adds the areas of a list's elements. With one that cannot be read nobody
// knows the whole.
func total(all []json.RawMessage, most float64) *float64 {
	whole := 0.0
	for _, raw := range all {
		f := objectOf(raw).figure("area", most)
		if f == nil {
			return nil
		}
		whole += *f
	}
	if len(all) == 0 || whole > most {
		return nil
	}
	whole = math.Round(whole*100) / 100
	return &whole
}

// both adds two figures that belong together; nil if one of them is not known.
func both(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	all := math.Round((*a+*b)*10_000) / 10_000
	return &all
}

// openingsIn counts the openings in siding and in the rest of the walls: what is
// said of only one is the whole, but not beside one that cannot be read.
func openingsIn(quantity object) *int {
	siding, other := quantity.count("siding"), quantity.count("other")
	if quantity.says("siding") && siding == nil || quantity.says("other") && other == nil {
		return nil
	}
	return sum(siding, other)
}

// sum adds what is known; nil if nothing is.
func sum(parts ...*int) (all *int) {
	for _, n := range parts {
		if n == nil {
			continue
		}
		if all == nil {
			all = new(int)
		}
		*all += *n
	}
	return all
}
