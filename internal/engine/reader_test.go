package engine_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/storage"
)

// What was answered 200 waits in the log while its reader stands still. Dormer stays
// ready, says after ten seconds that news waits, and tells each thing once: what Hover
// said of the first event is told already.
func TestNewsThatWaitsToBeReadIsToldOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.held.Store(true)
		w.complete(id)
		w.pass(5 * time.Second)
		if l := w.lamp("disk"); l.State != engine.Green {
			t.Errorf("after five seconds: %+v", l)
		}
		w.pass(7 * time.Second)
		if l := w.lamp("disk"); l.State != engine.Amber || l.Says.ID != "lamp.disk.unread" {
			t.Errorf("after twelve seconds: %+v", l)
		}
		if s := w.status(); s.State != engine.StateReady {
			t.Errorf("%s while the reader stands still", s.State)
		}
		w.wantAlerts(job.Completed)
		w.held.Store(false)
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed)
		if l := w.lamp("disk"); l.State != engine.Green {
			t.Errorf("once all is read: %+v", l)
		}
	})
}

// Hover is asked while an event about that waits to be read: the event is no news any
// more when it is. It begins no new generation, and only has Hover asked again.
func TestAnEventThatIsReadAfterHoverWasAskedIsNoNews(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed)
		w.held.Store(true)
		if status := w.emit(told(id, hover.JobRequestingCorrections), simulator.Delivery{}); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		if status := w.emit(told(id, hover.JobCompleted), simulator.Delivery{}); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		if err := w.sim.SetJobState(id, hover.JobCompleted); err != nil { // which changes its date
			t.Fatal(err)
		}
		if err := w.e.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		asked := w.asked(http.MethodGet, "/api/v3/jobs/"+string(id))
		w.held.Store(false)
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed)
		if again := w.asked(http.MethodGet, "/api/v3/jobs/"+string(id)); again == asked {
			t.Error("Hover was not asked again")
		}
		if v := w.job(id); v.State != hover.JobCompleted || !v.Confirmed {
			t.Errorf("the job is %s, confirmed: %v", v.State, v.Confirmed)
		}
	})
}

// Hover's API may know later than its events. Where the event is read after such a
// reply it changes nothing, whatever our clock says, and Hover is asked until it knows.
func TestAReplyThatCrossesTheEventAndDoesNotKnowItIsAskedForAgain(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var ahead atomic.Int64
		w.now = func() time.Time { return time.Now().Round(0).Add(time.Duration(ahead.Load())) }
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.held.Store(true)
		ahead.Store(int64(10 * time.Minute))
		if status := w.emit(told(id, hover.JobCompleted), simulator.Delivery{}); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		ahead.Store(0)
		if err := w.sim.SetJobState(id, hover.JobProcessing); err != nil { // the API is behind
			t.Fatal(err)
		}
		if err := w.e.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.road.cut(true)
		w.held.Store(false)
		w.pass(11 * time.Second) // longer than a claim waits
		if v := w.job(id); v.State != hover.JobProcessing {
			t.Errorf("the job is %s before Hover knows", v.State)
		}
		w.wantAlerts()
		w.road.cut(false)
		for asked := w.asked(http.MethodGet, "/api/v3/jobs/"+string(id)); w.asked(http.MethodGet, "/api/v3/jobs/"+string(id)) == asked; {
			w.pass(time.Second)
		}
		w.sim.Quietly(func() {
			if err := w.sim.CompleteJob(id); err != nil {
				t.Fatal(err)
			}
		})
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed)
	})
}

// What was received before our clock was set back is read after it: the time that it
// came at lies ahead then, and nothing waits for that.
func TestWhatIsReadAfterTheClockWasSetBackIsNotPutOff(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var ahead atomic.Int64
		w.now = func() time.Time { return time.Now().Round(0).Add(time.Duration(ahead.Load())) }
		w.ready()
		claimed, confirmed := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		w.held.Store(true)
		ahead.Store(int64(2 * time.Hour))
		w.road.cut(true)
		w.complete(claimed)
		w.pass(time.Second)
		ahead.Store(0)
		w.pass(time.Minute) // it is noticed
		w.held.Store(false)
		w.pass(12 * time.Second) // a second until it reads, ten until it takes an event's word
		w.wantAlerts(job.Completed)

		w.held.Store(true)
		ahead.Store(int64(2 * time.Hour))
		w.complete(confirmed)
		w.pass(time.Second)
		ahead.Store(0)
		w.pass(time.Minute)
		w.held.Store(false)
		w.road.cut(false)
		w.pass(9 * time.Second)
		if v := w.job(confirmed); v.State != hover.JobCompleted || !v.Confirmed {
			t.Errorf("the job is %s, confirmed: %v", v.State, v.Confirmed)
		}
	})
}

