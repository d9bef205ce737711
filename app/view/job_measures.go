package view

import (
	"context"
	"strconv"
	"strings"
	"time"

	"dormer/internal/figures"
	"dormer/internal/words"
)

// Figure is one figure as it is told. What Hover does not say is told as that, never as a number.
type Figure struct {
	Key   string // names it on its page
	Value string // "28.5", "8/12", `234' 0"`
	Label string
	Given bool
	Last  bool // the waste that was ordered last
}

// tell puts figures into words.
func (s *FiguresState) tell(f figures.Figures, ordered int) {
	s.Squares = told("squares", words.T("job.squares"), f.Squares, figures.Decimal)
	s.Roof = told("roof", words.T("job.roof"), f.Roof, area)
	if f.Facets != nil {
		s.Roof.Label = words.N("job.on_facets", *f.Facets)
	}
	s.pitches(f)
	for _, w := range f.Waste {
		s.Waste = append(s.Waste, Figure{
			Key: wasteKey + strconv.Itoa(w.Percent), Value: words.Count(w.Squares),
			Label: words.T("job.percent", "percent", strconv.Itoa(w.Percent)), Given: true, Last: w.Percent == ordered,
		})
	}
	length := func(key, label string, f *float64) {
		s.Lengths = append(s.Lengths, told(key, label, f, figures.Feet))
	}
	if f.Ridges != nil || f.Hips != nil {
		length("ridges", words.T("job.ridges"), f.Ridges)
		length("hips", words.T("job.hips"), f.Hips)
	}
	length("ridges_hips", words.T("job.ridges_hips"), f.RidgesHips)
	length("valleys", words.T("job.valleys"), f.Valleys)
	length("eaves", words.T("job.eaves"), f.Eaves)
	length("rakes", words.T("job.rakes"), f.Rakes)
	length("drip_edge", words.T("job.drip_edge"), f.DripEdge)
	length("flashing", words.T("job.flashing"), f.Flashing)
	length("step_flashing", words.T("job.step_flashing"), f.StepFlashing)
	s.walls(f)
}

// area tells an area with its unit.
func area(squareFeet float64) string { return words.T("job.area", "area", figures.Area(squareFeet)) }

// itself tells what is a text already.
func itself(s string) string { return s }

// told tells one figure.
func told[T any](key, label string, f *T, as func(T) string) Figure {
	if f == nil {
		return Figure{Key: key, Label: label, Value: words.T("job.not_given")}
	}
	return Figure{Key: key, Label: label, Value: as(*f), Given: true}
}

// pitches tells the main pitch with its share, and the others.
func (s *FiguresState) pitches(f figures.Figures) {
	s.Pitches = []Figure{told("pitch", words.T("job.pitch"), f.Pitch, itself)}
	for _, p := range f.Pitches {
		share := ""
		switch {
		case p.Percent != nil:
			share = words.T("job.percent", "percent", strconv.FormatFloat(*p.Percent, 'f', 0, 64))
		case p.Area != nil:
			share = area(*p.Area)
		}
		if f.Pitch != nil && p.Pitch == *f.Pitch {
			s.Pitches[0].Label = joined(words.T("job.pitch"), share)
			continue
		}
		s.Pitches = append(s.Pitches, Figure{Key: "pitch/" + p.Pitch, Value: p.Pitch, Label: share, Given: true})
	}
}

// walls tells what Hover says of the house itself. Of a roof alone it says nothing of walls: that is not missing.
func (s *FiguresState) walls(f figures.Figures) {
	if f.Siding != nil || f.Openings != nil {
		s.Walls = append(s.Walls, told("siding", words.T("job.siding_area"), f.Siding, area),
			told("openings", words.T("job.openings"), f.Openings, words.Count))
	}
	if f.Perimeter != nil {
		s.Walls = append(s.Walls, told("perimeter", words.T("job.perimeter"), f.Perimeter, figures.Feet))
	}
	if f.Stories != nil {
		s.Walls = append(s.Walls, told("stories", words.T("job.stories"), f.Stories, itself))
	}
}

// copiedFor is how long a figure says that it was copied.
const copiedFor = 1500 * time.Millisecond

// wasteKey begins the keys of what is ordered with waste.
const wasteKey = "waste/"

// rememberedWaste is the name that the waste which was ordered last is kept under.
const rememberedWaste = "waste"

// jobCopied is what was just put on the clipboard.
type jobCopied struct {
	key     string
	passing attempt
	ordered int // the percentage of waste that was copied last, -1 before any
	asked   bool
}

// Copied says that something was put on the clipboard: the figure with a key, or what else the page calls so. It says
// so for a moment. The waste that was copied is what this person orders with.
func (j *Job) Copied(key string) {
	c := &j.copied
	c.key = key
	c.passing.begin(j.d, func(ctx context.Context, post func(func())) {
		t := time.NewTimer(copiedFor)
		defer t.Stop()
		select {
		case <-ctx.Done():
		case <-t.C:
			post(func() {
				c.key = ""
				j.Changed()
			})
		}
	})
	if waste, ok := strings.CutPrefix(key, wasteKey); ok {
		if n, err := strconv.Atoi(waste); err == nil && n != c.ordered {
			c.ordered = n
			j.d.errand(func(ctx context.Context) error { return remember(ctx, j.d.Desk, rememberedWaste, n) })
		}
	}
	j.Changed()
}

// recallWaste asks once for the waste that was ordered last.
func (j *Job) recallWaste() {
	c := &j.copied
	if c.asked {
		return
	}
	c.asked = true
	j.d.Go(func(ctx context.Context) {
		percent := 0
		if ok, err := recall(ctx, j.d.Desk, rememberedWaste, &percent); err != nil || !ok {
			return // nothing is framed
		}
		j.d.Do(func() {
			if c.ordered < 0 {
				c.ordered = percent
				j.Changed()
			}
		})
	})
}
