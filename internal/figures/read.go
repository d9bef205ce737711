package figures

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Reader tells how figures are read. It grows when the same JSON gives others than before.
const Reader = 1

// Read takes the figures from Hover's full_json, or from its summarized_json, which is one part of that: where the
// summary tells less, the details do. A figure that is missing, null or absurd is left out, and so is what has another
// shape than expected: the rest counts. whole says that it was a full_json with its summary: no other version tells more.
func Read(b []byte) (f Figures, whole bool) {
	all := objectOf(b)
	summary := all
	if all.says("summary") {
		summary = all.in("summary")
	}
	footprint := all.in("footprint")
	f.Stories = cmp.Or(footprint.word("stories"), summary.word("stories"))
	f.Perimeter = footprint.figure("perimeter", mostLength)

	roof := summary.in("roof")
	f.Roof = roof.in("roof_facets").figure("area", mostArea)
	f.Facets = roof.in("roof_facets").count("total")
	f.Pitches, f.Pitch = pitchesIn(roof["pitch"])
	f.lengths(roof)
	f.Siding = summary.in("area").in("facades").figure("siding", mostArea)
	f.Openings = openingsIn(summary.in("openings").in("quantity"))
	f.Waste = wasteTable(roof.in("waste_factor").in("area"))
	f.hovers = f.Waste != nil
	f.Complete(detailed(all))
	return f, summary.says("roof") && all.says("summary")
}

// detailed takes the figures from the details of full_json: each facet, facade and opening by itself.
func detailed(all object) (f Figures) {
	roof := all.in("roof")
	facets := list(roof["facets"])
	f.Roof = cmp.Or(roof.in("area").figure("total", mostArea), total(facets, mostArea))
	f.Facets = countOf(facets)
	f.Pitches, f.Pitch = pitchesIn(roof["pitch"])
	if f.Pitches == nil {
		var main *string
		f.Pitches, main = pitchesIn(roof["facets"])
		f.Pitch = cmp.Or(f.Pitch, main)
	}
	f.lengths(roof.in("measurements"))
	f.Siding = total(list(all.in("facades")["siding"]), mostArea)
	openings := all.in("openings")
	windows, doors := countOf(list(openings["windows"])), countOf(list(openings["doors"]))
	if (windows != nil || !openings.says("windows")) && (doors != nil || !openings.says("doors")) {
		f.Openings = sum(windows, doors)
	}
	return f
}

// lengths takes the lengths of a roof's edges.
func (f *Figures) lengths(of object) {
	f.Ridges, f.Hips = of.length("ridges"), of.length("hips")
	f.RidgesHips = cmp.Or(of.length("ridges_hips"), both(f.Ridges, f.Hips))
	f.Valleys = of.length("valleys")
	f.Eaves = cmp.Or(of.length("gutters_eaves"), of.length("eaves"))
	f.Rakes = of.length("rakes")
	f.Flashing, f.StepFlashing = of.length("flashing"), of.length("step_flashing")
}

// Complete takes what is missing from another reading of the same structure.
func (f *Figures) Complete(from Figures) {
	for _, p := range []struct{ to, from **float64 }{
		{&f.Roof, &from.Roof},
		{&f.RidgesHips, &from.RidgesHips},
		{&f.Ridges, &from.Ridges},
		{&f.Hips, &from.Hips},
		{&f.Valleys, &from.Valleys},
		{&f.Eaves, &from.Eaves},
		{&f.Rakes, &from.Rakes},
		{&f.Flashing, &from.Flashing},
		{&f.StepFlashing, &from.StepFlashing},
		{&f.Siding, &from.Siding},
		{&f.Perimeter, &from.Perimeter},
	} {
		*p.to = cmp.Or(*p.to, *p.from)
	}
	f.Facets, f.Openings = cmp.Or(f.Facets, from.Facets), cmp.Or(f.Openings, from.Openings)
	f.Pitch, f.Stories = cmp.Or(f.Pitch, from.Pitch), cmp.Or(f.Stories, from.Stories)
	if f.Pitches == nil {
		f.Pitches = from.Pitches
	}
	if !f.hovers && from.hovers {
		f.Waste, f.hovers = from.Waste, true
	}
	f.derive()
}

