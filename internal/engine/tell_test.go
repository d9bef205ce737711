package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/storage"
)

// nobody has no notification service run on the desktop yet.
func (d *desk) nobody() { d.set(errors.New("no notification service is running"), false) }

// somebody has one come.
func (d *desk) somebody() {
	d.set(nil, false)
	select {
	case d.opened <- struct{}{}:
	default:
	}
}

func (d *desk) set(none error, stuck bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.none, d.stuck = none, stuck
}

// untold checks that an alert is in the inbox and was not shown.
func (w *world) untold(n int) {
	w.t.Helper()
	if all := w.alerts(); len(all) != n || slices.ContainsFunc(all, func(a row) bool { return !a.ShownAt.IsZero() }) {
		w.t.Fatalf("the inbox is to hold %d alerts that nobody was shown: %+v", n, all)
	}
	w.wantShown()
}

// toldAll checks that all alerts in the inbox count as shown.
func (w *world) toldAll() {
	w.t.Helper()
	for _, a := range w.alerts() {
		if a.ShownAt.IsZero() {
			w.t.Errorf("it was shown and is not ticked off: %+v", a)
		}
	}
}

func TestANotificationServiceThatComesLaterIsGivenWhatNobodyTook(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.nobody()
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(2 * time.Second)
		w.untold(1)
		if !strings.Contains(w.log.String(), "ALERT ") {
			t.Error("the log does not tell it either")
		}
		w.desk.somebody()
		w.pass(time.Second)
		w.wantShown(job.Completed)
		w.toldAll()
		if n := w.last(); !n.Sound || n.Title != w.alerts()[0].Title {
			t.Errorf("it is shown as %+v", n)
		}
		w.pass(48 * time.Hour)
		w.wantShown(job.Completed)
	})
}

func TestWhatNobodyTakesIsTriedAgainLessAndLessOften(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.nobody()
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(4 * time.Hour)
		w.untold(1)
		var waits []time.Duration
		for i, at := range w.desk.tried[1:] {
			waits = append(waits, at.Sub(w.desk.tried[i]).Round(time.Second))
		}
		want := []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, time.Hour, time.Hour}
		if len(waits) < 7 || !slices.Equal(waits, want[:len(waits)]) {
			t.Errorf("it was tried again after %v, want %v", waits, want)
		}
		w.desk.set(nil, false) // nobody says so
		w.pass(time.Hour)
		w.wantShown(job.Completed)
		w.toldAll()
	})
}

func TestWhatNobodyTookIsSummedUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.nobody()
		w.ready()
		for range 2 {
			w.complete(w.working(simulator.JobSpec{}))
			w.pass(20 * time.Minute)
		}
		w.fail(w.working(simulator.JobSpec{}))
		w.pass(20 * time.Minute)
		w.untold(3)
		w.desk.somebody()
		w.pass(time.Second)
		w.wantShown(job.Summary)
		if n := w.last(); n.Title != "While you were away: 2 jobs were measured, 1 could not be measured" || !n.Urgent || !n.Sound {
			t.Errorf("it is shown as %+v", n)
		}
		w.toldAll()
		w.complete(w.working(simulator.JobSpec{})) // and all is as usual again
		w.pass(5 * time.Second)
		w.wantShown(job.Summary, job.Completed)
	})
}

// A new alert is worth a try: that service may answer by now.
func TestANewAlertBringsAlongWhatNobodyTook(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.nobody()
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(50 * time.Minute) // the next try is half an hour away
		w.desk.set(nil, false)
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(10 * time.Second)
		w.wantShown(job.Summary)
		w.toldAll()
	})
}

func TestANotificationServiceThatHangsDelaysNothingElse(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.desk.set(nil, true)
		for n := range 6 {
			w.complete(w.working(simulator.JobSpec{}))
			w.pass(1500 * time.Millisecond) // less than one notification takes
			if rows := w.alerts(); len(rows) != n+1 {
				t.Fatalf("%d houses are measured, and the inbox holds %d", n+1, len(rows))
			}
		}
		w.untold(6)
		w.desk.set(nil, false)
		w.pass(3 * time.Minute)
		w.wantShown(job.Summary)
		w.toldAll()
	})
}

func TestWhatNobodyTookIsToldAfterTheNextStart(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.nobody()
		w.ready()
		for range 2 {
			w.complete(w.working(simulator.JobSpec{}))
			w.pass(20 * time.Minute)
		}
		w.stop()
		w.desk.set(nil, false)
		w.start()
		w.pass(time.Minute)
		w.wantShown(job.Summary)
		w.toldAll()
	})
}

func TestWhatWasReadOrIsOldIsNotShownAfterAll(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.nobody()
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(time.Minute)
		if err := w.e.MarkRead(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.desk.somebody()
		w.pass(time.Hour)
		w.wantShown()

		w.desk.nobody()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(26 * time.Hour)
		w.desk.somebody()
		w.pass(2 * time.Hour)
		w.wantShown()
		w.wantAlerts(job.Completed, job.Completed)
		s, err := w.e.Status(t.Context())
		if err != nil || s.Work.Pending != 0 {
			t.Errorf("%v; work is left: %+v", err, s.Work)
		}
	})
}

func TestWhatNobodyTookWaitsForTheEndOfTheQuiet(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.desk.nobody()
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(time.Minute)
		w.set(engine.KeyPausedUntil, "forever")
		w.desk.somebody()
		w.pass(2 * time.Hour)
		w.wantShown()
		w.set(engine.KeyPausedUntil, "")
		w.pass(2 * time.Second)
		w.wantShown(job.Completed)
		w.toldAll()
	})
}

func TestAPDFThatCameBeforeAnybodyTookTheAlertIsSaidInIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.desk.nobody()
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(65 * time.Second)
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.pass(2 * time.Hour)
		if a := w.rowFor(id); a.Body != "Main structure: 28.5 squares, 8/12. The PDF is saved." {
			t.Errorf("the inbox says %q", a.Body)
		}
		w.untold(1)
		w.desk.somebody()
		w.pass(time.Hour)
		w.wantShown(job.Completed)
		if n := w.last(); n.Body != "Main structure: 28.5 squares, 8/12. The PDF is saved." {
			t.Errorf("it is shown as %+v", n)
		}
	})
}

func TestThatThePDFHasComeIsShownLaterToo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(65 * time.Second)
		w.wantShown(job.Completed)
		w.desk.nobody()
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.pass(2 * time.Hour)
		w.wantShown(job.Completed)
		w.desk.somebody()
		w.pass(time.Second)
		w.wantShown(job.Completed, job.Completed)
		if n := w.last(); n.Body != "Main structure: 28.5 squares, 8/12. The PDF is saved." || n.Sound || n.Key != w.desk.all()[0].Key {
			t.Errorf("it is shown as %+v", n)
		}
		w.pass(48 * time.Hour)
		w.wantShown(job.Completed, job.Completed)
	})
}

func TestAnAlertThatCannotBeReadHoldsUpNoOther(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for key, payload := range map[string]string{"cut off": `{"happening":`, "of a newer version": `{"happening":{"key":7}}`, "empty": `{}`} {
			err := w.store.Update(t.Context(), func(tx *storage.Tx) error {
				return tx.Enqueue(storage.Work{Kind: "alert", Key: key, Payload: []byte(payload)})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(5 * time.Second)
		w.wantShown(job.Completed)
		s, err := w.e.Status(t.Context())
		if err != nil || s.Work.Pending != 0 || s.Work.Dead != 3 {
			t.Errorf("%v; the work is %+v", err, s.Work)
		}
	})
}
