package job

import (
	"strings"
	"testing"

	"dormer/internal/hover"
)

func TestOneHouseIsWrittenInManyWays(t *testing.T) {
	house := hover.Address{Line1: "1420 North Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"}
	for _, a := range []hover.Address{
		house,
		{Line1: "1420 N. sycamore ln"},
		{Line1: "1420  N Sycamore"}, // still being typed
		{Line1: "1420 N Sycamore Ln.", City: "CARMEL", Region: "in"},
		{Line1: "1420 N Sycamore Lane", City: "Carmel", Region: "Indiana"},
		{Line1: "1420 N Sycamore Lane", City: "Indianapolis", PostalCode: "46033-2214"}, // the code tells better than the town
		{Line1: "1420 N Sycamore Lane, Apt. 4"},
		{Line1: "1420 N Sycamore Lane", Line2: "Unit 4"},
	} {
		if !SamePlace(house, a) || !SamePlace(a, house) {
			t.Errorf("%q is not %q", a, house)
		}
		if a.Line1 = strings.ToUpper(a.Line1); !SamePlace(house, a) {
			t.Errorf("%q is not %q", a, house)
		}
	}
	for _, a := range []hover.Address{
		{},
		{Line1: "1420"},
		{Line1: "1420 N"},
		{Line1: "142 N Sycamore Lane"},
		{Line1: "1420 N Sycamore Court"},
		{Line1: "1420 S Sycamore Lane"},
		{Line1: "1420 N Sycamore Lane", City: "Portland"},
		{Line1: "1420 N Sycamore Lane", City: "Carmel", Region: "CA"},
		{Line1: "1420 N Sycamore Lane", PostalCode: "46032"},
		{Line1: "1422", City: "Carmel", Region: "IN", PostalCode: "46033"},
	} {
		if SamePlace(house, a) || SamePlace(a, house) {
			t.Errorf("%q is %q", a, house)
		}
	}
	if SamePlace(hover.Address{Line1: "5 N"}, hover.Address{Line1: "5 N"}) {
		t.Error("a number and a direction are a place")
	}
	flats := hover.Address{Line1: "1420 North Sycamore Lane", Line2: "# 12"}
	if other := (hover.Address{Line1: "1420 North Sycamore Lane Unit 14"}); SamePlace(flats, other) {
		t.Errorf("%q is %q", flats, other)
	}
}

func TestAPlaceIsLookedForByWhatItsLineHolds(t *testing.T) {
	for line, want := range map[string]string{
		"":                       "",
		"5":                      "",
		"5 N":                    "",
		"5 Cedar":                "5 cedar",
		" 5  Cedar, Ct":          "5 cedar",
		"5 N Main St":            "main",
		"12 St. James Street":    "james",
		"Rural Route 2":          "rural",
		"Old Mill Road":          "old mill",
		"1906½ Prairie Ave":      "1906½ prairie",
		"77 Pine Ave":            "77 pine",
		"12 – 14 Birch Hill Run": "birch",
	} {
		got := PlaceHint(hover.Address{Line1: line})
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
		if !strings.Contains(strings.Join(strings.Fields(strings.ToLower(line)), " "), got) {
			t.Errorf("%q does not hold %q", line, got)
		}
	}
}
