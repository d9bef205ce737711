package engine_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
)

// unreachable has Hover not answer questions about jobs.
func (w *world) unreachable() { w.answer("/api/v3/jobs*", http.StatusInternalServerError) }

func (w *world) post(body map[string]any) {
	w.t.Helper()
	if status, err := w.sim.Emit(w.t.Context(), body, simulator.Delivery{}); err != nil || status != http.StatusOK {
		w.t.Fatalf("an event is answered %d, %v", status, err)
	}
	w.pass(100 * time.Millisecond)
}

func (w *world) wantJob(id hover.JobID, want hover.JobState, confirmed bool) {
	w.t.Helper()
	if v := w.job(id); v.State != want || v.Confirmed != confirmed {
		w.t.Fatalf("the job is %s (confirmed: %v), want %s (%v)", v.State, v.Confirmed, want, confirmed)
	}
}

// Hover sends an event again, after it has told us by its API what came after it:
// whatever the rank of the two states, that stays.
func TestAnEventThatIsSentAgainUndoesNothingThatHoverConfirmedMeanwhile(t *testing.T) {
	for _, meanwhile := range []hover.JobState{hover.JobWaitlisted, hover.JobWaitingApproval, hover.JobUploading, "dreaming"} {
		story(t, func(t *testing.T, w *world) {
			w.ready()
			id := w.working(simulator.JobSpec{State: hover.JobUploading})
			late := told(id, hover.JobWorking)
			w.post(late)
			w.sim.Quietly(func() { _ = w.sim.SetJobState(id, meanwhile) })
			if err := w.e.RefreshJob(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			w.wantJob(id, meanwhile, true)
			w.unreachable()
			w.post(late)
			w.wantJob(id, meanwhile, true)
			w.pass(time.Minute)
			w.wantJob(id, meanwhile, true)
			if n := w.asked(http.MethodGet, "/api/v3/jobs/"+string(id)); n < 3 {
				t.Errorf("it queued no question: Hover was asked %d times", n)
			}
			w.answersAsUsual()
			// One that was not sent before is news, as ever.
			w.unreachable()
			w.post(told(id, hover.JobProcessing))
			w.wantJob(id, hover.JobProcessing, false)
		})
	}
}

// A person has the old news of a job replayed that Hover works on again.
func TestReplayingTheNewsOfAJobThatWasReopenedTellsNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)
		if err := w.sim.SetJobState(id, hover.JobRequestingCorrections); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		w.wantJob(id, hover.JobRequestingCorrections, true)
		w.unreachable()
		var seqs []uint64
		for _, ev := range w.events() {
			seqs = append(seqs, ev.Seq)
		}
		if _, err := w.e.Replay(t.Context(), seqs); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		w.wantJob(id, hover.JobRequestingCorrections, true)
		w.wantAlerts(job.Completed)

		// The correction's own end is told as ever.
		w.answersAsUsual()
		w.complete(id)
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed, job.Completed)
	})
}

// The same where Hover could be asked nothing at all: events alone have told that
// it ended and that it was reopened.
func TestReplayingWhatOnlyEventsHaveToldTellsNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.unreachable()
		id := w.sim.AddJob(simulator.JobSpec{State: hover.JobWorking})
		w.post(told(id, hover.JobCompleted))
		end := w.events()[len(w.events())-1].Seq
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)
		w.post(told(id, hover.JobRequestingCorrections))
		w.wantJob(id, hover.JobRequestingCorrections, false)
		if _, err := w.e.Replay(t.Context(), []uint64{end}); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		w.wantJob(id, hover.JobRequestingCorrections, false)
		w.wantAlerts(job.Completed)
	})
}

// A charge takes minutes; one that is refused keeps the job in that state, and no
// event tells it.
func TestAJobThatNobodyPaysForIsToldAfterAnHour(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		if err := w.sim.SetJobState(id, hover.JobPaying); err != nil {
			t.Fatal(err)
		}
		w.pass(50 * time.Minute)
		w.wantAlerts()
		w.restart() // it is kept in mind on the disk
		w.pass(15 * time.Minute)
		w.wantAlerts(job.Payment)
		w.pass(5 * time.Hour)
		w.wantAlerts(job.Payment)
		w.complete(id)
		w.pass(time.Minute)
		w.wantAlerts(job.Payment, job.Completed)
		if s := w.status(); s.Work.Pending != 0 || s.Work.Dead != 0 {
			t.Errorf("left to do: %+v", s.Work)
		}
	})
}

