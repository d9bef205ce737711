package figures

import (
	"math"
	"slices"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// Figures are the measurements of a structure, or of several together: see [Total]. A figure that Hover does not say is
// nil. As JSON they are what the operator's contract calls figures.
type Figures struct {
	JobID        hover.JobID   `json:"job_id"`
	ModelID      hover.ModelID `json:"model_id"` // "" for the total of several
	Name         string        `json:"name"`     // as Hover calls the structure; "" is the main one, or a total
	Roof         *float64      `json:"roof_sqft"`
	Squares      *float64      `json:"squares"` // to one decimal
	Facets       *int          `json:"facets"`  // of the roof
	Pitch        *string       `json:"pitch"`   // of its largest part, "8/12"
	Pitches      []Pitch       `json:"pitches"` // the largest first
	RidgesHips   *float64      `json:"ridges_hips_ft"`
	Ridges       *float64      `json:"ridges_ft"`
	Hips         *float64      `json:"hips_ft"`
	Valleys      *float64      `json:"valleys_ft"`
	Eaves        *float64      `json:"eaves_ft"`
	Rakes        *float64      `json:"rakes_ft"`
	DripEdge     *float64      `json:"drip_edge_ft"` // eaves and rakes
	Flashing     *float64      `json:"flashing_ft"`
	StepFlashing *float64      `json:"step_flashing_ft"`
	Siding       *float64      `json:"siding_sqft"` // Hover's Facades
	Openings     *int          `json:"openings"`    // windows and doors
	Stories      *string       `json:"stories"`     // "1", ">1"
	Perimeter    *float64      `json:"perimeter_ft"`
	Waste        []Waste       `json:"waste"`

	JobName string `json:"job_name"`
	Address string `json:"address"`
	Test    bool   `json:"test"` // of Hover's free test: these are no house's

	hovers bool // Waste is Hover's own table
}

// Pitch is a part of a roof.
type Pitch struct {
	Pitch   string   `json:"pitch"` // rise on run, "8/12"
	Area    *float64 `json:"sqft"`
	Percent *float64 `json:"percent"` // of the roof
}

// Waste is what is ordered with so much more than the roof's area.
type Waste struct {
	Percent int     `json:"percent"`
	Area    float64 `json:"sqft"`
	Squares int     `json:"squares"` // rounded up to whole
}

// Square is a roofer's square, in square feet.
const Square = 100.0

// wastes are the percentages of a table that Hover does not give.
var wastes = []int{0, 5, 10, 12, 15, 20}

// Known says that there is any figure at all.
func (f Figures) Known() bool {
	for _, n := range []*float64{
		f.Roof, f.RidgesHips, f.Ridges, f.Hips, f.Valleys, f.Eaves, f.Rakes, f.Flashing, f.StepFlashing, f.Siding, f.Perimeter,
	} {
		if n != nil {
			return true
		}
	}
	return f.Facets != nil || f.Pitch != nil || f.Pitches != nil || f.Openings != nil || f.Stories != nil
}

// Says tells the figures that come first, "28.5 squares, 8/12"; zero where the roof's area is not known.
func (f Figures) Says() say.Text {
	switch {
	case f.Squares == nil:
		return say.Text{}
	case f.Pitch == nil:
		return say.T("figures.squares", "squares", Decimal(*f.Squares))
	}
	return say.T("figures.squares_pitch", "squares", Decimal(*f.Squares), "pitch", *f.Pitch)
}

// Title names the structure, or the total.
func (f Figures) Title() say.Text {
	switch {
	case f.Name != "":
		return say.Words(f.Name)
	case f.ModelID == "":
		return say.T("figures.total")
	}
	return say.T("job.main_structure")
}

// derive works out what follows from other figures.
func (f *Figures) derive() {
	f.Squares, f.DripEdge = nil, both(f.Eaves, f.Rakes)
	if f.RidgesHips == nil {
		f.RidgesHips = both(f.Ridges, f.Hips)
	}
	if !f.hovers {
		f.Waste = nil
	}
	if f.Roof == nil {
		return
	}
	f.Squares = rounded(*f.Roof/Square, 1)
	if f.hovers {
		return
	}
	for _, p := range wastes {
		f.Waste = append(f.Waste, wasteOf(p, *rounded(*f.Roof*float64(100+p)/100, 2)))
	}
}

func wasteOf(percent int, area float64) Waste {
	const slip = 1e-6 // of binary fractions: 30 squares are not 31
	return Waste{Percent: percent, Area: area, Squares: int(math.Ceil(area/Square - slip))}
}

// both adds two figures that belong together; nil if one of them is not known.
func both(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return rounded(*a+*b, 4)
}

// rounded gives f to so many decimals.
func rounded(f float64, decimals int) *float64 {
	by := math.Pow10(decimals)
	f = math.Round(f*by) / by
	return &f
}

// Total adds up the structures of one job. An area, a length or a count is there only where every structure has it: a
// part is not told as the whole. The number of stories is none of those.
func Total(all []Figures) Figures {
	if len(all) == 0 {
		return Figures{}
	}
	f := Figures{JobID: all[0].JobID, JobName: all[0].JobName, Address: all[0].Address, Test: all[0].Test}
	length := func(of func(Figures) *float64) *float64 {
		sum := 0.0
		for _, s := range all {
			n := of(s)
			if n == nil {
				return nil
			}
			sum += *n
		}
		return rounded(sum, 4)
	}
	count := func(of func(Figures) *int) *int {
		sum := 0
		for _, s := range all {
			n := of(s)
			if n == nil {
				return nil
			}
			sum += *n
		}
		return &sum
	}
	f.Roof = length(func(s Figures) *float64 { return s.Roof })
	f.Facets = count(func(s Figures) *int { return s.Facets })
	f.RidgesHips = length(func(s Figures) *float64 { return s.RidgesHips })
	f.Ridges = length(func(s Figures) *float64 { return s.Ridges })
	f.Hips = length(func(s Figures) *float64 { return s.Hips })
	f.Valleys = length(func(s Figures) *float64 { return s.Valleys })
	f.Eaves = length(func(s Figures) *float64 { return s.Eaves })
	f.Rakes = length(func(s Figures) *float64 { return s.Rakes })
	f.Flashing = length(func(s Figures) *float64 { return s.Flashing })
	f.StepFlashing = length(func(s Figures) *float64 { return s.StepFlashing })
	f.Siding = length(func(s Figures) *float64 { return s.Siding })
	f.Openings = count(func(s Figures) *int { return s.Openings })
	f.Perimeter = length(func(s Figures) *float64 { return s.Perimeter })
	f.Pitches, f.Pitch = pitchesOf(all)
	f.Waste = wasteIn(all)
	f.hovers = f.Waste != nil
	f.derive()
	return f
}

// pitchesOf gives the pitches of all structures together.
func pitchesOf(all []Figures) ([]Pitch, *string) {
	var parts []part
	for _, s := range all {
		if s.Pitches == nil {
			return nil, nil
		}
		for _, p := range s.Pitches {
			parts = append(parts, part{pitch: p.Pitch, area: p.Area}) // its share is of its own roof
		}
	}
	return gather(parts)
}

// wasteIn adds up the tables of all structures, as far as each has a percentage: what is ordered is ordered together,
// and only the whole of it is rounded up.
func wasteIn(all []Figures) (sum []Waste) {
	for _, w := range all[0].Waste {
		area, n := 0.0, 0
		for _, s := range all {
			if i := slices.IndexFunc(s.Waste, func(o Waste) bool { return o.Percent == w.Percent }); i >= 0 {
				area += s.Waste[i].Area
				n++
			}
		}
		if n == len(all) {
			sum = append(sum, wasteOf(w.Percent, *rounded(area, 2)))
		}
	}
	return sum
}
