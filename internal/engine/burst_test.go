package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/simulator"
	"dormer/internal/tell"
)

// several adds jobs that Hover works on.
func (w *world) several(n int) (ids []hover.JobID) {
	w.t.Helper()
	for range n {
		ids = append(ids, w.working(simulator.JobSpec{}))
	}
	return ids
}

// completeAll has Hover finish jobs, some time between them.
func (w *world) completeAll(ids []hover.JobID, between time.Duration) {
	w.t.Helper()
	for _, id := range ids {
		w.complete(id)
		w.pass(between)
	}
}

func (w *world) fail(id hover.JobID) {
	w.t.Helper()
	if err := w.sim.FailJob(id, "Too dark."); err != nil {
		w.t.Fatal(err)
	}
	w.pass(2 * time.Second)
}

// rowFor gives the inbox's row of a job.
func (w *world) rowFor(id hover.JobID) row {
	w.t.Helper()
	for _, a := range w.alerts() {
		if a.JobID == id {
			return a
		}
	}
	w.t.Fatalf("job %s has no row", id)
	return row{}
}

func TestThreeAlertsWithinAMinuteBecomeOneThatGrows(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		ids := w.several(6)
		w.completeAll(ids[:3], 5*time.Second)
		w.wantShown(job.Completed, job.Completed, job.Summary)
		shown := w.desk.all()
		sum := shown[2]
		if !slices.Equal(sum.Instead, []string{shown[0].Key, shown[1].Key}) || sum.Title != "Just now: 3 jobs were measured" || !sum.Sound || sum.Urgent {
			t.Errorf("the notification is %+v", sum.Notice)
		}
		if !slices.Equal(sum.Actions, []string{tell.ActShowJob}) || sum.Job != "" {
			t.Errorf("it leads to %v of %q", sum.Actions, sum.Job)
		}

		w.pass(40 * time.Second)
		w.completeAll(ids[3:4], 5*time.Second)
		grown := w.last()
		if grown.Key != sum.Key || len(grown.Instead) != 0 || grown.Title != "Just now: 4 jobs were measured" || grown.Sound {
			t.Errorf("grown, it is %+v", grown.Notice)
		}
		w.fail(ids[4])
		grown = w.last()
		if grown.Key != sum.Key || !grown.Urgent || !grown.Sound || grown.Title != "Just now: 4 jobs were measured, 1 could not be measured" {
			t.Errorf("with a failure it is %+v", grown.Notice)
		}
		w.wantAlerts(job.Completed, job.Completed, job.Completed, job.Completed, job.Failed)
		for _, a := range w.alerts() {
			if a.ShownAt.IsZero() {
				t.Errorf("not shown: %+v", a)
			}
		}

		n := len(w.desk.all())
		w.pass(70 * time.Second)
		w.completeAll(ids[5:], 5*time.Second)
		if w.last().Kind != job.Completed || len(w.desk.all()) != n+1 {
			t.Errorf("after a minute of silence: %+v", w.last())
		}
		w.restart()
		w.pass(2 * time.Hour)
		if len(w.desk.all()) != n+1 || len(w.alerts()) != 6 {
			t.Errorf("told again: %d notifications, %d rows", len(w.desk.all()), len(w.alerts()))
		}
	})
}

func TestThreeThatComeSlowlyAreThree(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.completeAll(w.several(4), 35*time.Second)
		w.wantShown(job.Completed, job.Completed, job.Completed, job.Completed)
	})
}

func TestAPDFThatFollowsIsNotShownAgainBesideASummary(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.ready()
		ids := w.several(3)
		for i, id := range ids {
			w.complete(id)
			w.pass([]time.Duration{20 * time.Second, 20 * time.Second, 62 * time.Second}[i])
		}
		w.wantShown(job.Completed, job.Completed, job.Summary)
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.restart() // the promise outlives the process
		w.pass(time.Hour)
		w.wantShown(job.Completed, job.Completed, job.Summary)
		for _, id := range ids {
			if a := w.rowFor(id); !strings.Contains(a.Body, "The PDF is saved") {
				t.Errorf("the row still says %q", a.Body)
			}
		}
	})
}

