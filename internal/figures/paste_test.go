package figures

import (
	"strings"
	"testing"

	"dormer/internal/say"
)

func TestFiguresPasteIntoASheetOrAMail(t *testing.T) {
	house, _ := Read(sample(t, "sycamore-house", "full.json"))
	house.ModelID, house.Name, house.Address = "1", "House", "1420 Sycamore Lane, Carmel"
	garage, _ := Read([]byte(`{"roof":{"roof_facets":{"area":640},"gutters_eaves":{"length":64.5}}}`))
	garage.ModelID, garage.Name, garage.Address, garage.Test = "2", "=Garage\t\n+1", house.Address, true
	both := Paste(say.Terminal, house, garage, Total([]Figures{house, garage}))
	lines := strings.Split(strings.TrimSuffix(both, "\n"), "\n")
	for i, line := range lines[1:] {
		if cells := strings.Count(line, "\t"); cells != 3 {
			t.Errorf("line %d has %d cells: %q", i+1, cells+1, line)
		}
	}
	for _, want := range []string{
		"1420 Sycamore Lane, Carmel", "\tHouse\t'=Garage +1\tTotal", "Squares\t28.5\t6.4\t34.9", "Main pitch\t8/12\tnot given\tnot given",
		"Eaves, ft\t251.42\t64.5\t315.92", "Squares with 10% waste\t32\t8\t39", "Squares with 12% waste\tnot given\t8\tnot given",
	} {
		if !strings.Contains("\n"+both, "\n"+want+"\n") {
			t.Errorf("%q is not a line of\n%s", want, both)
		}
	}
	alone := Paste(say.Reader{Language: say.Spanish}, garage)
	if !strings.HasPrefix(alone, "TEST – 1420 Sycamore Lane, Carmel\nTecho, ft²\t640\nCuadros\t6.4\n") || strings.Contains(alone, "Limatesas") ||
		!strings.Contains(alone, "\nValles, ft\tsin dato\n") {
		t.Errorf("alone it is\n%s", alone)
	}
	if Paste(say.Terminal) != "" {
		t.Error("of nothing")
	}
}
