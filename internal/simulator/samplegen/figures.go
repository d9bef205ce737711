package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"strings"
)

type object = map[string]any

// measure is Hover's {area, total, length} of one kind of edge.
func measure(l line) object { return object{"area": nil, "total": l.count, "length": l.feet()} }

// summary is summarized_json.
func (h house) summary() object {
	pitches := []object{}
	for _, s := range h.slopes() {
		pitches = append(pitches, object{"roof_pitch": fmt.Sprintf("%d/12", s.pitch), "area": s.area, "percentage": s.percent})
	}
	waste := object{}
	for _, p := range wastes {
		name := fmt.Sprintf("plus_%d_percent", p)
		if p == 0 {
			name = "zero"
		}
		waste[name] = withWaste(h.roofArea(), p)
	}
	only := func(siding any) object { return object{"siding": siding, "other": nil} }
	gutters := h.line(eave)
	out := object{
		"roof": object{
			"roof_facets": object{"area": h.roofArea(), "total": len(h.facets), "length": nil},
			"ridges_hips": measure(line{
				count: h.line(ridge).count + h.line(hip).count, inches: h.line(ridge).inches + h.line(hip).inches,
			}),
			"valleys":       measure(h.line(valley)),
			"rakes":         measure(h.line(rake)),
			"gutters_eaves": measure(gutters),
			"flashing":      measure(h.line(flashing)),
			"step_flashing": measure(h.line(step)),
			"pitch":         pitches,
			"waste_factor":  object{"area": waste},
		},
		"area": object{"facades": only(nil), "openings": only(nil), "total": only(nil)},
		"openings": object{
			"quantity": only(nil), "tops_length": only(nil), "sills_length": only(nil), "sides_length": only(nil),
			"united_inches": only(nil),
		},
		"siding_waste": object{"zero": only(nil), "plus_10_percent": only(nil), "plus_18_percent": only(nil)},
		"trim":         object{"level_starter": only(nil), "sloped_trim": only(nil), "vertical_trim": only(nil)},
		"roofline": object{
			"eaves_fascia": object{"length": gutters.feet(), "avg_depth": nil, "soffit_area": nil},
			"rakes_fascia": object{"length": h.line(rake).feet(), "avg_depth": nil, "soffit_area": nil},
		},
		"corners":     object{"outside_corners_qty": only(nil), "inside_corners_qty": only(nil)},
		"accessories": object{"shutter_qty": only(nil), "vents_qty": only(nil)},
	}
	if h.roofOnly {
		return out
	}
	openings := h.openingArea(false) + h.openingArea(true)
	united, tops, sides := 0, 0, 0
	for _, o := range h.openings {
		united, tops, sides = united+o.width+o.height, tops+o.width, sides+2*o.height
	}
	_, _, perimeter := h.footprint()
	out["area"] = object{
		"facades": only(h.sidingArea()), "openings": only(round1(openings)),
		"total": only(round1(float64(h.sidingArea()) + openings)),
	}
	out["openings"] = object{
		"quantity": only(len(h.openings)), "tops_length": only(round1(float64(tops) / 12)),
		"sills_length": only(round1(float64(tops) / 12)),
		"sides_length": only(round1(float64(sides) / 12)), "united_inches": only(united),
	}
	out["siding_waste"] = object{
		"zero": only(h.sidingArea()), "plus_10_percent": only(withWaste(h.sidingArea(), 10)),
		"plus_18_percent": only(withWaste(h.sidingArea(), 18)),
	}
	outside := 4 + 2*len(h.wings)
	out["trim"] = object{
		"level_starter": only(round1(float64(perimeter) / 12)), "sloped_trim": only(h.line(rake).feet()),
		"vertical_trim": only(round1(float64(outside) * h.height)),
	}
	out["corners"] = object{"outside_corners_qty": only(outside), "inside_corners_qty": only(2 * len(h.wings))}
	return out
}

func round1(f float64) float64 { return math.Round(f*10) / 10 }

