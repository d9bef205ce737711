package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/simulator"
)

// measured adds a finished house and gives its structure.
func (w *world) measured(spec simulator.StructureSpec) (hover.JobID, hover.ModelID) {
	w.t.Helper()
	id := w.sim.AddJob(simulator.JobSpec{Structures: []simulator.StructureSpec{spec}})
	if err := w.e.RefreshJob(w.t.Context(), id); err != nil {
		w.t.Fatal(err)
	}
	w.pass(time.Second)
	return id, w.sim.Structures(id)[0]
}

// correct has Hover send a job back and finish it again.
func (w *world) correct(id hover.JobID) {
	w.t.Helper()
	for _, state := range []hover.JobState{hover.JobRequestingCorrections, hover.JobCompleted} {
		if err := w.sim.SetJobState(id, state); err != nil {
			w.t.Fatal(err)
		}
		w.pass(time.Minute)
	}
}

// figuresOf says the key figures on one line; "-" is one that is not there.
func figuresOf(m engine.Measurements) string {
	var all []string
	v := reflect.ValueOf(m)
	for i := range v.NumField() {
		s := "-"
		switch f := v.Field(i).Interface().(type) {
		case *float64:
			if f != nil {
				s = strconv.FormatFloat(*f, 'f', -1, 64)
			}
		case *int:
			if f != nil {
				s = strconv.Itoa(*f)
			}
		case string:
			if f != "" {
				s = f
			}
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

const (
	// area facets pitch ridges valleys eaves siding openings stories perimeter
	sycamoreFigures = "2847 14 8/12 233.75 86.33 251.42 1963 19 - -"
	wholeSycamore   = "2847 14 8/12 233.75 86.33 251.42 1963 19 1 230.1"
	quarryFigures   = "1684 6 12/12 55.58 15.67 103.17 - - - -"
)

func (w *world) wantFigures(id hover.JobID, model hover.ModelID, want string) {
	w.t.Helper()
	m, ok, err := w.e.Measurements(w.t.Context(), id, model)
	if err != nil || !ok || figuresOf(m) != want {
		w.t.Fatalf("the figures are %s, %v, %v; want %s", figuresOf(m), ok, err, want)
	}
}

func TestTheKeyFiguresAreFetchedOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
		path := "/api/v3/models/" + string(model) + "/artifacts/measurements.json"
		for range 3 {
			w.wantFigures(id, model, sycamoreFigures)
		}
		if n := w.asked("GET", path); n != 1 {
			t.Errorf("asked for %d times", n)
		}
		w.restart()
		w.wantFigures(id, model, sycamoreFigures)
		if n := w.asked("GET", path); n != 1 {
			t.Errorf("asked for again after a restart")
		}
		w.correct(id)
		w.wantFigures(id, model, sycamoreFigures)
		if n := w.asked("GET", path); n != 2 {
			t.Errorf("asked for %d times, twice: before and after the correction", n)
		}
		roof, itsModel := w.measured(simulator.StructureSpec{Deliverable: "2", Sample: "quarry-roof"})
		w.wantFigures(roof, itsModel, quarryFigures)
		if _, _, err := w.e.Measurements(t.Context(), id, itsModel); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("another job's structure: %v", err)
		}
	})
}