func TestAJobThatIsPaidForInMinutesIsNotToldOf(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		if err := w.sim.SetJobState(id, hover.JobPaying); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Minute)
		w.complete(id)
		w.pass(3 * time.Hour)
		w.wantAlerts(job.Completed)
		if s := w.status(); s.Work.Pending != 0 {
			t.Errorf("left to do: %+v", s.Work)
		}
	})
}

func TestAPaymentThatFailedIsToldAtOnceAlsoWithoutHover(t *testing.T) {
	for _, state := range []hover.JobState{hover.JobPaymentFailed, hover.JobLimitedAccess} {
		for _, reachable := range []bool{true, false} {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				if !reachable {
					w.unreachable()
				}
				if err := w.sim.SetJobState(id, state); err != nil {
					t.Fatal(err)
				}
				w.pass(30 * time.Second)
				w.wantAlerts(job.Payment)
				w.answersAsUsual()
				w.pass(3 * time.Hour)
				w.wantAlerts(job.Payment)
			})
		}
	}
}

// However Hover words its replies and events, a house is told once, with its PDF
// saved, and with why its garage failed.
func TestAHouseIsToldInWhateverShapeHoverSaysIt(t *testing.T) {
	all := []simulator.Shape{
		simulator.ShapeArchivedFlag, simulator.ShapeArchivedUnsaid, simulator.ShapeReasonOnJob, simulator.ShapeLongIDs, simulator.ShapeRelativeLinks,
		simulator.ShapeFlatLinks, simulator.ShapeJSONVersions, simulator.ShapePaintOnly, simulator.ShapeTwoXMLs, simulator.ShapeThinSummary,
		simulator.ShapeFeetAndInches, simulator.ShapeJobInEvent, simulator.ShapeUserOwner,
	}
	sets := map[string][]simulator.Shape{"as documented": nil, "all at once": all}
	for _, one := range all {
		sets[string(one)] = []simulator.Shape{one}
	}
	for name, shapes := range sets {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.faults(func(f *simulator.Faults) { f.Shapes = shapes })
				w.ready()
				id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Sample: "sycamore-house"}, {Name: "Garage", Fails: "The gable is hidden."}}})
				w.complete(id)
				w.pass(90 * time.Second)
				w.wantAlerts(job.Completed)
				v := w.job(id)
				if v.State != hover.JobCompleted || !v.Confirmed || len(v.Models) != 2 || v.Models[1].State != hover.ModelFailed {
					t.Fatalf("the job is %+v", v)
				}
				pdf := slices.IndexFunc(v.Models[0].Files, func(f engine.FileView) bool { return f.Format == "pdf" && f.State == "saved" })
				if pdf < 0 {
					t.Errorf("the PDF is not saved: %+v", v.Models[0].Files)
				}
				if len(w.detail(id).Structures[0].Pictures) < 6 {
					t.Errorf("drawings are missing: %v", w.detail(id).Structures[0].Pictures)
				}
				if all, err := w.e.Figures(t.Context(), id); err != nil || len(all) != 1 || all[0].Hips == nil || all[0].Siding == nil {
					t.Errorf("figures are missing: %s, %v", says(all), err)
				}
				if err := w.sim.ArchiveJob(id, true); err != nil {
					t.Fatal(err)
				}
				if err := w.e.RefreshJob(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				if said := !slices.Contains(shapes, simulator.ShapeArchivedUnsaid) || len(shapes) > 1; w.detail(id).Archived != said {
					t.Errorf("archived: %v", w.detail(id).Archived)
				}
			})
		})
	}
}

// A job of Hover's free test says so wherever it is shown: its figures are of no
// house.
func TestATestJobSaysSo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{State: hover.JobUploading})
		if w.job(id).Test {
			t.Fatal("a customer's job is taken for a test")
		}
		if err := w.e.TestJob(t.Context(), id, hover.JobCompleted); err != nil {
			t.Fatal(err)
		}
		w.pass(3 * time.Minute)
		v := w.job(id)
		if !v.Test || v.State != hover.JobCompleted {
			t.Fatalf("the job is %+v", v)
		}
		alerts := w.alerts()
		if len(alerts) == 0 || !strings.Contains(alerts[len(alerts)-1].Title, "TEST") {
			t.Errorf("the alerts: %+v", alerts)
		}
		for _, f := range v.Models[0].Files {
			if f.State == "saved" && !strings.Contains(filepath.Dir(f.Path), "TEST ") {
				t.Errorf("its folder is %s", filepath.Dir(f.Path))
			}
		}
	})
}