// wasteTable reads Hover's own table, {"zero": 2847, "plus_5_percent": 2989, …}; nil where it has none.
func wasteTable(o object) (table []Waste) {
	for name := range o {
		percent := 0
		if name != "zero" {
			n, ok := strings.CutPrefix(name, "plus_")
			n, also := strings.CutSuffix(n, "_percent")
			var err error
			if percent, err = strconv.Atoi(n); !ok || !also || err != nil || percent < 0 || percent > mostPercent {
				continue
			}
		}
		if area := o.figure(name, mostArea); area != nil {
			table = append(table, wasteOf(percent, *area))
		}
	}
	slices.SortFunc(table, func(a, b Waste) int { return cmp.Compare(a.Percent, b.Percent) })
	table = slices.CompactFunc(table, func(a, b Waste) bool { return a.Percent == b.Percent })
	if len(table) < 2 {
		return nil // the area alone is no table
	}
	return table
}

// part is a part of a roof as it stands in a list of pitches or facets; its pitch is "" where it cannot be read.
type part struct {
	pitch         string
	area, percent *float64
}

// pitchesIn reads a list of pitches with their shares, or of facets with their areas.
func pitchesIn(b json.RawMessage) ([]Pitch, *string) {
	var parts []part
	for _, raw := range list(b) {
		o := objectOf(raw)
		is := pitchOf(o["roof_pitch"])
		if is == "" {
			is = pitchOf(o["pitch"])
		}
		parts = append(parts, part{is, o.figure("area", mostArea), o.figure("percentage", mostPercent)})
	}
	return gather(parts)
}

// gather puts the parts of one pitch together, the largest first. all is nil where one cannot be read; main is the
// pitch of the largest, where it is certain which that is.
func gather(parts []part) (all []Pitch, main *string) {
	if len(parts) == 0 {
		return nil, nil
	}
	size := func(p part) *float64 { return p.area }
	if slices.ContainsFunc(parts, func(p part) bool { return p.area == nil }) {
		size = func(p part) *float64 { return p.percent }
	}
	sized, unread, roof := true, 0.0, 0.0
	sizes := map[string]float64{}
	for _, p := range parts {
		n := size(p)
		if n == nil {
			sized, n = false, new(float64)
		}
		roof += *n
		if p.pitch == "" {
			unread += *n
			continue
		}
		sizes[p.pitch] += *n
		i := slices.IndexFunc(all, func(a Pitch) bool { return a.Pitch == p.pitch })
		if i < 0 {
			all = append(all, Pitch{p.pitch, p.area, p.percent})
			continue
		}
		all[i].Area, all[i].Percent = both(all[i].Area, p.area), both(all[i].Percent, p.percent)
	}
	if len(all) == 0 {
		return nil, nil
	}
	if sized {
		slices.SortStableFunc(all, func(a, b Pitch) int { return cmp.Compare(sizes[b.Pitch], sizes[a.Pitch]) })
	}
	missing := slices.ContainsFunc(parts, func(p part) bool { return p.pitch == "" })
	largest := all[0].Pitch
	if alone := len(all) == 1 && !missing; alone || sized && (!missing || sizes[largest] > unread) {
		main = &largest
	}
	if missing {
		return nil, main
	}
	for i, p := range all {
		if p.Percent == nil && p.Area != nil && sized && roof > 0 &&
			!slices.ContainsFunc(parts, func(p part) bool { return p.area == nil }) {
			all[i].Percent = rounded(*p.Area/roof*100, 2)
		}
	}
	return all, main
}

// openingsIn counts the openings in siding and in the rest of the walls: what is said of only one is the whole, but not
// beside one that cannot be read.
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

// countOf counts the elements of a list that is there.
func countOf(all []json.RawMessage) *int {
	if all == nil {
		return nil
	}
	n := len(all)
	return &n
}

// total adds the areas of a list's elements. With one that cannot be read nobody knows the whole.
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
	return rounded(whole, 2)
}
