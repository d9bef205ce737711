package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/simulator"
)

// detail gives all that is known of a job.
func (w *world) detail(id hover.JobID) engine.JobDetail {
	w.t.Helper()
	d, err := w.e.Detail(w.t.Context(), id)
	if err != nil {
		w.t.Fatalf("job %s: %v", id, err)
	}
	return d
}

func TestAJobsPageShowsItsStoryAndItsStructures(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		began := time.Now()
		id := w.working(simulator.JobSpec{
			Address: barre, CapturedBy: "lee.tran@copperridge.example",
			Customer: hover.Customer{Name: "Ines Caron", Email: "ines.caron@example.com", Phone: "802-555-0108"},
			Structures: []simulator.StructureSpec{
				{Name: "House", Sample: "sycamore-house", Photos: 3},
				{Name: "Garage", Deliverable: "2", Sample: "sycamore-garage", Photos: 1},
				{Name: "Shed", Fails: "Too dark.", Photos: 2},
			},
		})
		d := w.detail(id)
		if len(d.Structures) != 3 || len(d.Structures[0].Pictures) != 3 || !strings.HasPrefix(string(d.Structures[0].Preview), "photo/") {
			t.Errorf("before it is measured there are its photos, not %+v", d.Structures)
		}
		w.pass(time.Hour)
		w.complete(id)
		w.pass(5 * time.Second)

		d = w.detail(id)
		if v := w.job(id); !d.Says.Equal(v.Says) || len(d.Models) != 3 || d.Address != "9 Quarry Hill, Barre VT 05641" {
			t.Errorf("the page says %+v, the list %+v", d.JobView, v)
		}
		if d.Customer != "Ines Caron" || d.CustomerEmail != "ines.caron@example.com" || d.CustomerPhone != "802-555-0108" ||
			!slices.Equal(d.CapturedBy, []string{"lee.tran@copperridge.example"}) || d.Archived {
			t.Errorf("%+v", d)
		}
		if n := len(d.Steps); n != 2 || d.Steps[0].State != hover.JobWorking || d.Steps[1].State != hover.JobCompleted ||
			d.Steps[0].At.Before(began) || d.Steps[1].At.Sub(d.Steps[0].At) < time.Hour {
			t.Errorf("its story is %+v", d.Steps)
		}
		house, garage, shed := d.Structures[0], d.Structures[1], d.Structures[2]
		if house.ID != d.Models[0].ID || house.Deliverable.String() != "Complete" || house.Preview != "wireframe/roof-top" || !strings.Contains(house.ViewURL, "/3d/") {
			t.Errorf("the house: %+v", house)
		}
		if want := []engine.Part{
			"wireframe/roof-top", "wireframe/roof", "wireframe/roof-lengths", "wireframe/roof-areas", "wireframe/roof-pitches",
			"wireframe/front", "wireframe/right", "wireframe/back", "wireframe/left", "wireframe/footprint",
		}; !slices.Equal(house.Pictures[:10], want) || len(house.Pictures) != 13 || !strings.HasPrefix(string(house.Pictures[10]), "photo/") {
			t.Errorf("the house's pictures: %v", house.Pictures)
		}
		if garage.Deliverable.String() != "Roof only" || garage.Preview != "wireframe/roof-top" {
			t.Errorf("the garage: %+v", garage)
		}
		if len(shed.Pictures) != 2 || shed.Preview != shed.Pictures[0] || d.Models[2].FailureReason != "Too dark." {
			t.Errorf("the shed: %+v", shed)
		}
		if _, err := w.e.Detail(t.Context(), "404"); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("an unknown job: %v", err)
		}
	})
}

func TestAPersonMayAskForAJobAtOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{State: hover.JobWorking})
		w.ready()
		w.pass(time.Second)
		if err := w.sim.RenameJob(id, "Caron residence"); err != nil {
			t.Fatal(err)
		}
		if err := w.e.RefreshJob(t.Context(), id); err != nil || w.detail(id).Name != "Caron residence" {
			t.Errorf("it is called %q, %v", w.detail(id).Name, err)
		}
		w.road.cut(true)
		if err := w.e.RefreshJob(t.Context(), id); err == nil || !strings.Contains(err.Error(), "internet connection") {
			t.Errorf("without a network: %v", err)
		}
		w.road.cut(false)
		w.answer("/api/v3/jobs/"+string(id), 404)
		err := w.e.RefreshJob(t.Context(), id)
		if said, ok := errors.AsType[*say.Error](err); !ok || said.Do.IsZero() || !w.detail(id).Archived {
			t.Errorf("one that Hover does not know: %v", err)
		}
	})
}
