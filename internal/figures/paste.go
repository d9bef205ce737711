package figures

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dormer/internal/say"
	"dormer/internal/sheet"
)

// apart are the figures that not every deliverable has: a line for them stands in a table only where one of them has it.
var apart = []string{"ridges_ft", "hips_ft", "siding_sqft", "openings", "stories", "perimeter_ft"}

// Paste writes figures of one job as text that pastes into a sheet or a mail: a line for each figure, tabs between the
// cells, and where there are several structures a column for each. Numbers are numbers, lengths in feet; what Hover does
// not say is said as that.
func Paste(r say.Reader, all ...Figures) string {
	var b strings.Builder
	line := func(cells ...string) { b.WriteString(strings.Join(cells, "\t") + "\n") }
	if len(all) == 0 {
		return ""
	}
	if of := cmp.Or(all[0].Address, all[0].JobName); of != "" {
		if all[0].Test {
			of = "TEST – " + of
		}
		line(outside(of))
	}
	if len(all) > 1 {
		head := []string{""}
		for _, f := range all {
			head = append(head, outside(f.Title().For(r)))
		}
		line(head...)
	}
	lacking := say.T("figures.not_given").For(r)
	for _, c := range columns {
		if slices.Contains([]string{"job_id", "model_id", "name", "job_name", "address", "test"}, c.name) {
			continue
		}
		cells, given := []string{c.title.For(r)}, false
		for _, f := range all {
			cell := printed(c.cell(f), c.format)
			given = given || cell != ""
			cells = append(cells, cmp.Or(cell, lacking))
		}
		if given || !slices.Contains(apart, c.name) {
			line(cells...)
		}
	}
	for _, p := range percentages(all) {
		cells := []string{say.T("figures.squares_with", "percent", strconv.Itoa(p)).For(r)}
		for _, f := range all {
			cell := lacking
			if i := slices.IndexFunc(f.Waste, func(w Waste) bool { return w.Percent == p }); i >= 0 {
				cell = strconv.Itoa(f.Waste[i].Squares)
			}
			cells = append(cells, cell)
		}
		line(cells...)
	}
	return b.String()
}

// percentages are those that any table of waste has, the least first.
func percentages(all []Figures) (list []int) {
	for _, f := range all {
		for _, w := range f.Waste {
			list = append(list, w.Percent)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// printed gives a cell as text, "" if there is nothing to say.
func printed(cell any, f sheet.Format) string {
	switch v := cell.(type) {
	case string:
		return outside(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		decimals := map[sheet.Format]int{sheet.Whole: 0, sheet.Tenths: 1}
		if n, ok := decimals[f]; ok {
			return strconv.FormatFloat(v, 'f', n, 64)
		}
		return strconv.FormatFloat(*rounded(v, 2), 'f', -1, 64)
	}
	return ""
}

// outside makes a text that others wrote fit for a cell: on one line, and no formula where it is pasted.
func outside(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		s = "'" + s
	}
	return s
}
