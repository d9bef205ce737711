package engine_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
)

// quietFor sets quiet hours that began an hour ago and end in d.
func (w *world) quietFor(d time.Duration) {
	w.t.Helper()
	now := time.Now().Local()
	w.set(engine.KeyQuietHours, now.Add(-time.Hour).Format("15:04")+"-"+now.Add(d).Format("15:04"))
}

func TestQuietHoursKeepAlertsInTheInboxAndSumThemUpAfterwards(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.quietFor(3 * time.Hour)
		for range 2 {
			w.complete(w.working(simulator.JobSpec{}))
			w.pass(2 * time.Second)
		}
		w.wantAlerts(job.Completed, job.Completed) // at once
		w.wantShown()
		w.restart() // the promise outlives the process
		w.pass(2*time.Hour + 50*time.Minute)
		w.wantShown()
		w.pass(15 * time.Minute)
		w.wantShown(job.Summary)
		w.wantAlerts(job.Completed, job.Completed, job.Summary)
		w.pass(10 * time.Hour)
		w.wantShown(job.Summary)
	})
}

func TestFailuresBreakTheQuietWhereThatIsSet(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.quietFor(3 * time.Hour)
		fail := func() {
			if err := w.sim.FailJob(w.working(simulator.JobSpec{}), "Too dark."); err != nil {
				t.Fatal(err)
			}
			w.pass(2 * time.Second)
		}
		fail()
		w.wantShown()
		w.set(engine.KeyQuietFailure, "true")
		fail()
		w.wantShown(job.Failed)
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(2 * time.Minute)
		w.wantShown(job.Failed)
		w.set(engine.KeyPausedUntil, "forever") // a pause is never broken
		fail()
		w.wantShown(job.Failed)
	})
}

func TestWhereNoDesktopTakesAnAlertTheLogDoes(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.none = engine.ErrNoNotifier
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed)
		if a := w.alerts()[0]; a.ShownAt.IsZero() {
			t.Error("it was logged and does not count as shown")
		}
	})
}

func TestAlertsAreMarkedAsRead(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for range 3 {
			w.complete(w.working(simulator.JobSpec{}))
			w.pass(5 * time.Second)
		}
		read := func() (n int) {
			for _, a := range w.alerts() {
				if !a.ReadAt.IsZero() {
					n++
				}
			}
			return n
		}
		if err := w.e.MarkRead(t.Context(), number(t, w.alerts()[1].ID)); err != nil || read() != 1 || w.alerts()[1].ReadAt.IsZero() {
			t.Errorf("%v, %d are read", err, read())
		}
		if err := w.e.MarkRead(t.Context()); err != nil || read() != 3 {
			t.Errorf("%v, %d are read", err, read())
		}
	})
}

func TestWatchersAreToldAtMostTenTimesASecondAndHoldNobodyUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		ctx, cancel := context.WithCancel(t.Context())
		lazy := w.e.Watch(ctx) // never read
		hints := w.e.Watch(ctx)
		first := <-hints
		n, last := 0, first.Version
		counted := make(chan struct{})
		go func() {
			defer close(counted)
			for h := range hints {
				if h.Version <= last {
					t.Errorf("version %d after %d", h.Version, last)
				}
				n, last = n+1, h.Version
			}
		}()
		began := time.Now()
		id := w.working(simulator.JobSpec{})
		for i := range 300 {
			w.emit(told(id, []hover.JobState{hover.JobWorking, hover.JobProcessing}[i%2]), simulator.Delivery{})
			w.pass(5 * time.Millisecond)
		}
		took := time.Since(began)
		w.pass(time.Second)
		cancel()
		<-counted
		for range lazy { // at most the one that waited; then it is closed
		}
		if most := int(took/(100*time.Millisecond)) + 12; n > most || n < 10 {
			t.Errorf("%d hints in %v", n, took)
		}
	})
}

func TestASelfCheckThatComesBackHasNoListReadAnew(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.pass(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		last := func() engine.Hint { return <-w.e.Watch(ctx) }
		before := last()
		w.chain()
		w.pass(time.Second)
		checked := last()
		if checked.Version == before.Version || checked.Kept != before.Kept {
			t.Errorf("before %+v, after a self-check %+v", before, checked)
		}
		id := w.working(simulator.JobSpec{})
		w.emit(told(id, hover.JobProcessing), simulator.Delivery{})
		w.pass(time.Second)
		if now := last(); now.Kept <= checked.Version {
			t.Errorf("after a self-check %+v, after news %+v", checked, now)
		}
		w.pass(time.Minute)
		settled := last()
		for range 2 { // the second waits for its hint, and the self-check with it
			if err := w.e.MarkJob(t.Context(), id, engine.Marks{Star: true}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		w.chain()
		w.pass(time.Second)
		if now := last(); now.Kept <= settled.Version+1 {
			t.Errorf("before two changes %+v, after them and a self-check %+v", settled, now)
		}
	})
}

func TestClosingIntoTheTrayIsSaidOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for range 2 {
			if err := w.e.ClosedToTray(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.pass(time.Second)
		}
		w.restart()
		if err := w.e.ClosedToTray(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		if all := w.desk.all(); len(all) != 1 || all[0].Title != "Dormer keeps working" {
			t.Errorf("told was %+v", all)
		}
	})
}