// full is full_json.
func (h house) full() object {
	summary := h.summary()
	summary["address"] = blankStreet + ", " + blankTown
	summary["property_id"], summary["external_identifier"], summary["structure"] = blankJob, blankReference, blankStructure
	facets, pitches := []object{}, []object{}
	for _, f := range h.facets {
		facets = append(facets, object{"facet": f.label, "area": f.area, "pitch": f.pitch, "points": places(f.corners...)})
	}
	lines := []object{} // where they are, as far as a roof's JSON may tell it: Hover's pages do not say how
	for _, e := range h.edges {
		lines = append(lines, object{"type": strings.ToLower(string(e.kind)), "points": places(e.a, e.b)})
	}
	for _, s := range h.slopes() {
		pitches = append(pitches,
			object{"roof_pitch": fmt.Sprintf("%d/12", s.pitch), "area": s.area, "percentage": fmt.Sprintf("%.2f%%", s.percent)})
	}
	measurements := object{}
	for key, k := range map[string]kind{
		"ridges": ridge, "hips": hip, "valleys": valley, "rakes": rake, "gutters_eaves": eave, "flashing": flashing,
		"step_flashing": step,
	} {
		measurements[key] = object{"total": h.line(k).count, "length": h.line(k).feet()}
	}
	_, area, perimeter := h.footprint()
	out := object{
		"version": "1.0", "summary": summary,
		"footprint": object{
			"stories": stories(h), "perimeter": round1(float64(perimeter) / 12), "area": area, "wireframe_url": nil,
		},
		"roof": object{
			"measurements": measurements, "facets": facets, "lines": lines, "pitch": pitches,
			"area": object{"facets": h.roofArea(), "total": h.roofArea()},
		},
		"wireframes": object{}, "captured_images": []any{},
	}
	if h.roofOnly {
		return out
	}
	elevations, facades := object{}, []object{}
	windows, doors := []object{}, []object{}
	for s, name := range sideNames {
		label := fmt.Sprintf("SI-%d", s+1)
		siding := h.sidingOf(side(s))
		elevations[name] = object{"total": siding, "area_per_label": []object{{label: siding}}}
		facades = append(facades, object{"facade": label, "area": siding, "shutters": 0, "vents": 0})
	}
	for _, o := range h.openings {
		row := object{
			"opening": o.label, "width_x_height": o.size(), "united_inches": fmt.Sprintf("%d\"", o.width+o.height),
			"area": round1(o.area()),
		}
		if o.door {
			doors = append(doors, row)
		} else {
			windows = append(windows, row)
		}
	}
	out["elevations"] = object{"sides": elevations}
	out["facades"] = object{"siding": facades}
	out["openings"] = object{"windows": windows, "doors": doors}
	return out
}

// places gives points as JSON has them, to the hundredth of a foot.
func places(all ...point) (list [][]float64) {
	for _, p := range all {
		list = append(list, []float64{round2(p.x), round2(p.y), round2(p.z)})
	}
	return list
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// model is the 3D export: the roof's planes by their corners.
func (h house) model() ([]byte, error) {
	type corner struct {
		X float64 `xml:"x,attr"`
		Y float64 `xml:"y,attr"`
		Z float64 `xml:"z,attr"`
	}
	type face struct {
		ID     string   `xml:"id,attr"`
		Pitch  int      `xml:"pitch,attr"`
		Area   int      `xml:"area,attr"`
		Corner []corner `xml:"POINT"`
	}
	out := struct {
		XMLName  xml.Name `xml:"STRUCTURE"`
		Name     string   `xml:"name,attr"`
		Address  string   `xml:"address,attr"`
		Property string   `xml:"property,attr"`
		Units    string   `xml:"units,attr"`
		Faces    []face   `xml:"ROOF>FACE"`
	}{Name: blankStructure, Address: blankStreet + ", " + blankTown, Property: blankJob, Units: "feet"}
	for _, f := range h.facets {
		fc := face{ID: f.label, Pitch: f.pitch, Area: f.area}
		for _, p := range f.corners {
			fc.Corner = append(fc.Corner, corner{round2(p.x), round2(p.y), round2(p.z)})
		}
		out.Faces = append(out.Faces, fc)
	}
	b, err := xml.MarshalIndent(out, "", " ")
	return append([]byte(xml.Header), b...), err
}

func round2(f float64) float64 { return math.Round(f*100) / 100 }
