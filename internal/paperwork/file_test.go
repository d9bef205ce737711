package paperwork_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dormer/internal/job"
	"dormer/internal/paperwork"
	"dormer/internal/say"
	"dormer/storage"
)

func written(t *testing.T, f paperwork.Format, reply string, comma rune, r say.Reader) []byte {
	t.Helper()
	kind, _ := f.Of()
	var b bytes.Buffer
	if err := paperwork.Write(&b, f, storage.Paper{Kind: kind, ID: "55643", Job: "18928172"}, []byte(reply), comma, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeAll(t *testing.T, kind storage.PaperKind, reply []byte) {
	for _, f := range paperwork.Formats() {
		if of, _ := f.Of(); of != kind {
			continue
		}
		var b bytes.Buffer
		if err := paperwork.Write(&b, f, storage.Paper{Kind: kind, ID: "1"}, reply, ',', say.Terminal); err != nil {
			t.Errorf("%s of %q: %v", f, reply, err)
		}
	}
}

// An independent reader finds numbers as numbers, the total in the last row, and no
// formula in what somebody typed.
func TestAMaterialListOpensInASpreadsheet(t *testing.T) {
	reply := strings.Replace(hoversList, `"notes":""`, `"notes":"=HYPERLINK(\"http://evil\")"`, 1)
	f, err := excelize.OpenReader(bytes.NewReader(written(t, paperwork.MaterialsXLSX, reply, ',', say.Terminal)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); len(got) != 1 || got[0] != "Siding" {
		t.Errorf("its sheets are %q", got)
	}
	for cell, want := range map[string]string{
		"A1": "Item", "D1": "Quantity", "A2": `3/8"x48"x8' No Groove Square Edge Board`, "D2": "76", "E2": "PIECES", "F2": "19.7", "G2": "1497.2",
		"H2": "10", "K2": `=HYPERLINK("http://evil")`, "A3": "Total", "G3": "1497.2",
	} {
		got, err := f.GetCellValue("Siding", cell, excelize.Options{RawCellValue: true})
		kind, kerr := f.GetCellType("Siding", cell)
		number := kind == excelize.CellTypeUnset
		if err != nil || kerr != nil || got != want || number != strings.Contains("D2 F2 G2 H2 G3", cell) {
			t.Errorf("%s is %q, a number: %v, %v; want %q", cell, got, number, err, want)
		}
	}
	if formula, err := f.GetCellFormula("Siding", "K2"); formula != "" || err != nil {
		t.Errorf("a note became the formula %q, %v", formula, err)
	}
	if a, b := written(t, paperwork.MaterialsXLSX, reply, ',', say.Terminal), written(t, paperwork.MaterialsXLSX, reply, ',', say.Terminal); !bytes.Equal(a, b) {
		t.Error("the same list is written differently each time: it would be saved twice")
	}
}

func TestAMaterialListAsCSVIsReadAsThisLocaleDoes(t *testing.T) {
	reply := strings.Replace(hoversList, `"notes":""`, `"notes":"=1+1"`, 1)
	for comma, want := range map[rune]string{',': "19.7", ';': "19,7"} {
		b := string(written(t, paperwork.MaterialsCSV, reply, comma, say.Terminal))
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b, "\ufeff")))
		r.Comma = comma
		all, err := r.ReadAll()
		if err != nil || len(all) != 3 || !strings.HasPrefix(b, "\ufeff") {
			t.Fatalf("%q, %v", b, err)
		}
		if all[0][0] != "item" || all[1][5] != want || all[1][10] != "'=1+1" || all[2][6] != strings.Replace("1497.2", ".", want[2:3], 1) {
			t.Errorf("%q", all)
		}
	}
}

func TestAChecklistOpensInASpreadsheet(t *testing.T) {
	spanish := say.Reader{Language: say.Spanish}
	f, err := excelize.OpenReader(bytes.NewReader(written(t, paperwork.ChecklistXLSX, hoversChecklist, ',', spanish)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetList()[0]
	for cell, want := range map[string]string{
		"B2": "Property owner's name?", "C2": "Testy McUser", "C4": "sí", "C5": "2", "C7": "0012", "D3": "1",
		"E3": "http://ehi.hover.to/rails/active_storage/blobs/redirect/x",
	} {
		got, err := f.GetCellValue(name, cell, excelize.Options{RawCellValue: true})
		kind, _ := f.GetCellType(name, cell)
		if number := kind == excelize.CellTypeUnset; err != nil || got != want || number != (cell == "C5" || cell == "D3") {
			t.Errorf("%s is %q, a number: %v, %v; want %q", cell, got, number, err, want)
		}
	}
}

// The JSON holds what was read, and the reply as Hover gave it.
func TestAPaperAsJSONHoldsAllThatHoverSaid(t *testing.T) {
	var list struct {
		Kind, ID string
		JobID    string  `json:"job_id"`
		Total    float64 `json:"total"`
		Items    []struct{ Quantity float64 }
		Hover    struct{ TotalDiscount *float64 }
	}
	if err := json.Unmarshal(written(t, paperwork.MaterialsJSON, hoversList, ',', say.Terminal), &list); err != nil {
		t.Fatal(err)
	}
	if list.Kind != "materials" || list.ID != "55643" || list.JobID != "18928172" || list.Total != 1497.2 || len(list.Items) != 1 || list.Items[0].Quantity != 76 || list.Hover.TotalDiscount == nil {
		t.Errorf("%+v", list)
	}
	var checklist struct {
		Answers []struct {
			Answer string
			Yes    bool
		}
		Hover struct{ Questions []any }
	}
	if err := json.Unmarshal(written(t, paperwork.ChecklistJSON, hoversChecklist, ',', say.Terminal), &checklist); err != nil {
		t.Fatal(err)
	}
	if len(checklist.Answers) != 6 || !checklist.Answers[2].Yes || len(checklist.Hover.Questions) != 6 {
		t.Errorf("%+v", checklist)
	}
}

func TestFormatsAreCalledAsTheContractSays(t *testing.T) {
	for name, want := range map[string]string{
		"materials": ".xlsx", " Materials-CSV ": ".csv", "materials-json": ".json", "checklist": ".xlsx", "checklist-csv": ".csv", "checklist-json": ".json", "checklist-xlsx": ".xlsx",
	} {
		f, ok := paperwork.ParseFormat(name)
		kind, ext := f.Of()
		if !ok || ext != want || paperwork.FormatOf(kind, ext) != f {
			t.Errorf("%q is %q of %q, %v", name, ext, kind, ok)
		}
	}
	if f, ok := paperwork.ParseFormat("pdf"); ok {
		t.Errorf("pdf is %q", f)
	}
}

func TestMoneyAndNumbersAreToldAsPeopleWriteThem(t *testing.T) {
	for n, want := range map[float64][2]string{0: {"$0.00", "0"}, 1497.2: {"$1,497.20", "1,497.2"}, -28.5: {"-$28.50", "-28.5"}, 1234567: {"$1,234,567.00", "1,234,567"}, 0.1: {"$0.10", "0.1"}} {
		if job.Money(n) != want[0] || paperwork.Decimal(n) != want[1] {
			t.Errorf("%v is %s and %s", n, job.Money(n), paperwork.Decimal(n))
		}
	}
}