func TestAKindThatIsSwitchedOffIsInTheInboxAloneForGood(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyAlertsKinds, "failed,approval")
		ids := w.several(6)
		w.completeAll(ids[:3], 2*time.Second)
		w.fail(ids[3])
		w.wantShown(job.Failed)
		w.wantAlerts(job.Completed, job.Completed, job.Completed, job.Failed)
		if a := w.rowFor(ids[0]); !a.ShownAt.IsZero() {
			t.Errorf("it was not shown: %+v", a)
		}

		// Nor is it summed up when the quiet is over, or when the kind is on again.
		w.set(engine.KeyPausedUntil, "forever")
		w.completeAll(ids[4:5], 2*time.Second)
		w.set(engine.KeyAlertsKinds, "")
		w.set(engine.KeyPausedUntil, "")
		w.pass(2 * time.Minute)
		w.restart()
		w.pass(time.Hour)
		w.wantShown(job.Failed)
		w.completeAll(ids[5:], 2*time.Second)
		w.wantShown(job.Failed, job.Completed)

		// What was held back is not told any more once its kind is off.
		id := w.working(simulator.JobSpec{})
		w.set(engine.KeyPausedUntil, "forever")
		w.completeAll([]hover.JobID{id}, 2*time.Second)
		w.set(engine.KeyAlertsKinds, "none")
		w.set(engine.KeyPausedUntil, "")
		w.pass(2 * time.Minute)
		w.wantShown(job.Failed, job.Completed)
		if s := w.status(); s.Work.Pending != 0 {
			t.Errorf("%d works are left", s.Work.Pending)
		}
	})
}

func TestOfWhatACatchUpFindsOnlyTheKindsThatAreOnAreSummedUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyAlertsKinds, "completed")
		ids := w.several(3)
		w.stop()
		w.sim.Quietly(func() {
			_ = w.sim.CompleteJob(ids[0])
			_ = w.sim.CompleteJob(ids[1])
			_ = w.sim.FailJob(ids[2], "Too dark.")
		})
		w.pass(time.Hour)
		w.start()
		w.pass(time.Minute)
		w.wantShown(job.Summary)
		if n := w.last(); n.Title != "While you were away: 2 jobs were measured" || n.Urgent {
			t.Errorf("the summary is %+v", n.Notice)
		}
		if w.rowFor(ids[2]).Kind != job.Failed || len(w.alerts()) != 4 {
			t.Errorf("the inbox holds %+v", w.alerts())
		}
	})
}

// measuredWithoutPDF has a house measured while a setting keeps it silent: its row
// is there before its PDF.
func (w *world) measuredWithoutPDF(key, value string) hover.JobID {
	w.t.Helper()
	w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
	w.ready()
	w.set(key, value)
	id := w.working(simulator.JobSpec{})
	w.complete(id)
	w.pass(65 * time.Second)
	if a := w.rowFor(id); a.Body != "PDF follows." {
		w.t.Errorf("the row says %q", a.Body)
	}
	return id
}

func TestTheRowOfASilentAlertIsBroughtUpToDate(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.measuredWithoutPDF(engine.KeyAlertsKinds, "none")
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.pass(time.Hour)
		if a := w.rowFor(id); !strings.HasSuffix(a.Body, "The PDF is saved.") { // its figures may have come before it
			t.Errorf("the row says %q", a.Body)
		}
		w.wantShown()
	})
}

func TestAPDFThatComesInTheQuietDisturbsNobody(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(65 * time.Second)
		w.wantShown(job.Completed)
		w.set(engine.KeyPausedUntil, "forever")
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.pass(time.Hour)
		w.wantShown(job.Completed)
		if a := w.rowFor(id); !strings.HasSuffix(a.Body, "The PDF is saved.") { // its figures may have come before it
			t.Errorf("the row says %q", a.Body)
		}
	})
}

func TestWhatWasHeldBackIsToldAsItIsWhenTheQuietIsOver(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.measuredWithoutPDF(engine.KeyPausedUntil, "forever")
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.pass(time.Hour)
		w.set(engine.KeyPausedUntil, "")
		w.pass(2 * time.Second)
		w.wantShown(job.Completed)
		if a := w.rowFor(id); a.Body != "Main structure: 28.5 squares, 8/12. The PDF is saved." || w.last().Body != a.Body {
			t.Errorf("the row says %q, the notification %q", a.Body, w.last().Body)
		}
	})
}

