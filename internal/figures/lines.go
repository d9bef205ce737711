package figures

import (
	"strconv"
	"strings"

	"dormer/internal/say"
)

// Lines tells the figures to somebody who is written to, a line each: "Eaves: 118' 9"".
// What Hover does not say is left out.
func (f Figures) Lines() (lines []say.Text) {
	add := func(t say.Text) { lines = append(lines, t) }
	if f.Roof != nil && f.Squares != nil {
		add(say.T("figures.line.roof", "squares", strconv.FormatFloat(*f.Squares, 'f', 1, 64), "area", Area(*f.Roof)))
	}
	switch {
	case len(f.Pitches) > 1:
		add(say.T("figures.line", "name", say.T("figures.pitches"), "is", f.PitchList()))
	case f.Pitch != nil:
		add(say.T("figures.line", "name", say.T("figures.pitch"), "is", *f.Pitch))
	}
	for _, l := range []struct {
		name say.Text
		is   *float64
	}{
		{say.T("figures.ridges_hips"), f.RidgesHips},
		{say.T("figures.valleys"), f.Valleys},
		{say.T("figures.eaves"), f.Eaves},
		{say.T("figures.rakes"), f.Rakes},
		{say.T("figures.drip_edge"), f.DripEdge},
		{say.T("figures.flashing"), f.Flashing},
		{say.T("figures.step_flashing"), f.StepFlashing},
	} {
		if l.is != nil {
			add(say.T("figures.line", "name", l.name, "is", Feet(*l.is)))
		}
	}
	if f.Siding != nil {
		add(say.T("figures.line.siding", "area", Area(*f.Siding)))
	}
	if len(f.Waste) > 0 {
		table := make([]string, len(f.Waste))
		for i, w := range f.Waste {
			table[i] = strconv.Itoa(w.Percent) + "%: " + strconv.Itoa(w.Squares)
		}
		add(say.T("figures.line.waste", "table", strings.Join(table, ", ")))
	}
	return lines
}