// Dormer is killed between the answer and the reading. The next start reads first,
// then asks Hover what it has missed, then tells.
func TestWhatWasAnsweredBeforeACrashIsReadAfterIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, other := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		w.held.Store(true)
		w.road.cut(true)
		w.complete(id)
		if status := w.emit(map[string]any{
			"event": "project-management-proposal-document-state-changed", "project_management_proposal_document_id": 7, "job_id": id.Wire(), "state": "complete",
		}, simulator.Delivery{}); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		w.stop()
		w.road.cut(false)
		w.sim.Quietly(func() {
			if err := w.sim.CompleteJob(other); err != nil {
				t.Fatal(err)
			}
		})
		asked := len(w.sim.Requests())
		w.start()
		w.pass(time.Minute)
		for _, r := range w.sim.Requests()[asked:] {
			if r.Path == "/api/v3/jobs" {
				t.Error("Hover was asked what was missed before the log was read")
			}
		}
		w.wantAlerts()
		w.held.Store(false)
		w.pass(2 * time.Minute)
		told := map[job.Outcome]int{}
		for _, a := range w.alerts() {
			told[a.Kind]++
		}
		if told[job.Completed] != 2 || told[job.Proposal] != 1 {
			t.Errorf("told are %v", told)
		}
		if n := len(w.desk.all()); n != 1 {
			t.Errorf("%d notifications: what was found by a start is told together", n)
		}
	})
}

// An event that cannot be taken in holds up no other, and its job is asked for all
// the same.
func TestAnEventThatCannotBeTakenInIsADeadLetter(t *testing.T) {
	for _, how := range []string{"an error", "a panic"} {
		t.Run(how, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				unfit := true
				w.ready()
				id, other := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
				w.unfit = func(e storage.Event) error {
					if !unfit || e.Job != id {
						return nil
					}
					if how == "a panic" {
						panic("unfit")
					}
					return errors.New("unfit")
				}
				w.complete(id)
				w.complete(other)
				w.pass(2 * time.Minute)
				w.wantAlerts(job.Completed, job.Completed)
				s := w.status()
				if s.Work.Dead == 0 || s.State != engine.StateReady {
					t.Errorf("%s with %d dead letters", s.State, s.Work.Dead)
				}
				if l := w.lamp("disk"); l.State != engine.Amber || l.Says.ID != "lamp.disk.aside" {
					t.Errorf("the lamp: %+v", l)
				}
				unfit = false
				if _, err := w.e.ReviveWork(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.pass(2 * time.Minute)
				w.wantAlerts(job.Completed, job.Completed)
				if s := w.status(); s.Work != (health.WorkStatus{}) || w.lamp("disk").State != engine.Green {
					t.Errorf("once it can be taken in: %+v, %+v", s.Work, w.lamp("disk"))
				}
			})
		})
	}
}

// What the engine makes of an event is made before the transaction that writes it
// begins, and not once more within it.
func TestTheFoldKeepsNobodyWaiting(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for _, state := range []hover.JobState{hover.JobWorking, hover.JobCompleted, hover.JobFailed} {
			id := w.sim.AddJob(simulator.JobSpec{State: state}) // one event of each, since workers write beside
			w.emit(told(id, state), simulator.Delivery{})
		}
		w.emit(map[string]any{
			"event": "project-management-proposal-document-state-changed", "project_management_proposal_document_id": 7, "state": "complete",
		}, simulator.Delivery{})
		w.emit(map[string]any{"event": "capture-request-state-changed", "capture_request_id": 9, "state": "complete"}, simulator.Delivery{})
		w.pass(time.Minute)
		if folded, stored := int(w.folds.Load()), len(w.events()); folded != stored {
			t.Errorf("%d events were folded %d times", stored, folded)
		}
	})
}
