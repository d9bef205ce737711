package engine_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
	"dormer/storage"
)

// find searches the list.
func (w *world) find(search string, group engine.Group) engine.Found {
	w.t.Helper()
	found, err := w.e.FindJobs(w.t.Context(), engine.JobSearch{Text: search, Group: group, Limit: 500})
	if err != nil {
		w.t.Fatalf("finding %q in %q: %v", search, group, err)
	}
	return found
}

// ids gives the jobs of a page.
func ids(found engine.Found) (ids []hover.JobID) {
	for _, v := range found.Rows {
		ids = append(ids, v.ID)
	}
	return ids
}

func TestTheListIsFilteredByWhatAPersonHasToDo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		at := hover.Address{Line1: "1 Elm Street", City: "Dayton", Region: "OH"}
		add := func(state hover.JobState, since time.Duration) hover.JobID {
			return w.sim.AddJob(simulator.JobSpec{State: state, Address: at, Since: since})
		}
		done, older := add(hover.JobCompleted, time.Hour), add(hover.JobCompleted, 2*time.Hour)
		failed, cancelled := add(hover.JobFailed, 3*time.Hour), add(hover.JobCancelled, 4*time.Hour)
		approval, uploading := add(hover.JobWaitingApproval, 5*time.Hour), add(hover.JobUploading, 6*time.Hour)
		odd := add("on_the_moon", 7*time.Hour)
		w.sim.AddJob(simulator.JobSpec{Address: hover.Address{Line1: "2 Oak Ave"}, Since: 8 * time.Hour})
		w.ready()
		w.pass(time.Second)
		for group, want := range map[engine.Group][]hover.JobID{
			engine.GroupAll:        {done, older, failed, cancelled, approval, uploading, odd},
			engine.GroupInProgress: {uploading, odd},
			engine.GroupFinished:   {done, older},
			engine.GroupFailed:     {failed},
			engine.GroupApproval:   {approval},
		} {
			found := w.find("ELM", group)
			if !slices.Equal(ids(found), want) {
				t.Errorf("%q: %v, want %v", group, ids(found), want)
			}
			if want := (map[engine.Group]int{"": 7, "in_progress": 2, "finished": 2, "failed": 1, "approval": 1}); !maps.Equal(found.Counts, want) {
				t.Errorf("%q: counted %v, want %v", group, found.Counts, want)
			}
		}
		if found := w.find("", engine.GroupFinished); found.Len != 3 || found.Counts[engine.GroupAll] != 8 {
			t.Errorf("without a search: %v", found)
		}
		if found := w.find(string(cancelled), engine.GroupAll); !slices.Equal(ids(found), []hover.JobID{cancelled}) {
			t.Errorf("by its number: %v", ids(found))
		}
		if found := w.find("nobody", engine.GroupAll); found.Len != 0 || len(found.Counts) != len(engine.Groups()) {
			t.Errorf("nothing found: %v", found)
		}
		if _, err := w.e.FindJobs(t.Context(), engine.JobSearch{Group: "on_the_moon"}); err == nil {
			t.Error("an unknown group was found")
		}
	})
}

func TestTheWindowAndTheVerbFindAJobByWhateverIsRememberedOfIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{
			Name: "Peña residence", ExternalID: "ORD-88", Address: hover.Address{Line1: "1420 N Sycamore Ln", City: "Carmel", Region: "IN"},
			Customer: hover.Customer{Name: "Inés Peña", Phone: "(317) 555-0143"},
		})
		w.sim.AddJob(simulator.JobSpec{Name: "Whitfield", Address: hover.Address{Line1: "1420 S Sycamore Ln", City: "Carmel", Region: "IN"}})
		w.ready()
		w.pass(time.Second)
		for _, typed := range []string{"sycamore 1420 pena", "north sycamore lane", "317-555-0143", "ord88 INES", string(id) + " carmel"} {
			if got := ids(w.find(typed, engine.GroupAll)); !slices.Equal(got, []hover.JobID{id}) {
				t.Errorf("%q finds %v in the window", typed, got)
			}
			var got []hover.JobID
			for v, err := range w.e.Jobs(t.Context(), engine.JobFilter{Search: typed}) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, v.ID)
			}
			if !slices.Equal(got, []hover.JobID{id}) {
				t.Errorf("%q finds %v by the verb", typed, got)
			}
		}
		if found := w.find("sycamore nobody", engine.GroupAll); found.Len != 0 {
			t.Errorf("found %v", ids(found))
		}
	})
}

