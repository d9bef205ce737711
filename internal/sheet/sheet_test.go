package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	_ "dormer/internal/hermetic"
)

var columns = []Column{{"id", "Job", Plain}, {"name", "Name", Plain}, {"sqft", "Roof, sq ft", Whole}, {"squares", "Squares", Tenths}, {"ft", "Eaves, ft", Hundredths}}

func fill(t *testing.T, table Table, err error, rows ...[]any) {
	t.Helper()
	for _, row := range rows {
		if err == nil {
			err = table.Row(row...)
		}
	}
	if err == nil {
		err = table.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

var rows = [][]any{
	{"19402492", "Señora \"O'Neil\" & <Söhne>\x00\n=1+1", 2847.0, 28.5, 251.42},
	{"0012", "=cmd|' /C calc'!A0", 3, nil, math.Inf(1)},
	{"", "  both ends  ", nil, 1e-7, 12345678.25},
}

// An independent reader finds in the workbook what was written, numbers as numbers.
func TestAWorkbookOpensWithNumbersAsNumbers(t *testing.T) {
	var b bytes.Buffer
	table, err := XLSX(&b, "Figures: all [1]", columns)
	fill(t, table, err, rows...)
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); len(got) != 1 || got[0] != "Figures  all (1)" {
		t.Errorf("its sheets are %q", got)
	}
	for cell, want := range map[string]struct {
		raw, shown string
		kind       excelize.CellType
	}{
		"A1": {"Job", "Job", excelize.CellTypeInlineString}, "D1": {"Squares", "Squares", excelize.CellTypeInlineString},
		"A2": {"19402492", "19402492", excelize.CellTypeInlineString}, "C2": {"2847", "2,847", excelize.CellTypeUnset},
		"D2": {"28.5", "28.5", excelize.CellTypeUnset}, "E2": {"251.42", "251.42", excelize.CellTypeUnset},
		"B2": {"Señora \"O'Neil\" & <Söhne>\uFFFD\n=1+1", "Señora \"O'Neil\" & <Söhne>\uFFFD\n=1+1", excelize.CellTypeInlineString},
		"A3": {"0012", "0012", excelize.CellTypeInlineString}, "B3": {"=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", excelize.CellTypeInlineString},
		"C3": {"3", "3", excelize.CellTypeUnset}, "D3": {"", "", excelize.CellTypeUnset}, "E3": {"", "", excelize.CellTypeUnset},
		"B4": {"  both ends  ", "  both ends  ", excelize.CellTypeInlineString}, "E4": {"12345678.25", "12,345,678.25", excelize.CellTypeUnset},
	} {
		raw, err1 := f.GetCellValue("Figures  all (1)", cell, excelize.Options{RawCellValue: true})
		shown, err2 := f.GetCellValue("Figures  all (1)", cell)
		kind, err3 := f.GetCellType("Figures  all (1)", cell)
		if err := errors.Join(err1, err2, err3); err != nil || raw != want.raw || shown != want.shown || kind != want.kind {
			t.Errorf("%s is %q, shown as %q, of type %v, %v; want %+v", cell, raw, shown, kind, err, want)
		}
	}
	if formula, err := f.GetCellFormula("Figures  all (1)", "B3"); formula != "" || err != nil {
		t.Errorf("a text became the formula %q, %v", formula, err)
	}
	if panes, err := f.GetPanes("Figures  all (1)"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the head does not stay: %+v, %v", panes, err)
	}
}

func TestATableIsReadAsThisLocaleDoes(t *testing.T) {
	for comma, want := range map[rune]string{
		',': "\ufeffid,name,sqft,squares,ft\n19402492,\"Señora \"\"O'Neil\"\" & <Söhne>\x00\n=1+1\",2847,28.5,251.42\n0012,'=cmd|' /C calc'!A0,3,,\n,\"  both ends  \",,0.0000001,12345678.25\n",
		';': "\ufeffid;name;sqft;squares;ft\n19402492;\"Señora \"\"O'Neil\"\" & <Söhne>\x00\n=1+1\";2847;28,5;251,42\n0012;'=cmd|' /C calc'!A0;3;;\n;\"  both ends  \";;0,0000001;12345678,25\n",
	} {
		var b bytes.Buffer
		table, err := CSV(&b, comma, columns)
		fill(t, table, err, rows...)
		if b.String() != want {
			t.Errorf("%q\nwant %q", b.String(), want)
		}
		r := csv.NewReader(strings.NewReader(b.String()))
		r.Comma = comma
		if all, err := r.ReadAll(); err != nil || len(all) != 4 || len(all[3]) != 5 {
			t.Errorf("%q, %v", all, err)
		}
	}
}

func TestLongTextsAndManyColumns(t *testing.T) {
	for n, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := letters(n); got != want {
			t.Errorf("column %d is %s, want %s", n, got, want)
		}
	}
	var b bytes.Buffer
	table, err := XLSX(&b, "", columns[:1])
	fill(t, table, err, []any{strings.Repeat("🏠", 20_000)})
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := f.GetCellValue("Sheet1", "A2"); err != nil || got != strings.Repeat("🏠", maxText/2) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errors.New("no space")
	}
	return len(b), nil
}

func TestAFullDiskIsSaid(t *testing.T) {
	for room := range 40 {
		w := &full{room * 100}
		table, err := XLSX(w, "x", columns)
		for range 100_000 {
			if err != nil {
				break
			}
			err = table.Row("1", "2", 3, 4, 5)
		}
		if err == nil {
			err = table.Close()
		}
		if err == nil {
			t.Fatalf("a table of 100,000 rows fits into %d bytes", room*100)
		}
	}
	if _, err := CSV(&full{2}, ',', columns); err == nil {
		t.Error("the mark was not written")
	}
}