func TestSoundIsForWhatSomebodyWaitsForAndCanBeSwitchedOff(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		loud := func() bool { w.pass(2 * time.Minute); return w.last().Sound }
		w.complete(w.working(simulator.JobSpec{}))
		if !loud() {
			t.Error("a measured house is silent")
		}
		if err := w.sim.SetJobState(w.working(simulator.JobSpec{}), hover.JobCancelled); err != nil {
			t.Fatal(err)
		}
		if loud() || w.last().Kind != job.Cancelled {
			t.Errorf("a cancelled job is loud: %+v", w.last().Notice)
		}
		w.set(engine.KeyAlertsSound, "false")
		w.complete(w.working(simulator.JobSpec{}))
		if loud() {
			t.Error("switched off, it sounds")
		}
		w.fail(w.working(simulator.JobSpec{}))
		if loud() || w.last().Kind != job.Failed {
			t.Error("switched off, a failure sounds")
		}
	})
}

func TestAPauseThatIsOverKeepsNoFailureFromBreakingTheQuiet(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyQuietFailure, "true")
		w.set(engine.KeyPausedUntil, time.Now().Add(time.Hour).Format(time.RFC3339))
		w.pass(2 * time.Hour)
		w.quietFor(3 * time.Hour)
		w.fail(w.working(simulator.JobSpec{}))
		w.wantShown(job.Failed)
	})
}

func TestAFailureAmongWhatWasMissedBreaksTheQuiet(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyQuietFailure, "true")
		ids := w.several(3)
		w.quietFor(3 * time.Hour)
		w.stop()
		w.sim.Quietly(func() {
			_ = w.sim.CompleteJob(ids[0])
			_ = w.sim.FailJob(ids[1], "Too dark.")
			_ = w.sim.CompleteJob(ids[2])
		})
		w.start()
		w.pass(time.Minute)
		w.wantShown(job.Failed)
		w.pass(4 * time.Hour)
		w.wantShown(job.Failed, job.Summary)
	})
}

func TestANotificationIsForWhoReadsItNowAndTheLogInEnglish(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		n, row := w.last(), w.rowFor(id)
		if !n.Notice.Title.Equal(row.AlertView.Title) || !n.Notice.Body.Equal(row.AlertView.Body) {
			t.Errorf("%+v for %+v", n.Notice, row)
		}
		reads := func(want string) {
			t.Helper()
			if got := n.Notice.Body.For(w.e.Reader()); got != want {
				t.Errorf("it reads %q, want %q", got, want)
			}
		}
		reads("Main structure: 28.5 squares, 8/12. The PDF is saved.")
		_ = w.e.Speak(t.Context(), say.Spanish)
		reads("Estructura principal: 28.5 cuadros, 8/12. El PDF está guardado.")
		w.set(engine.KeyLanguage, "en")
		reads("Main structure: 28.5 squares, 8/12. The PDF is saved.")
		w.set(engine.KeyLanguage, "es")
		_ = w.e.Speak(t.Context(), "")
		reads("Estructura principal: 28.5 cuadros, 8/12. El PDF está guardado.")
		if log := w.log.String(); !strings.Contains(log, "The PDF is saved") {
			t.Error("the log does not say it in English")
		}
	})
}

func TestATestNotificationIsShownWhateverTheHour(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		w.set(engine.KeyPausedUntil, "forever")
		if err := w.e.TryNotice(t.Context()); err != nil || len(w.desk.all()) != 1 || w.last().Title == "" || !w.last().Sound {
			t.Errorf("%v, %+v", err, w.desk.all())
		}
		w.wantAlerts()
		w.desk.mu.Lock()
		w.desk.none = errors.New("no desktop")
		w.desk.mu.Unlock()
		err := w.e.TryNotice(t.Context())
		if err == nil || !strings.Contains(err.Error(), "no desktop") || !strings.Contains(err.Error(), "Switch notifications on") {
			t.Errorf("%v", err)
		}
	})
}
