package figures

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
)

// said says the figures that there are, by the contract's names: "roof_sqft 2847, pitch 8/12".
func said(f Figures) string {
	var all []string
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		name, is := v.Type().Field(i).Tag.Get("json"), ""
		switch n := v.Field(i).Interface().(type) {
		case *float64:
			if n != nil {
				is = strconv.FormatFloat(*n, 'f', -1, 64)
			}
		case *int:
			if n != nil {
				is = strconv.Itoa(*n)
			}
		case *string:
			if n != nil {
				is = *n
			}
		case []Pitch:
			for _, p := range n {
				is += " " + p.Pitch
				for _, share := range []*float64{p.Area, p.Percent} {
					if share != nil {
						is += ":" + strconv.FormatFloat(*share, 'f', -1, 64)
					}
				}
			}
		case []Waste:
			for _, w := range n {
				is += fmt.Sprintf(" %d%%:%v:%d", w.Percent, w.Area, w.Squares)
			}
		}
		if is = strings.TrimSpace(is); is != "" {
			all = append(all, name+" "+is)
		}
	}
	return strings.Join(all, ", ")
}

func TestFiguresAreTakenFromWhateverShapeTheyHave(t *testing.T) {
	for text, want := range map[string]string{
		``: "", `null`: "", `[]`: "", `{"roof":[1]}`: "", `{"summary":7,"roof":{"pitch":[[]]}}`: "",
		// Texts for numbers, shares as texts, siding and brick counted together.
		`{"roof":{"roof_facets":{"area":"2,500 sq ft","total":"14"},"pitch":[{"roof_pitch":"3/12","percentage":"9.5%"},{"roof_pitch":"8/12","percentage":90.5}],
		  "valleys":{"length":0,"total":0}},"openings":{"quantity":{"siding":12,"other":"7"}}}`: "roof_sqft 2500, squares 25, facets 14, pitch 8/12, pitches 8/12:90.5 3/12:9.5, " +
			"valleys_ft 0, openings 19, waste 0%:2500:25 5%:2625:27 10%:2750:28 12%:2800:28 15%:2875:29 20%:3000:30",
		// Absurd figures and odd shapes cost only themselves.
		`{"roof":{"roof_facets":{"area":1e300,"total":14.5},"ridges_hips":{"length":-3},"valleys":{"length":"NaN"},"gutters_eaves":{"length":251.42},"pitch":{}},
		  "area":{"facades":{"siding":[1963]}},"openings":{"quantity":{"siding":1e9}}}`: "eaves_ft 251.42",
		// full_json: the summary, and what only the details tell.
		`{"summary":{"roof":{"roof_facets":{"area":null}}},"roof":{"area":{"facets":1000,"total":1010},"facets":[{},{}],"pitch":[{"roof_pitch":"6/12","percentage":"100%"}]},
		  "openings":{"windows":[{},{}],"doors":[{}]},"footprint":{"stories":">1","perimeter":"230.1"}}`: "roof_sqft 1010, squares 10.1, facets 2, pitch 6/12, pitches 6/12:100, openings 3, " +
			"stories >1, perimeter_ft 230.1, waste 0%:1010:11 5%:1060.5:11 10%:1111:12 12%:1131.2:12 15%:1161.5:12 20%:1212:13",
		// A thin summary: each figure from the details.
		`{"summary":{"roof":{"waste_factor":{"area":{"zero":1250,"plus_7_percent":1338,"plus_5_percent":"1,312.5","plus_x_percent":1,"plus_20_percent":"?"}}}},
		  "roof":{"measurements":{"ridges":{"length":40},"hips":{"length":"12' 6\""},"valleys":"9 ft 3 in","gutters_eaves":{"length":118.75},
		  "rakes":{"length":"1' 3\""},"flashing":{"length":7},"step_flashing":{"length":"8 1/2 in"}},
		  "facets":[{"area":600,"pitch":7},{"area":"500 sq ft","pitch":"4 / 12"},{"area":150,"pitch":4}]},
		  "facades":{"siding":[{"area":557},{"area":"1,444.5"}],"brick":[{"area":90}]}}`: "roof_sqft 1250, squares 12.5, facets 3, pitch 4/12, pitches 4/12:650:52 7/12:600:48, " +
			"ridges_hips_ft 52.5, ridges_ft 40, hips_ft 12.5, valleys_ft 9.25, eaves_ft 118.75, rakes_ft 1.25, drip_edge_ft 120, flashing_ft 7, step_flashing_ft 0.7083, " +
			"siding_sqft 2001.5, waste 0%:1250:13 5%:1312.5:14 7%:1338:14",
		// Feet and inches.
		`{"roof":{"ridges_hips":{"length":"118' 9\""},"valleys":{"length":"0' 6\""},"gutters_eaves":{"length":"1,018′ 3 1/2″"},"rakes":{"length":"7 ft"}}}`: "ridges_hips_ft 118.75, " +
			"valleys_ft 0.5, eaves_ft 1018.2917, rakes_ft 7, drip_edge_ft 1025.2917",
		// What is not understood as a whole is not read at all, nor is a sum with such a part.
		`{"roof":{"roof_facets":{"area":"28.5 squares"},"ridges_hips":{"length":"118' 9\" or so"},"valleys":{"length":"41\" x 56\""},"gutters_eaves":{"length":"12 m"},"rakes":{"length":3}}}`: "rakes_ft 3",
		`{"summary":{},"roof":{"measurements":{"ridges":{"length":40},"hips":{"length":"?"}},"facets":[{"area":600},{"area":"?"}]},
		  "facades":{"siding":[{"area":557},{"facade":"SI-2"}]},"openings":{"windows":[{}],"doors":"two"}}`: "facets 2, ridges_ft 40",
		`{"openings":{"quantity":{"siding":12,"other":"some"}}}`: "",
		`{"openings":{"quantity":{"siding":12,"other":null}}}`:   "openings 12",
		// Pitches in every spelling; the parts of one pitch are one.
		`{"roof":{"pitch":[{"roof_pitch":"7 / 12","area":100}]}}`:                                                               "pitch 7/12, pitches 7/12:100:100",
		`{"roof":{"pitch":[{"roof_pitch":7,"area":100}]}}`:                                                                      "pitch 7/12, pitches 7/12:100:100",
		`{"roof":{"pitch":[{"roof_pitch":"7:12"}]}}`:                                                                            "pitch 7/12, pitches 7/12",
		`{"roof":{"pitch":[{"roof_pitch":"7.50/12","area":0}]}}`:                                                                "pitch 7.5/12, pitches 7.5/12:0",
		`{"roof":{"pitch":[{"roof_pitch":"7 on 12","area":100}]}}`:                                                              "",
		`{"roof":{"pitch":[{"roof_pitch":"112/12","area":100.0}]}}`:                                                             "",
		`{"roof":{"pitch":[{"roof_pitch":"4/12","area":60},{"roof_pitch":"9/12","area":70},{"roof_pitch":"4 /12","area":70}]}}`: "pitch 4/12, pitches 4/12:130:65 9/12:70:35",
		// Of a list with a pitch that cannot be read no part is told as the whole, and the main one only where it is certain.
		`{"roof":{"pitch":[{"roof_pitch":"steep","percentage":99},{"roof_pitch":"8/12","percentage":1}]}}`: "",
		`{"roof":{"pitch":[{"roof_pitch":"steep","percentage":1},{"roof_pitch":"8/12","percentage":99}]}}`: "pitch 8/12",
		`{"roof":{"pitch":[{"roof_pitch":"steep"},{"roof_pitch":"8/12"}]}}`:                                "",
		`{"roof":{"pitch":[{"roof_pitch":"4/12","area":900},{"roof_pitch":"8/12","percentage":10}]}}`:      "pitches 4/12:900 8/12:10",
		// Texts are kept short and plain.
		`{"summary":{},"footprint":{"stories":2,"perimeter":null}}`:          "stories 2",
		`{"summary":{},"footprint":{"stories":"<script>alert(1)</script>"}}`: "",
	} {
		if f, _ := Read([]byte(text)); said(f) != want {
			t.Errorf("%s\n is %s\nwant %s", text, said(f), want)
		}
	}
}

