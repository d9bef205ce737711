package main

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// book writes a workbook sheet by sheet and keeps the first error.
type book struct {
	*excelize.File
	head, big, area int // styles
	err             error
}

func (b *book) note(err error) { b.err = cmp.Or(b.err, err) }

func (b *book) style(s *excelize.Style) int {
	id, err := b.NewStyle(s)
	b.note(err)
	return id
}

// xlsx gives the measurements as a workbook.
func (h house) xlsx() ([]byte, error) {
	b := &book{File: excelize.NewFile()}
	b.head = b.style(&excelize.Style{
		Font: &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"2B6777"}},
	})
	b.big = b.style(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 15, Color: "23282E"}})
	format := "#,##0"
	b.area = b.style(&excelize.Style{CustomNumFmt: &format})
	b.note(b.SetSheetName("Sheet1", "Summary"))
	b.note(b.SetDocProps(&excelize.DocProperties{
		Title: h.title, Creator: "Simulated Hover", Created: "2026-01-01T00:00:00Z", Modified: "2026-01-01T00:00:00Z",
	}))

	b.note(b.SetCellValue("Summary", "A1", blankStreet))
	b.note(b.SetCellStyle("Summary", "A1", "A1", b.big))
	b.note(b.SetCellValue("Summary", "A2", blankTown))
	rows := [][]any{
		{"Structure", blankStructure}, {"Hover job", blankJob}, {"Reference", blankReference}, {"Measured", blankDate},
		{"Roof area, sq ft", h.roofArea()}, {"Roof facets", len(h.facets)},
		{"Main pitch", fmt.Sprintf("%d/12", h.slopes()[0].pitch)},
	}
	if !h.roofOnly {
		rows = append(rows, []any{"Siding area, sq ft", h.sidingArea()}, []any{"Windows", h.count(false)},
			[]any{"Doors", h.count(true)})
	}
	b.table("Summary", 4, []any{h.title, ""}, rows)

	rows = nil
	for _, f := range h.facets {
		rows = append(rows, []any{f.label, fmt.Sprintf("%d/12", f.pitch), f.area})
	}
	b.sheet("Roof facets", []any{"Facet", "Pitch", "Area, sq ft"}, append(rows, []any{"Total", "", h.roofArea()}))
	rows = nil
	for _, l := range h.lines() {
		rows = append(rows, []any{plural[l.kind], l.count, l.feet()})
	}
	b.sheet("Roof lengths", []any{"Edge", "Count", "Length, ft"}, rows)
	rows = nil
	for _, p := range wastes {
		rows = append(rows, []any{fmt.Sprintf("%d%%", p), withWaste(h.roofArea(), p)})
	}
	b.sheet("Waste", []any{"Waste", "Area, sq ft"}, rows)
	if !h.roofOnly {
		rows = nil
		for s, name := range sideNames {
			rows = append(rows, []any{title(name), h.sidingOf(side(s))})
		}
		b.sheet("Siding", []any{"Side", "Area, sq ft"}, append(rows, []any{"Total", h.sidingArea()}))
		rows = nil
		for _, o := range h.openings {
			rows = append(rows, []any{o.label, title(sideNames[o.side]), o.size(), round1(o.area())})
		}
		b.sheet("Openings", []any{"Opening", "Side", "Size", "Area, sq ft"}, rows)
	}
	var out bytes.Buffer
	_, err := b.WriteTo(&out)
	b.note(err)
	return out.Bytes(), b.err
}

func (b *book) sheet(name string, head []any, rows [][]any) {
	_, err := b.NewSheet(name)
	b.note(err)
	b.table(name, 1, head, rows)
}

func (b *book) table(sheet string, from int, head []any, rows [][]any) {
	b.note(b.SetColWidth(sheet, "A", "A", 24))
	b.note(b.SetColWidth(sheet, "B", "D", 18))
	b.note(b.SetSheetRow(sheet, fmt.Sprintf("A%d", from), &head))
	last, err := excelize.CoordinatesToCellName(len(head), from)
	b.note(err)
	b.note(b.SetCellStyle(sheet, fmt.Sprintf("A%d", from), last, b.head))
	for i, row := range rows {
		b.note(b.SetSheetRow(sheet, fmt.Sprintf("A%d", from+1+i), &row))
		for col, v := range row {
			if _, ok := v.(int); ok {
				cell, err := excelize.CoordinatesToCellName(col+1, from+1+i)
				b.note(err)
				b.note(b.SetCellStyle(sheet, cell, cell, b.area))
			}
		}
	}
}
