package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/figures"
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

// imported is a finished house of before the first sign-in: listed, and nothing of it fetched. It has the world ready.
func (w *world) imported(structures ...simulator.StructureSpec) (hover.JobID, []hover.ModelID) {
	w.t.Helper()
	id := w.sim.AddJob(simulator.JobSpec{Structures: structures})
	w.ready()
	w.pass(time.Second)
	return id, w.sim.Structures(id)
}

// askedForFigures counts the requests for a structure's JSON.
func (w *world) askedForFigures(model hover.ModelID) int {
	return w.asked("GET", "/api/v3/models/"+string(model)+"/artifacts/measurements.json")
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

// figuresOf says the first figures on one line; "-" is one that is not there.
func figuresOf(f figures.Figures) string {
	var all []string
	add := func(n *float64) {
		if n == nil {
			all = append(all, "-")
			return
		}
		all = append(all, strconv.FormatFloat(*n, 'f', -1, 64))
	}
	word := func(s *string) {
		if s == nil {
			all = append(all, "-")
			return
		}
		all = append(all, *s)
	}
	add(f.Roof)
	word(f.Pitch)
	add(f.RidgesHips)
	add(f.Hips)
	add(f.DripEdge)
	add(f.Siding)
	word(f.Stories)
	add(f.Perimeter)
	return strings.Join(all, " ")
}

const (
	// roof pitch ridges-and-hips hips drip siding stories perimeter
	sycamoreSummary = "2847 8/12 233.75 - 264.42 1963 - -"
	sycamoreFigures = "2847 8/12 233.75 161.33 264.42 1963 1 230.1"
	quarryFigures   = "1684 12/12 55.58 0 195.5 - 1 141.7"
	noFigures       = "- - - - - - - -"
)

func (w *world) wantFigures(id hover.JobID, model hover.ModelID, want string) {
	w.t.Helper()
	all, err := w.e.Figures(w.t.Context(), id, model)
	if err != nil || len(all) != 1 || all[0].JobID != id || all[0].ModelID != model || figuresOf(all[0]) != want {
		w.t.Fatalf("the figures are %+v, %v; want %s", says(all), err, want)
	}
}

func says(all []figures.Figures) (list []string) {
	for _, f := range all {
		list = append(list, string(f.ModelID)+": "+figuresOf(f))
	}
	return list
}

// What a person looks at is asked for once, and kept: over a restart, without the cache, without a network. After a
// correction it is asked for anew.
func TestFiguresAreFetchedOnceAndKept(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{Sample: "sycamore-house"})
		model := models[0]
		if n := w.askedForFigures(model); n != 0 {
			t.Errorf("of a house of before Hover was asked %d times", n)
		}
		for range 3 {
			w.wantFigures(id, model, sycamoreFigures)
		}
		w.restart()
		if err := os.RemoveAll(filepath.Join(w.dir, "cache")); err != nil {
			t.Fatal(err)
		}
		w.road.cut(true)
		w.wantFigures(id, model, sycamoreFigures)
		w.road.cut(false)
		if n := w.askedForFigures(model); n != 1 {
			t.Errorf("asked for %d times", n)
		}
		w.correct(id)
		w.wantFigures(id, model, sycamoreFigures)
		if n := w.askedForFigures(model); n != 2 {
			t.Errorf("asked for %d times, twice: before and after the correction", n)
		}
		roof, itsModel := w.measured(simulator.StructureSpec{Deliverable: "2", Sample: "quarry-roof"})
		w.wantFigures(roof, itsModel, quarryFigures)
		for _, ask := range []func() error{
			func() error { _, err := w.e.Figures(t.Context(), id, itsModel); return err },
			func() error { _, err := w.e.Figures(t.Context(), "999"); return err },
		} {
			if err := ask(); !errors.Is(err, engine.ErrUnknown) {
				t.Errorf("another job's structure, or no job: %v", err)
			}
		}
	})
}