// sample reads a file of one of the simulator's houses.
func sample(t testing.TB, house, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "simulator", "samples", house, file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func houses(t testing.TB) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("..", "simulator", "samples"))
	if err != nil || len(entries) < 5 {
		t.Fatal(len(entries), err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// printedText are the words of a PDF that is not compressed.
var printedText = regexp.MustCompile(`\(((?:\\.|[^()\\])*)\) Tj`)

// What the full JSON gives is what the PDF of the same house prints, to the inch and the square foot.
func TestTheFiguresAreThoseThatThePDFPrints(t *testing.T) {
	for _, house := range houses(t) {
		t.Run(house, func(t *testing.T) {
			var words []string
			for _, m := range printedText.FindAllSubmatch(sample(t, house, "measurements.pdf"), -1) {
				words = append(words, strings.NewReplacer(`\(`, "(", `\)`, ")").Replace(string(m[1])))
			}
			after := func(label string, n int) string {
				for i, w := range words {
					if w == label && i+n < len(words) {
						return words[i+n]
					}
				}
				return "nothing"
			}
			f, whole := Read(sample(t, house, "full.json"))
			if !whole {
				t.Error("it is not taken for the whole")
			}
			area := func(f *float64) string { return thousands(strconv.FormatFloat(*f, 'f', 0, 64)) + " sq ft" }
			type line struct{ label, printed, read string }
			lines := []line{
				{"Ridges", after("Ridges", 2), Feet(*f.Ridges)},
				{"Hips", after("Hips", 2), Feet(*f.Hips)},
				{"Valleys", after("Valleys", 2), Feet(*f.Valleys)},
				{"Rakes", after("Rakes", 2), Feet(*f.Rakes)},
				{"Flashing", after("Flashing", 2), Feet(*f.Flashing)},
				{"Step flashing", after("Step flashing", 2), Feet(*f.StepFlashing)},
				{"Total", after("Total", 2), area(f.Roof)},
			}
			for i, p := range f.Pitches {
				n := 3 * (i + 1)
				lines = append(lines,
					line{"Share " + p.Pitch, after("Share", n-2), p.Pitch},
					line{"Share " + p.Pitch, after("Share", n-1), area(p.Area)},
					line{"Share " + p.Pitch, after("Share", n), strconv.FormatFloat(*p.Percent, 'f', 2, 64) + "%"})
			}
			for i, w := range f.Waste {
				lines = append(lines, line{"Squares", after("Squares", 3*i+2), area(&w.Area)})
			}
			for _, l := range lines {
				if l.printed != l.read {
					t.Errorf("%s: read as %s, printed as %s", l.label, l.read, l.printed)
				}
			}
			text := strings.Join(words, "\n")
			for _, want := range []string{
				"Eaves\n", Feet(*f.Eaves), *f.Pitch + "\nMain pitch", strconv.Itoa(*f.Facets) + "\nRoof facets",
				"Drip edge (eaves and rakes): " + Feet(*f.DripEdge), "(ridges and hips): " + Feet(*f.RidgesHips),
			} {
				if !strings.Contains(text, want) {
					t.Errorf("the PDF does not say %q", want)
				}
			}
			if f.Siding != nil && !strings.Contains(text, area(f.Siding)+"\nSiding area") {
				t.Errorf("the siding is not %s", area(f.Siding))
			}
			if roofOnly := !strings.Contains(text, "Siding area"); roofOnly != (f.Siding == nil) || roofOnly != (f.Openings == nil) {
				t.Errorf("siding %v, openings %v", f.Siding, f.Openings)
			}
		})
	}
}

// The summary gives the same, but for what only the details hold.
func TestTheSummaryAndTheWholeAgree(t *testing.T) {
	for _, house := range houses(t) {
		full, _ := Read(sample(t, house, "full.json"))
		f, whole := Read(sample(t, house, "summarized.json"))
		if whole || f.Ridges != nil || f.Stories != nil {
			t.Errorf("%s: %v, %s", house, whole, said(f))
		}
		f.Complete(full)
		if said(f) != said(full) {
			t.Errorf("%s: the summary says %s\nthe whole %s", house, said(f), said(full))
		}
	}
}

// Hover's own table of waste stands, whichever of two readings has it.
func TestHoversOwnWasteStands(t *testing.T) {
	thin, _ := Read([]byte(`{"roof":{"area":{"total":1000},"facets":[]}}`))
	own, _ := Read([]byte(`{"roof":{"roof_facets":{"area":1000},"waste_factor":{"area":{"zero":1000,"plus_10_percent":1101}}}}`))
	a, b := thin, own
	a.Complete(own)
	b.Complete(thin)
	for _, f := range []Figures{a, b} {
		if len(f.Waste) != 2 || f.Waste[1] != (Waste{10, 1101, 12}) {
			t.Errorf("%+v", f.Waste)
		}
	}
}

func TestLengthsArePrintedAsThePDFDoes(t *testing.T) {
	for f, want := range map[float64]string{
		118.75: `118' 9"`, 0: `0' 0"`, 0.04: `0' 0"`, 251.42: `251' 5"`, 11.99: `12' 0"`, 1018.2917: `1,018' 4"`, 999999: `999,999' 0"`,
		-0.01: `0' 0"`, -1.5: `-1' 6"`, math.Inf(1): "–",
	} {
		if got := Feet(f); got != want {
			t.Errorf("%v is %s, want %s", f, got, want)
		}
	}
	if got := Feet(math.NaN()); got != "–" {
		t.Error(got)
	}
}

func TestTheFirstFiguresInWords(t *testing.T) {
	at := func(text string) Figures { f, _ := Read([]byte(text)); return f }
	for text, want := range map[string]string{
		`{"roof":{"roof_facets":{"area":2847},"pitch":[{"roof_pitch":"8/12"}]}}`: "28.5 squares, 8/12",
		`{"roof":{"roof_facets":{"area":120400}}}`:                               "1,204.0 squares",
		`{"roof":{"pitch":[{"roof_pitch":"8/12"}]}}`:                             "",
	} {
		if got := at(text).Says().String(); got != want {
			t.Errorf("%s says %q, want %q", text, got, want)
		}
	}
	if f := (Figures{}); f.Known() || !at(`{"summary":{},"footprint":{"stories":"2"}}`).Known() || !at(`{"roof":{"rakes":1}}`).Known() {
		t.Error("what is known")
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{"summarized.json", "full.json"} { // of a small roof: what is large takes the fuzzer long to make small
		var b bytes.Buffer
		if err := json.Compact(&b, sample(f, "quarry-roof", file)); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"summary":{"roof":{"roof_facets":{"area":"2,847.5 sq ft","total":1e2}}},"footprint":{"stories":">1"}}`))
	f.Add([]byte(`{"summary":{},"roof":{"measurements":{"ridges":"118' 9 1/2\"","hips":{"length":"1,018 ft 3 in"}},"facets":[{"area":1,"pitch":"7 / 12"}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		one, _ := Read(b)
		both := Total([]Figures{one, one})
		for _, f := range []Figures{one, both} {
			for _, n := range []*float64{
				f.Roof, f.Squares, f.RidgesHips, f.Ridges, f.Hips, f.Valleys, f.Eaves, f.Rakes, f.DripEdge, f.Flashing, f.StepFlashing, f.Siding, f.Perimeter,
			} {
				if n != nil && !(*n >= 0 && *n <= 4*mostArea) {
					t.Errorf("a figure is %v", *n)
				}
			}
			for _, n := range []*int{f.Facets, f.Openings} {
				if n != nil && (*n < 0 || *n > 4*mostCount) {
					t.Errorf("a count is %d", *n)
				}
			}
			for i, w := range f.Waste {
				if float64(w.Squares)*Square < w.Area-0.01 || float64(w.Squares-1)*Square >= w.Area || i > 0 && w.Percent <= f.Waste[i-1].Percent {
					t.Errorf("the waste is %+v", f.Waste)
				}
			}
			for _, p := range f.Pitches {
				if len(p.Pitch) > 8 || p.Percent != nil && (*p.Percent < 0 || *p.Percent > 200) {
					t.Errorf("a pitch is %+v", p)
				}
			}
			if f.Pitch != nil && len(*f.Pitch) > 8 || f.Stories != nil && len(*f.Stories) > 16 {
				t.Error("a text is long")
			}
			// What is kept is what was read.
			kept, err := json.Marshal(f)
			var again Figures
			if err != nil || json.Unmarshal(kept, &again) != nil || said(again) != said(f) {
				t.Errorf("kept as %s, %v", kept, err)
			}
		}
		if (both.Roof == nil) != (one.Roof == nil) || one.Roof != nil && math.Abs(*both.Roof-2**one.Roof) > 0.001 {
			t.Error("twice a roof is not two roofs")
		}
	})
}

// A length is read back as it was printed, to the inch.
func FuzzFeet(f *testing.F) {
	f.Add(118.75)
	f.Add(999.9999)
	f.Fuzz(func(t *testing.T, length float64) {
		if !(length >= 0 && length <= mostLength) {
			return
		}
		printed, _ := json.Marshal(Feet(length))
		if got, ok := number(printed); !ok || math.Abs(got-length) > 1./24+1e-4 {
			t.Errorf("%v is printed as %s and read as %v", length, printed, got)
		}
	})
}
