//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// Somebody at the office presses "Send to …" in Hover: signed, through the tunnel, the
// event of it ends in an alert and in a spreadsheet in the job's folder.
func TestAMaterialListThatIsSentFromHoverIsSavedAndTold(t *testing.T) {
	t.Parallel()
	const house = "19402377"
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: house, Name: "Ramirez", State: hover.JobWorking}}})
	c.signedIn()
	c.knows(house, hover.JobWorking)
	var list hover.DocumentID
	c.hover.Quietly(func() {
		var err error
		list, err = c.hover.AddMaterials(house, simulator.MaterialsSpec{ID: "55643", Name: "Roofing", Items: []simulator.MaterialSpec{
			{Name: "Shingles", Quantity: 32, Unit: "SQUARES", UnitCost: 118}, {Name: "=Ridge cap", Quantity: 4, Unit: "BUNDLES", UnitCost: 61.5},
		}})
		if err != nil {
			t.Fatal(err)
		}
	})
	if err := c.hover.SendMaterials(list); err != nil {
		t.Fatal(err)
	}
	told := c.told(1)
	if a := told[0]; len(told) != 1 || a.Kind != "materials" || a.JobID != house || !strings.Contains(a.Body, "$4,022.00") {
		t.Errorf("told is %+v", told)
	}
	saved := c.inDownloads("Material list*.xlsx")
	if len(saved) != 1 {
		t.Fatalf("as it is told there are the files %q", saved)
	}
	f, err := excelize.OpenFile(saved[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := f.GetRows(f.GetSheetList()[0], excelize.Options{RawCellValue: true})
	if err != nil || len(lines) != 4 || lines[1][0] != "Shingles" || lines[1][3] != "32" || lines[3][6] != "4022" {
		t.Errorf("it holds %q, %v", lines, err)
	}
	if formula, err := f.GetCellFormula(f.GetSheetList()[0], "A3"); err != nil || formula != "" {
		t.Errorf("a name from Hover became the formula %q, %v", formula, err)
	}

	// The verb saves it where it is wanted, as the other program wants it.
	dir := t.TempDir()
	path := strings.TrimSpace(c.ask("get", house, "--format", "materials-csv", "--dir", dir))
	csv, err := os.ReadFile(path)
	if err != nil || filepath.Dir(path) != dir && filepath.Dir(filepath.Dir(path)) != dir || !strings.Contains(string(csv), "Shingles") {
		t.Errorf("get saves %q: %q, %v", path, csv, err)
	}
}