func TestASavedFileOfMeasurementsIsReadBeforeHoverIsAsked(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{Sample: "sycamore-house"})
		model := models[0]
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Formats: []hover.Format{hover.FormatJSON}})
		if err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		asked := w.askedForFigures(model)
		w.road.cut(true) // it is enough, for the directory alone too
		w.wantFigures(id, model, sycamoreFigures)
		if all, err := w.e.Records.Figures(t.Context(), id); err != nil || len(all) != 1 || figuresOf(all[0]) != sycamoreFigures {
			t.Errorf("%v, %v", says(all), err)
		}
		w.road.cut(false)
		if n := w.askedForFigures(model); n != asked {
			t.Error("Hover was asked for what is in a saved file")
		}
		if err := os.WriteFile(got[0].Path, []byte(`{"summary":{"roof":{"roof_facets":{"area":1}}}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if all, err := w.e.Records.Figures(t.Context(), id); err != nil || len(all) != 1 || all[0].Known() {
			t.Errorf("a file that somebody has changed is believed: %v, %v", says(all), err)
		}
		w.wantFigures(id, model, sycamoreFigures)
	})
}

func TestWhatIsNotMeasuredYetHasNoFigures(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{Sample: "sycamore-house"})
		building := w.working(simulator.JobSpec{})
		if all, err := w.e.Figures(t.Context(), building); err != nil || len(all) != 0 {
			t.Errorf("%s, %v", says(all), err)
		}
		if n := w.askedForFigures(w.sim.Structures(building)[0]); n != 0 {
			t.Errorf("Hover was asked for them %d times", n)
		}
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 2 })
		w.wantFigures(id, models[0], noFigures)
		w.wantFigures(id, models[0], sycamoreFigures)
	})
}

// What only the summary told so far is kept, and completed once Hover has made the whole.
func TestFiguresThatAreKnownInPartAreCompleted(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{Sample: "sycamore-house"})
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 1 })
		w.wantFigures(id, models[0], sycamoreSummary)
		w.road.cut(true)
		w.wantFigures(id, models[0], sycamoreSummary)
		w.road.cut(false)
		w.wantFigures(id, models[0], sycamoreFigures)
	})
}

func TestSeveralStructuresHaveATotal(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{Name: "House", Sample: "sycamore-house"}, simulator.StructureSpec{Name: "Garage", Sample: "sycamore-garage"},
			simulator.StructureSpec{Name: "Shed", Fails: "Too dark."})
		all, err := w.e.Figures(t.Context(), id)
		if err != nil || len(all) != 3 || all[1].Name != "Garage" || all[2].ModelID != "" || all[2].JobID != id || all[2].Roof == nil {
			t.Fatalf("%+v, %v", says(all), err)
		}
		if got := *all[2].Roof; got != *all[0].Roof+*all[1].Roof || all[2].Address != all[0].Address || all[0].Address != w.job(id).Address {
			t.Errorf("in all %v, %+v", got, all[2])
		}
		w.wantFigures(id, models[0], sycamoreFigures)
	})
}

// A sheet of every house asks Hover only if that is wanted, and no longer than it answers.
func TestTheFiguresOfEveryHouse(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var houses []hover.JobID
		for range 6 {
			houses = append(houses, w.sim.AddJob(simulator.JobSpec{Structures: []simulator.StructureSpec{{Sample: "sycamore-house"}}}))
		}
		pair, _ := w.imported(simulator.StructureSpec{Sample: "quarry-roof", Deliverable: "2"}, simulator.StructureSpec{Sample: "pine-garage"})
		w.working(simulator.JobSpec{})
		list := func(ask bool) (rows, known int, err error) {
			for f, failed := range w.e.AllFigures(t.Context(), ask) {
				if err = failed; err != nil {
					break
				}
				rows++
				if f.Known() {
					known++
				}
			}
			return rows, known, err
		}
		jsons := func() (n int) {
			for _, r := range w.sim.Requests() {
				if strings.HasSuffix(r.Path, "measurements.json") && !r.Storage {
					n++
				}
			}
			return n
		}
		if rows, known, err := list(false); rows != 9 || known != 0 || err != nil || jsons() != 0 {
			t.Errorf("unasked: %d rows, %d known, %v, %d requests", rows, known, err, jsons())
		}
		w.road.cut(true)
		if rows, known, err := list(true); rows != 9 || known != 0 || err == nil {
			t.Errorf("offline: %d rows, %d known, %v", rows, known, err)
		}
		w.road.cut(false)
		if _, err := w.e.Figures(t.Context(), houses[3]); err != nil {
			t.Fatal(err)
		}
		if rows, known, err := list(true); rows != 9 || known != 9 || err != nil || jsons() != 8 {
			t.Errorf("asked: %d rows, %d known, %v, %d requests", rows, known, err, jsons())
		}
		w.road.cut(true)
		if rows, known, err := list(true); rows != 9 || known != 9 || err != nil {
			t.Errorf("once known: %d rows, %d known, %v", rows, known, err)
		}
		if all, err := w.e.Figures(t.Context(), pair); err != nil || len(all) != 3 {
			t.Errorf("%v, %v", says(all), err)
		}
	})
}

func TestFiguresThatCannotBeFetchedSayWhy(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{Sample: "sycamore-house"})
		model := models[0]
		fails := func(want string) {
			t.Helper()
			_, err := w.e.Figures(t.Context(), id, model)
			said, is := errors.AsType[*say.Error](err)
			if !is || said.Do.IsZero() || !strings.Contains(said.Error(), want) {
				t.Errorf("%v; want %q", err, want)
			}
		}
		w.road.cut(true)
		fails("no answer from Hover")
		w.road.cut(false)
		w.answer("/api/v3/models/*", 403)
		fails("plan does not include")
		w.answersAsUsual()
	})
}

// What Hover has said is told, whether or not the cache can keep it.
func TestFiguresAreToldThoughTheCacheCannotKeepThem(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{Sample: "sycamore-house"})
		cache := filepath.Join(w.dir, "cache")
		if err := errors.Join(os.RemoveAll(cache), os.WriteFile(cache, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			w.wantFigures(id, models[0], sycamoreFigures)
		}
		if n := w.askedForFigures(models[0]); n != 1 {
			t.Errorf("asked for %d times", n)
		}
	})
}

// Where Hover's summary is thin, the details of the whole tell the rest.
func TestAThinSummaryIsCompletedFromTheWholeFile(t *testing.T) {
	for _, shapes := range [][]simulator.Shape{{simulator.ShapeThinSummary}, {simulator.ShapeThinSummary, simulator.ShapeFeetAndInches, simulator.ShapeJSONVersions}} {
		story(t, func(t *testing.T, w *world) {
			w.ready()
			w.faults(func(f *simulator.Faults) { f.Shapes = shapes })
			id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
			want := sycamoreFigures
			if len(shapes) > 1 { // to the inch
				want = "2847 8/12 233.75 161.3333 264.4167 1963 1 230.0833"
			}
			for range 3 {
				w.wantFigures(id, model, want)
			}
			if n := w.askedForFigures(model); n != 1 {
				t.Errorf("asked for %d times", n)
			}
		})
	}
}

// Each deliverable has its own versions of the JSON, and photos alone have none: what cannot come is not asked for, and
// what is not in it is not told.
func TestFiguresAreAskedForByWhatWasOrdered(t *testing.T) {
	const sketch = "- - - - - - 1 230.1"
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.faults(func(f *simulator.Faults) { f.Shapes = []simulator.Shape{simulator.ShapePaintOnly} }) // no link tells it
		for deliverable, want := range map[hover.DeliverableID]struct{ version, figures string }{
			"2": {"version=full_json", "1684 12/12 55.58 0 195.5 - 1 141.7"}, "3": {"version=full_json", sycamoreFigures},
			"5": {"version=sketch_json", sketch}, "6": {"version=sketch_json", sketch}, "8": {"version=full_json", sycamoreFigures},
			"7": {"", noFigures}, "4": {"", noFigures},
		} {
			spec := simulator.StructureSpec{Deliverable: deliverable, Sample: "sycamore-house"}
			if deliverable == "2" {
				spec.Sample = "quarry-roof"
			}
			id, model := w.measured(spec)
			for range 5 {
				w.wantFigures(id, model, want.figures)
				w.pass(time.Minute)
			}
			var asked []string
			for _, r := range w.sim.Requests() {
				if strings.HasSuffix(r.Path, string(model)+"/artifacts/measurements.json") && !r.Storage {
					asked = append(asked, r.Query)
				}
			}
			if want.version == "" && len(asked) > 0 || want.version != "" && (len(asked) != 1 || !strings.Contains(asked[0], want.version)) {
				t.Errorf("of deliverable %s Hover was asked %q", deliverable, asked)
			}
		}
	})
}

func TestMeasurementsThatNeverComeAreAskedForEverMoreRarely(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id, models := w.imported(simulator.StructureSpec{})
		model := models[0]
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		for range 24 * 4 {
			if all, err := w.e.Figures(t.Context(), id, model); err != nil || all[0].Known() {
				t.Fatal(says(all), err)
			}
			w.pass(15 * time.Minute)
		}
		if n := w.askedForFigures(model); n > 20 {
			t.Errorf("in a day Hover was asked %d times", n)
		}
	})
}

// The alert of a measured house names its squares and its pitch, and waits a little for them.
func TestAnAlertNamesTheFigures(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		one := func(wantBody string, within time.Duration, structures ...simulator.StructureSpec) hover.JobID {
			t.Helper()
			before := len(w.alerts())
			id := w.working(simulator.JobSpec{Structures: structures})
			w.complete(id)
			w.pass(within)
			all := w.alerts()
			if len(all) != before+1 || all[before].Body != wantBody {
				t.Fatalf("told %d times, %q; want %q", len(all)-before, all[len(all)-1].Body, wantBody)
			}
			return id
		}
		house := simulator.StructureSpec{Name: "House", Sample: "sycamore-house"}
		one("House: 28.5 squares, 8/12. The PDF is saved.", 5*time.Second, house)
		one("House: 28.5 squares, 8/12. Garage: 7.4 squares, 6/12. 2 PDFs are saved.", 5*time.Second, house, simulator.StructureSpec{Name: "Garage", Sample: "sycamore-garage"})
		// Hover is still making the JSON: a moment is waited for it, and no more.
		w.faults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v3/models/*/artifacts/measurements.json", Status: 404, Count: 3}}
		})
		one("House: 28.5 squares, 8/12. The PDF is saved.", 15*time.Second, house)
		w.faults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v3/models/*/artifacts/measurements.json", Status: 404, Count: simulator.Always}}
		})
		late := one("The PDF is saved.", 40*time.Second, house)
		w.answersAsUsual()
		w.pass(time.Hour)
		w.road.cut(true) // they have come meanwhile
		w.wantFigures(late, w.sim.Structures(late)[0], sycamoreFigures)
		w.road.cut(false)
		// After a refusal nothing is waited for.
		w.faults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v3/models/*/artifacts/measurements.json", Status: 403, Count: simulator.Always}}
		})
		one("The PDF is saved.", 5*time.Second, house)
		w.pass(3 * time.Hour)
		if s := w.status(); s.Work.Pending != 0 || s.Work.Dead != 0 {
			t.Errorf("left to do: %+v", s.Work)
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

// Hover's JSON need not tell where the facets lie; the model does. Neither is fetched twice.
func TestTheRoofIsReadFromTheMeasurementsElseFromTheModel(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
		p, err := w.e.Roof(t.Context(), id, model)
		if err != nil || len(p.Facets) != 14 || len(p.Lines) < 30 {
			t.Fatalf("%d facets, %d lines, %v", len(p.Facets), len(p.Lines), err)
		}
		asked := w.askedForFigures(model)
		if p, err = w.e.Roof(t.Context(), id, model); err != nil || p.Empty() || w.askedForFigures(model) != asked {
			t.Errorf("Hover was asked again, %v", err)
		}
		if _, err := w.e.Roof(t.Context(), id, "404"); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("of no structure: %v", err)
		}
	})
}
