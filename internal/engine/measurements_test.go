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
		`{"summary":{},"footprint":{"stories":2,"perimeter":null}}`:                                                     "- - - - - - - - 2 -",
		`{"footprint":{"stories":"<script>alert(1)</script>"},"roof":{"pitch":[{"roof_pitch":"1234567/12","area":1}]}}`: "- - - - - - - - - -",
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
