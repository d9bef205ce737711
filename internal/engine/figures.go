package engine

import (
	"encoding/json"
	"math"
	"regexp"
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
// full_json, which has the summary as one part. A figure that is missing, null
// or absurd is left out, and so is what has another shape than expected: the
// rest counts.
func readMeasurements(b []byte) (m Measurements) {
	whole := objectOf(b)
	summary := whole
	if _, isFull := whole["summary"]; isFull {
		summary = whole.in("summary")
	}
	roof := summary.in("roof")
	m.RoofArea = roof.in("roof_facets").figure("area", mostArea)
	m.Facets = roof.in("roof_facets").count("total")
	m.Pitch = mainPitch(roof["pitch"])
	m.RidgesHips = roof.in("ridges_hips").figure("length", mostLength)
	m.Valleys = roof.in("valleys").figure("length", mostLength)
	m.Eaves = roof.in("gutters_eaves").figure("length", mostLength)
	m.SidingArea = summary.in("area").in("facades").figure("siding", mostArea)
	if openings := summary.in("openings").in("quantity"); openings != nil {
		m.Openings = sum(openings.count("siding"), openings.count("other"))
	}
	footprint := whole.in("footprint")
	m.Stories = footprint.word("stories")
	m.Perimeter = footprint.figure("perimeter", mostLength)

	// Where full_json's summary is incomplete, its details tell.
	details := whole.in("roof")
	if m.RoofArea == nil {
		m.RoofArea = details.in("area").figure("total", mostArea)
	}
	if m.Facets == nil {
		m.Facets = length(details["facets"])
	}
	if m.Pitch == "" {
		m.Pitch = mainPitch(details["pitch"])
	}
	if m.Openings == nil {
		m.Openings = sum(length(whole.in("openings")["windows"]), length(whole.in("openings")["doors"]))
	}
	return m
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

// count gives the whole number under a name.
func (o object) count(name string) *int {
	f := o.figure(name, mostCount)
	if f == nil || *f != math.Trunc(*f) {
		return nil
	}
	n := int(*f)
	return &n
}

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

// number reads a JSON number, or a text that begins with one: "2,847", "90.48%",
// "41 ft".
func number(b json.RawMessage) (float64, bool) {
	s := string(b)
	if strings.HasPrefix(s, `"`) {
		if json.Unmarshal(b, &s) != nil {
			return 0, false
		}
		s = leadingNumber.FindString(strings.ReplaceAll(strings.TrimSpace(s), ",", ""))
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

var leadingNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?`)

// mainPitch gives the pitch of the largest part of a roof, "8/12".
func mainPitch(b json.RawMessage) (pitch string) {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil {
		return ""
	}
	most := -1.0
	for _, raw := range list {
		o := objectOf(raw)
		var is string
		if json.Unmarshal(o["roof_pitch"], &is) != nil || !plainPitch.MatchString(is) {
			continue
		}
		share, ok := number(o["area"])
		if !ok {
			share, _ = number(o["percentage"])
		}
		if share > most {
			pitch, most = is, share
		}
	}
	return pitch
}

var plainPitch = regexp.MustCompile(`^[0-9]{1,2}(\.[0-9]{1,2})?/[0-9]{1,2}$`)

// length counts the elements of a JSON array.
func length(b json.RawMessage) *int {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil || list == nil || len(list) > mostCount {
		return nil
	}
	n := len(list)
	return &n
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
