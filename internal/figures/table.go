package figures

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"dormer/internal/say"
	"dormer/internal/sheet"
)

// columns are those of a table of figures: their names in the operator's contract, their titles, and their cells.
var columns = []struct {
	name   string
	title  say.Text
	format sheet.Format
	cell   func(Figures) any
}{
	{"job_id", say.T("figures.job"), sheet.Plain, func(f Figures) any { return string(f.JobID) }},
	{"model_id", say.T("figures.structure_id"), sheet.Plain, func(f Figures) any { return string(f.ModelID) }},
	{"name", say.T("figures.structure"), sheet.Plain, func(f Figures) any { return f.Title().String() }},
	{"job_name", say.T("figures.name"), sheet.Plain, func(f Figures) any { return f.JobName }},
	{"address", say.T("figures.address"), sheet.Plain, func(f Figures) any { return f.Address }},
	{"test", say.T("figures.test"), sheet.Plain, func(f Figures) any { return map[bool]string{true: "TEST"}[f.Test] }},
	{"roof_sqft", say.T("figures.roof_sqft"), sheet.Whole, func(f Figures) any { return cell(f.Roof) }},
	{"squares", say.T("figures.squares_column"), sheet.Tenths, func(f Figures) any { return cell(f.Squares) }},
	{"facets", say.T("figures.facets"), sheet.Whole, func(f Figures) any { return cell(f.Facets) }},
	{"pitch", say.T("figures.pitch"), sheet.Plain, func(f Figures) any { return cell(f.Pitch) }},
	{"pitches", say.T("figures.pitches"), sheet.Plain, func(f Figures) any { return f.PitchList() }},
	{"ridges_hips_ft", say.T("figures.ridges_hips_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.RidgesHips) }},
	{"ridges_ft", say.T("figures.ridges_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.Ridges) }},
	{"hips_ft", say.T("figures.hips_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.Hips) }},
	{"valleys_ft", say.T("figures.valleys_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.Valleys) }},
	{"eaves_ft", say.T("figures.eaves_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.Eaves) }},
	{"rakes_ft", say.T("figures.rakes_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.Rakes) }},
	{"drip_edge_ft", say.T("figures.drip_edge_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.DripEdge) }},
	{"flashing_ft", say.T("figures.flashing_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.Flashing) }},
	{"step_flashing_ft", say.T("figures.step_flashing_ft"), sheet.Hundredths,
		func(f Figures) any { return cell(f.StepFlashing) }},
	{"siding_sqft", say.T("figures.siding_sqft"), sheet.Whole, func(f Figures) any { return cell(f.Siding) }},
	{"openings", say.T("figures.openings"), sheet.Whole, func(f Figures) any { return cell(f.Openings) }},
	{"stories", say.T("figures.stories"), sheet.Plain, func(f Figures) any { return cell(f.Stories) }},
	{"perimeter_ft", say.T("figures.perimeter_ft"), sheet.Hundredths, func(f Figures) any { return cell(f.Perimeter) }},
}

// Columns are the columns of a table of figures, their titles for a reader. Those of the waste are last: the squares to
// order with each usual percentage.
func Columns(r say.Reader) []sheet.Column {
	all := make([]sheet.Column, 0, len(columns)+len(wastes))
	for _, c := range columns {
		all = append(all, sheet.Column{Name: c.name, Title: c.title.For(r), Format: c.format})
	}
	for _, p := range wastes {
		title := say.T("figures.squares_with", "percent", strconv.Itoa(p)).For(r)
		all = append(all, sheet.Column{Name: fmt.Sprintf("squares_%d_percent", p), Title: title, Format: sheet.Whole})
	}
	return all
}

// Row gives the cells of the figures, as [Columns] names them; nil where Hover does not say.
func (f Figures) Row() []any {
	row := make([]any, 0, len(columns)+len(wastes))
	for _, c := range columns {
		row = append(row, c.cell(f))
	}
	for _, p := range wastes {
		var squares any
		for _, w := range f.Waste {
			if w.Percent == p {
				squares = w.Squares
			}
		}
		row = append(row, squares)
	}
	return row
}

func cell[T any](n *T) any {
	if n == nil {
		return nil
	}
	return *n
}

// PitchList tells the pitches on one line, each with its share where that is known: "8/12 96.91%, 10/12 3.09%".
func (f Figures) PitchList() string {
	parts := make([]string, len(f.Pitches))
	for i, p := range f.Pitches {
		if parts[i] = p.Pitch; p.Percent != nil {
			parts[i] += " " + strconv.FormatFloat(*p.Percent, 'f', -1, 64) + "%"
		}
	}
	return strings.Join(parts, ", ")
}

// Area prints square feet to whole ones: "2,847".
func Area(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	return thousands(strconv.FormatFloat(f, 'f', 0, 64))
}
