package figures

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"dormer/internal/say"
)

// A table has a column for every figure of the contract, and each tells its own.
func TestATableHasEveryFigure(t *testing.T) {
	house, _ := Read(sample(t, "sycamore-house", "full.json"))
	house.JobID, house.ModelID, house.JobName, house.Address, house.Test = "7", "9", "Whitfield", "1420 Sycamore Lane", true
	head, row := Columns(say.Terminal), house.Row()
	if len(head) != len(row) {
		t.Fatalf("%d columns, %d cells", len(head), len(row))
	}
	cells := map[string]any{}
	for i, c := range head {
		if _, twice := cells[c.Name]; twice || c.Title == "" || strings.Contains(c.Title, "figures.") {
			t.Errorf("the column %s is called %q", c.Name, c.Title)
		}
		cells[c.Name] = row[i]
	}
	for field := range reflect.TypeFor[Figures]().Fields() {
		name := field.Tag.Get("json")
		cell, there := cells[name]
		if !field.IsExported() || name == "waste" {
			continue
		}
		if v := reflect.ValueOf(house).FieldByIndex(field.Index); v.Kind() == reflect.Pointer && there && !reflect.DeepEqual(cell, v.Elem().Interface()) {
			t.Errorf("%s is %v", name, cell)
		} else if !there {
			t.Errorf("there is no column %s", name)
		}
	}
	for name, want := range map[string]any{
		"name": "Main structure", "test": "TEST", "pitches": "8/12 96.91%, 10/12 3.09%", "squares_0_percent": 29, "squares_10_percent": 32,
		"squares_12_percent": nil, // Hover's own table has none
	} {
		if cells[name] != want {
			t.Errorf("%s is %v, want %v", name, cells[name], want)
		}
	}
	if empty := (Figures{ModelID: "1"}).Row(); slices.ContainsFunc(empty, func(cell any) bool { return cell != nil && cell != "" && cell != "1" && cell != "Main structure" }) {
		t.Errorf("what is not known is %v", empty)
	}
	if got := Columns(say.Reader{Language: say.Spanish})[7].Title; got != "Cuadros" {
		t.Errorf("in Spanish: %q", got)
	}
}

func TestAreasArePrintedWhole(t *testing.T) {
	if got := []string{Area(2847.49), Area(12), Area(1234567.5)}; !slices.Equal(got, []string{"2,847", "12", "1,234,568"}) {
		t.Errorf("%q", got)
	}
}