func TestASavedFileOfMeasurementsIsReadBeforeHoverIsAsked(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Formats: []hover.Format{hover.FormatJSON}})
		if err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		w.road.cut(true) // it is enough
		w.wantFigures(id, model, wholeSycamore)
		w.road.cut(false)
		w.correct(id) // the file is of before
		w.wantFigures(id, model, sycamoreFigures)
		if got, err = w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Formats: []hover.Format{hover.FormatJSON}}); err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		w.wantFigures(id, model, wholeSycamore)
		if err := os.WriteFile(got[0].Path, []byte(`{"summary":{"roof":{"roof_facets":{"area":1}}}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		w.wantFigures(id, model, sycamoreFigures)
		if err := os.Remove(got[0].Path); err != nil {
			t.Fatal(err)
		}
		w.wantFigures(id, model, sycamoreFigures)
	})
}

func TestWhatIsNotMeasuredYetHasNoFigures(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		none := func(id hover.JobID, model hover.ModelID) {
			t.Helper()
			if m, ok, err := w.e.Measurements(t.Context(), id, model); ok || err != nil || m != (engine.Measurements{}) {
				t.Errorf("%s, %v, %v", figuresOf(m), ok, err)
			}
		}
		building := w.working(simulator.JobSpec{})
		model := w.sim.Structures(building)[0]
		none(building, model)
		if n := w.asked("GET", "/api/v3/models/"+string(model)+"/artifacts/measurements.json"); n != 0 {
			t.Errorf("Hover was asked for them %d times", n)
		}
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 1 })
		none(id, model)
		w.wantFigures(id, model, sycamoreFigures)
	})
}

func TestFiguresThatCannotBeFetchedSayWhy(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
		fails := func(want string) {
			t.Helper()
			_, ok, err := w.e.Measurements(t.Context(), id, model)
			said, is := errors.AsType[*say.Error](err)
			if ok || !is || said.Do.IsZero() || !strings.Contains(said.Error(), want) {
				t.Errorf("%v, %v; want %q", ok, err, want)
			}
		}
		w.road.cut(true)
		fails("no answer from Hover")
		w.road.cut(false)
		w.answer("/api/v3/models/*", 403)
		fails("plan does not include")
		w.answersAsUsual()
		cache := filepath.Join(w.dir, "cache")
		if err := errors.Join(os.RemoveAll(cache), os.WriteFile(cache, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		fails("disk")
	})
}

func TestFiguresAreTakenFromWhateverShapeTheyHave(t *testing.T) {
	for text, want := range map[string]string{
		``: "- - - - - - - - - -", `null`: "- - - - - - - - - -", `[]`: "- - - - - - - - - -", `{"roof":[1]}`: "- - - - - - - - - -",
		// Texts for numbers, a pitch by its share, siding and brick counted together.
		`{"roof":{"roof_facets":{"area":"2,847 sq ft","total":"14"},"pitch":[{"roof_pitch":"3/12","percentage":"9.5%"},{"roof_pitch":"8/12","percentage":90.5},
		  {"roof_pitch":"steep","percentage":99}],"valleys":{"length":0,"total":0}},"openings":{"quantity":{"siding":12,"other":"7"}}}`: "2847 14 8/12 - 0 - - 19 - -",
		// Absurd figures and odd shapes cost only themselves.
		`{"roof":{"roof_facets":{"area":1e300,"total":14.5},"ridges_hips":{"length":-3},"valleys":{"length":"NaN"},"gutters_eaves":{"length":251.42},"pitch":{}},
		  "area":{"facades":{"siding":[1963]}},"openings":{"quantity":{"siding":1e9}}}`: "- - - - - 251.42 - - - -",
		// full_json: the summary, and what only the details tell.
		`{"summary":{"roof":{"roof_facets":{"area":null}}},"roof":{"area":{"facets":1000,"total":1010},"facets":[{},{}],"pitch":[{"roof_pitch":"6/12","percentage":"100%"}]},
		  "openings":{"windows":[{},{}],"doors":[{}]},"footprint":{"stories":">1","perimeter":"230.1"}}`: "1010 2 6/12 - - - - 3 >1 230.1",
		// A thin summary: each figure from the details.
		`{"summary":{"roof":{}},"roof":{"measurements":{"ridges":{"length":40},"hips":{"length":"12' 6\""},"valleys":"9 ft 3 in","gutters_eaves":{"length":118.75}},
		  "facets":[{"area":600,"pitch":7},{"area":"500 sq ft","pitch":"4 / 12"},{"area":150,"pitch":4}]},
		  "facades":{"siding":[{"area":557},{"area":"1,444.5"}],"brick":[{"area":90}]}}`: "1250 3 4/12 52.5 9.25 118.75 2001.5 - - -",
		`{"roof":{"ridges":{"length":30},"hips":{"length":10},"pitch":[{"roof_pitch":"7","area":10}]}}`: "- - 7/12 40 - - - - - -",
		// Feet and inches.
		`{"roof":{"ridges_hips":{"length":"118' 9\""},"valleys":{"length":"0' 6\""},"gutters_eaves":{"length":"1,018′ 3 1/2″"}},"footprint":{"perimeter":"230 ft"}}`: "- - - 118.75 0.5 1018.2917 - - - 230",
		// What is not understood as a whole is not read at all, nor is a sum with such a part.
		`{"roof":{"roof_facets":{"area":"28.5 squares"},"ridges_hips":{"length":"118' 9\" or so"},"valleys":{"length":"41\" x 56\""},"gutters_eaves":{"length":"12 m"}}}`: "- - - - - - - - - -",
		`{"summary":{},"roof":{"measurements":{"ridges":{"length":40},"hips":{"length":"?"}},"facets":[{"area":600},{"area":"?"}]},
		  "facades":{"siding":[{"area":557},{"facade":"SI-2"}]}}`: "- 2 - - - - - - - -",
		`{"openings":{"quantity":{"siding":12,"other":"some"}}}`: "- - - - - - - - - -",
		`{"openings":{"quantity":{"siding":12,"other":null}}}`:   "- - - - - - - 12 - -",
		// Pitches in every spelling; two parts of one pitch are one.
		`{"roof":{"pitch":[{"roof_pitch":"7 / 12","area":100}]}}`:                                                               "- - 7/12 - - - - - - -",
		`{"roof":{"pitch":[{"roof_pitch":7,"area":100}]}}`:                                                                      "- - 7/12 - - - - - - -",
		`{"roof":{"pitch":[{"roof_pitch":"7:12","area":100}]}}`:                                                                 "- - 7/12 - - - - - - -",
		`{"roof":{"pitch":[{"roof_pitch":"7.50/12","area":100}]}}`:                                                              "- - 7.5/12 - - - - - - -",
		`{"roof":{"pitch":[{"roof_pitch":"4/12","area":60},{"roof_pitch":"9/12","area":70},{"roof_pitch":"4 /12","area":60}]}}`: "- - 4/12 - - - - - - -",
		`{"summary":{},"footprint":{"stories":2,"perimeter":null}}`:                                                             "- - - - - - - - 2 -",
		`{"footprint":{"stories":"<script>alert(1)</script>"},"roof":{"pitch":[{"roof_pitch":"1234567/12","area":1}]}}`:         "- - - - - - - - - -",
	} {
		if got := figuresOf(engine.ReadMeasurements([]byte(text))); got != want {
			t.Errorf("%s\n is %s\nwant %s", text, got, want)
		}
	}
}

func FuzzMeasurements(f *testing.F) {
	for _, sample := range []string{"sycamore-house/summarized.json", "sycamore-house/full.json", "quarry-roof/summarized.json"} {
		b, err := os.ReadFile(filepath.Join("..", "simulator", "samples", filepath.FromSlash(sample)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"summary":{"roof":{"roof_facets":{"area":"2,847.5 sq ft","total":1e2}}},"footprint":{"stories":">1"}}`))
	f.Add([]byte(`{"summary":{},"roof":{"measurements":{"ridges":"118' 9 1/2\"","hips":{"length":"1,018 ft 3 in"}},"facets":[{"area":1,"pitch":"7 / 12"}]},"facades":{"siding":[{"area":"9 sq ft"}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := engine.ReadMeasurements(b)
		for _, f := range []*float64{m.RoofArea, m.RidgesHips, m.Valleys, m.Eaves, m.SidingArea, m.Perimeter} {
			if f != nil && !(*f >= 0 && *f <= 1e7) {
				t.Errorf("a figure is %v", *f)
			}
		}
		for _, n := range []*int{m.Facets, m.Openings} {
			if n != nil && (*n < 0 || *n > 200_000) {
				t.Errorf("a count is %d", *n)
			}
		}
		if len(m.Pitch) > 8 || len(m.Stories) > 16 {
			t.Errorf("a text is %q or %q", m.Pitch, m.Stories)
		}
	})
}

// Where Hover's summary is thin, the whole file is asked for, once.
func TestAThinSummaryIsCompletedFromTheWholeFile(t *testing.T) {
	for _, shapes := range [][]simulator.Shape{{simulator.ShapeThinSummary}, {simulator.ShapeThinSummary, simulator.ShapeFeetAndInches, simulator.ShapeJSONVersions}} {
		story(t, func(t *testing.T, w *world) {
			w.ready()
			w.faults(func(f *simulator.Faults) { f.Shapes = shapes })
			id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
			want := wholeSycamore
			if len(shapes) > 1 { // to the inch
				want = "2847 14 8/12 233.75 86.3333 251.4167 1963 19 1 230.0833"
			}
			for range 3 {
				w.wantFigures(id, model, want)
			}
			if n := w.asked("GET", "/api/v3/models/"+string(model)+"/artifacts/measurements.json"); n != 2 {
				t.Errorf("asked for %d times", n)
			}
		})
	}
}

// Each deliverable has its own versions of the JSON, and photos alone have none:
// what cannot come is not asked for.
func TestMeasurementsAreAskedForByWhatWasOrdered(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.faults(func(f *simulator.Faults) { f.Shapes = []simulator.Shape{simulator.ShapePaintOnly} }) // no link tells it
		for deliverable, want := range map[hover.DeliverableID]string{
			"2": "version=summarized_json", "3": "version=summarized_json", "5": "version=sketch_json", "6": "version=sketch_json", "8": "version=full_json", "7": "", "4": "",
		} {
			id, model := w.measured(simulator.StructureSpec{Deliverable: deliverable})
			for range 5 {
				if _, _, err := w.e.Measurements(t.Context(), id, model); err != nil {
					t.Fatal(err)
				}
				w.pass(time.Minute)
			}
			var asked []string
			for _, r := range w.sim.Requests() {
				if strings.HasSuffix(r.Path, string(model)+"/artifacts/measurements.json") && !r.Storage {
					asked = append(asked, r.Query)
				}
			}
			if want == "" && len(asked) > 0 || want != "" && (len(asked) != 1 || !strings.Contains(asked[0], want)) {
				t.Errorf("of deliverable %s Hover was asked %q", deliverable, asked)
			}
		}
	})
}

func TestMeasurementsThatNeverComeAreAskedForEverMoreRarely(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, model := w.measured(simulator.StructureSpec{})
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		for range 24 * 4 {
			if _, ok, err := w.e.Measurements(t.Context(), id, model); ok || err != nil {
				t.Fatal(ok, err)
			}
			w.pass(15 * time.Minute)
		}
		if n := w.asked("GET", "/api/v3/models/"+string(model)+"/artifacts/measurements.json"); n > 10 {
			t.Errorf("in a day Hover was asked %d times", n)
		}
	})
}

// A job whose structures are photos alone waits for no PDF.
func TestPhotosAloneWaitForNoFile(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Deliverable: "7"}}})
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.faults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v3/models/*", Status: 404, Count: simulator.Always}}
		})
		w.complete(id)
		w.pass(10 * time.Second)
		if n := len(w.alerts()); n != 1 {
			t.Errorf("%d alerts after ten seconds", n)
		}
		if s := w.status(); s.Work.Pending != 0 {
			t.Errorf("left to do: %+v", s.Work)
		}
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Formats: []hover.Format{hover.FormatFML}})
		if err == nil || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