func TestJobsAreFoundAPageAtATime(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		all := w.sim.AddJobs(250)
		w.ready()
		w.pass(time.Second)
		for from := 0; from <= 300; from += 100 {
			found, err := w.e.FindJobs(t.Context(), engine.JobSearch{From: from})
			if err != nil || found.From != from || found.Len != 250 || !slices.Equal(ids(found), all[min(from, 250):min(from+100, 250)]) {
				t.Errorf("from %d: %d to %d of %d, %v", from, found.From, found.From+len(found.Rows), found.Len, err)
			}
		}
		found, err := w.e.FindJobs(t.Context(), engine.JobSearch{Around: all[240]})
		if err != nil || !slices.Contains(ids(found), all[240]) || all[found.From] != found.Rows[0].ID {
			t.Errorf("around the 241st: from %d, %d rows, %v", found.From, len(found.Rows), err)
		}
		if found, err := w.e.FindJobs(t.Context(), engine.JobSearch{Limit: 1_000_000}); err != nil || len(found.Rows) != 250 {
			t.Errorf("%d rows, %v", len(found.Rows), err)
		}
	})
}

// The whole list is read a page at a time: each job once, in the order in which they
// stood, as it is by then.
func TestTheWholeListIsReadAPageAtATime(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		all := w.sim.AddJobs(250)
		w.ready()
		w.pass(time.Second)
		rename := func(id hover.JobID) {
			err := w.store.Update(t.Context(), func(tx *storage.Tx) error {
				j, _, err := tx.Job(id)
				if err != nil {
					return err
				}
				j.Name, j.UpdatedAt = "Renamed", w.now()
				return tx.PutJob(j)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var got []hover.JobID
		for v, err := range w.e.Jobs(t.Context(), engine.JobFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, v.ID); len(got) == 1 {
				rename(all[240])
			}
			if v.ID == all[240] && v.Name != "Renamed" {
				t.Errorf("the last page was read with the first: %+v", v)
			}
		}
		if !slices.Equal(got, all) {
			t.Errorf("%d of %d jobs, or in another order", len(got), len(all))
		}
		n := 0
		for range w.e.Jobs(t.Context(), engine.JobFilter{Limit: 120}) {
			n++
		}
		if n != 120 {
			t.Errorf("%d jobs of at most 120", n)
		}
	})
}

func TestRowsComeInTheOrderInWhichTheyAreAskedFor(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		ids := w.sim.AddJobs(3)
		w.ready()
		w.pass(time.Second)
		rows, err := w.e.JobRows(t.Context(), []hover.JobID{ids[2], "404", ids[0]})
		if err != nil || len(rows) != 2 || rows[0].ID != ids[2] || rows[1].ID != ids[0] {
			t.Fatalf("%+v, %v", rows, err)
		}
		if want := w.job(ids[2]); !rows[0].Says.Equal(want.Says) || rows[0].Address != want.Address || len(rows[0].Models) != 1 {
			t.Errorf("the row is %+v, the job %+v", rows[0], want)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := w.e.JobRows(ctx, ids); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func TestAHouseThatIsMeasuredAlreadyIsRecognised(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		at := hover.Address{Line1: "12 Mill Street", City: "Dayton", Region: "OH", PostalCode: "45402"}
		working := w.sim.AddJob(simulator.JobSpec{Address: at, State: hover.JobWorking})
		measured := w.sim.AddJob(simulator.JobSpec{Address: at, Since: 24 * time.Hour})
		w.sim.AddJob(simulator.JobSpec{Address: hover.Address{Line1: "12 Mill Street", City: "Barre", Region: "VT", PostalCode: "05641"}})
		w.sim.AddJob(simulator.JobSpec{Address: hover.Address{Line1: "112 Mill Street", City: "Dayton", Region: "OH", PostalCode: "45402"}})
		w.ready()
		w.pass(time.Second)
		ids := func(a hover.Address) (ids []hover.JobID) {
			found, err := w.e.MeasuredAt(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				ids = append(ids, v.ID)
			}
			return ids
		}
		for _, a := range []hover.Address{at, {Line1: "12 mill st.", City: "dayton"}, {Line1: "12 Mill St", PostalCode: "45402-1100"}} {
			if got := ids(a); !slices.Equal(got, []hover.JobID{measured, working}) {
				t.Errorf("at %q: %v, want %v", a, got, []hover.JobID{measured, working})
			}
		}
		for _, a := range []hover.Address{{}, {Line1: "12"}, {Line1: "13 Mill Street", City: "Dayton"}, {City: "Dayton"}} {
			if got := ids(a); len(got) != 0 {
				t.Errorf("at %q: %v", a, got)
			}
		}
		for range 8 {
			w.sim.AddJob(simulator.JobSpec{Address: at, Since: time.Minute})
		}
		if err := w.e.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := ids(at); len(got) != 5 || slices.Contains(got, working) {
			t.Errorf("of nine measured ones: %v", got)
		}
	})
}
