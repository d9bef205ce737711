package engine_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
)

// slow is a road on which what concerns some jobs is held up until it is let go.
type slow struct {
	next http.RoundTripper
	jobs []hover.JobID
	free chan struct{} // closed then
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	if slices.ContainsFunc(s.jobs, func(id hover.JobID) bool { return strings.HasSuffix(r.URL.Path, "/"+string(id)) }) {
		select {
		case <-s.free:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return s.next.RoundTrip(r)
}

// askedOf counts how often Hover was asked about a job.
func (w *world) askedOf(id hover.JobID) int {
	return w.asked(http.MethodGet, "/api/v3/jobs/"+string(id))
}

// Hover is asked about an event once, as soon as it is read, and its figures with it.
func TestAnEventHasHoverAskedOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Sample: "sycamore-house"}}})
		before := w.askedOf(id)
		if status := w.emit(told(id, hover.JobProcessing), simulator.Delivery{}); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		w.pass(time.Minute)
		if n := w.askedOf(id) - before; n != 1 {
			t.Errorf("asked %d times about one event", n)
		}
		w.complete(id)
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)
		if n := w.askedForFigures(w.sim.Structures(id)[0]); n != 1 {
			t.Errorf("asked %d times for the figures", n)
		}
	})
}

// While those who ask are held up Hover has answered about one more event. That is
// told, but is no word on an event that came after the question: Hover is asked again.
func TestAnEarlyAnswerIsNoWordOnALaterEvent(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		road := &slow{next: w.sim.Transport(), free: make(chan struct{})}
		for range 4 {
			road.jobs = append(road.jobs, w.working(simulator.JobSpec{}))
		}
		id := w.working(simulator.JobSpec{})
		w.road.lead(road)
		for _, busy := range road.jobs {
			w.emit(told(busy, hover.JobProcessing), simulator.Delivery{})
		}
		before := w.askedOf(id)
		w.complete(id)
		w.pass(time.Second)
		if w.askedOf(id) == before || w.job(id).Confirmed {
			t.Errorf("asked %d times, confirmed: %v", w.askedOf(id)-before, w.job(id).Confirmed)
		}
		if err := w.sim.SetJobState(id, hover.JobRequestingCorrections); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.wantAlerts()
		close(road.free)
		w.pass(2 * time.Second)
		w.wantAlerts(job.Completed)
		if v := w.job(id); v.State != hover.JobRequestingCorrections || !v.Confirmed {
			t.Errorf("the job is %s, confirmed: %v", v.State, v.Confirmed)
		}
	})
}

// Where the event cannot be folded Hover is asked once all the same, however often that
// is tried.
func TestAnEventThatCannotBeFoldedHasHoverAskedOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		before := w.askedOf(id)
		w.held.Store(true)
		w.emit(told(id, hover.JobProcessing), simulator.Delivery{})
		w.pass(30 * time.Second)
		if n := w.askedOf(id) - before; n != 1 {
			t.Errorf("asked %d times", n)
		}
		w.held.Store(false)
		w.pass(time.Minute)
		if n := w.askedOf(id) - before; n != 2 {
			t.Errorf("asked %d times once it was folded", n)
		}
	})
}
