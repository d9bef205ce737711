package engine_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
)

func TestTheFirstSignInImportsTheHistorySilently(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		old := w.sim.AddJobs(130)
		archived := w.sim.AddJob(simulator.JobSpec{Archived: true})
		w.ready()
		w.pass(time.Minute)
		for _, id := range old {
			w.job(id)
		}
		if _, err := w.e.Job(t.Context(), archived); err == nil {
			t.Error("an archived job is listed")
		}
		w.pass(3 * time.Hour)
		w.wantAlerts()
		w.wantShown()
		for _, r := range w.sim.Requests() {
			if r.Storage || strings.Contains(r.Path, "/artifacts/") {
				t.Fatalf("a file was fetched: %s", r.Path)
			}
		}
		// From now on all is told: the history is known, its future is not.
		if err := w.sim.SetJobState(old[0], hover.JobProcessingImprovements); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.complete(old[0])
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed)
	})
}

func TestAJobThatIsCompletedDuringTheImportIsTold(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.sim.AddJobs(3)
		id := w.sim.AddJob(simulator.JobSpec{State: hover.JobWorking})
		w.answer("/api/v3/jobs", 503) // the history cannot be read yet
		w.start()
		w.signIn()
		w.pass(time.Minute)
		w.sim.Quietly(func() { w.complete(id) })
		w.answersAsUsual()
		w.pass(5 * time.Minute)
		w.wantAlerts(job.Completed)
		if a := w.alerts()[0]; a.JobID != id {
			t.Errorf("told of job %s", a.JobID)
		}
	})
}

func TestEightHoursAwayAreOneSummaryAndARowForEach(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		ids := []hover.JobID{w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})}
		w.stop()
		w.sim.Quietly(func() {
			for i, id := range ids {
				w.pass(2 * time.Hour)
				if i == 2 {
					_ = w.sim.FailJob(id, "Too dark.")
					continue
				}
				_ = w.sim.CompleteJob(id)
			}
		})
		w.pass(2 * time.Hour)
		w.start()
		w.pass(time.Minute)
		w.wantShown(job.Summary)
		var kinds []job.Outcome
		for _, a := range w.alerts() {
			kinds = append(kinds, a.Kind)
			if a.Kind == job.Summary != !a.ShownAt.IsZero() {
				t.Errorf("shown: %+v", a)
			}
		}
		slices.Sort(kinds)
		if !slices.Equal(kinds, []job.Outcome{job.Completed, job.Completed, job.Failed, job.Summary}) {
			t.Errorf("the inbox holds %q", kinds)
		}
		if s := w.last(); !strings.Contains(s.Title+s.Body, "2") {
			t.Errorf("the summary is %+v", s)
		}
		w.restart()
		w.pass(2 * time.Hour)
		w.wantShown(job.Summary)
		if n := len(w.alerts()); n != 4 {
			t.Errorf("%d alerts after another start", n)
		}
	})
}

func TestASummaryWaitsForItsPDFs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		ids := []hover.JobID{w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})}
		w.stop()
		w.sim.Quietly(func() {
			for _, id := range ids {
				_ = w.sim.CompleteJob(id)
			}
		})
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 3 })
		w.start()
		w.pass(4 * time.Second)
		w.wantShown()
		w.pass(26 * time.Second)
		w.wantShown(job.Summary)
		for _, a := range w.alerts() {
			if a.Kind == job.Completed && !strings.Contains(a.Body, "PDF is saved") {
				t.Errorf("the row says %q", a.Body)
			}
		}
	})
}

// holdUp has the catch-up take a moment more, once its jobs are read.
func (w *world) holdUp() {
	w.faults(func(f *simulator.Faults) {
		f.Answers = append(f.Answers, simulator.Answer{Method: "GET", Path: "/api/v2/capture_requests", Status: 500, Count: 1})
	})
}

func TestWhatACatchUpFindsIsToldTogetherAtItsEnd(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		made := w.invite()
		id := w.working(simulator.JobSpec{})
		w.sim.Quietly(func() {
			w.complete(id)
			if err := w.sim.SetCaptureState(made.ID, hover.CaptureComplete); err != nil {
				t.Error(err)
			}
		})
		w.holdUp()
		w.pass(61 * time.Minute)
		w.wantShown(job.Summary)
	})
}

func TestNewsThatComesDuringTheFirstCatchUpBelongsToItsSummary(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		missed, heard := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		w.stop()
		w.sim.Quietly(func() { _ = w.sim.CompleteJob(missed) })
		w.pass(8 * time.Hour)
		w.holdUp()
		w.start()
		w.complete(heard)
		w.wantShown()
		w.pass(10 * time.Second)
		w.wantShown(job.Summary)
	})
}

// hangUp has Hover say nothing for a minute when it is asked next for a path.
func (w *world) hangUp(path string) {
	w.faults(func(f *simulator.Faults) {
		f.Answers = append(f.Answers, simulator.Answer{Method: "GET", Path: path, Kind: "hang", Count: 1})
	})
}

func TestWhatASlowCatchUpHasFoundAfterThirtySecondsIsToldThenAndTheRestAtItsEnd(t *testing.T) {
	for name, begin := range map[string]func(w *world, miss func()){
		"after a start": func(w *world, miss func()) {
			w.stop()
			miss()
			w.start()
		},
		"by the clock": func(w *world, miss func()) {
			miss()
			const list = "/api/v3/jobs"
			for before := w.asked("GET", list); w.asked("GET", list) == before; {
				w.pass(time.Second)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				made := w.invite()
				one, two := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
				begin(w, func() {
					w.sim.Quietly(func() {
						w.complete(one)
						w.complete(two)
						if err := w.sim.SetCaptureState(made.ID, hover.CaptureComplete); err != nil {
							t.Error(err)
						}
					})
					w.hangUp("/api/v2/capture_requests") // by then the jobs are read
				})
				w.pass(27 * time.Second)
				w.wantShown()
				w.pass(4 * time.Second)
				w.wantShown(job.Summary)
				w.wantAlerts(job.Completed, job.Completed, job.Summary)
				w.pass(5 * time.Minute)
				w.wantShown(job.Summary, job.Capture)
				w.restart()
				w.pass(3 * time.Hour)
				w.wantShown(job.Summary, job.Capture)
				w.wantAlerts(job.Completed, job.Completed, job.Summary, job.Capture)
			})
		})
	}
}

func TestWhatASlowCatchUpFindsLateIsOneMoreSummary(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		one, two := w.invite(), w.invite()
		missed, silent := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		w.stop()
		w.sim.Quietly(func() {
			w.complete(missed)
			for _, made := range []engine.CaptureView{one, two} {
				if err := w.sim.SetCaptureState(made.ID, hover.CaptureComplete); err != nil {
					t.Error(err)
				}
			}
		})
		w.pass(25 * time.Hour)
		w.hangUp("/api/v2/capture_requests")
		w.hangUp("/api/v3/jobs/" + string(silent)) // by then the captures are known
		w.start()
		w.pass(31 * time.Second)
		w.wantShown(job.Completed)
		w.pass(time.Minute)
		w.wantShown(job.Completed)
		w.pass(time.Minute)
		w.wantShown(job.Completed, job.Summary)
	})
}

func TestAJobThatHoverListsLateIsFound(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.pass(61 * time.Minute)
		id := w.sim.AddJob(simulator.JobSpec{Since: 8 * time.Minute}) // before the last catch-up
		w.pass(61 * time.Minute)
		w.wantAlerts(job.Completed)
		if a := w.alerts()[0]; a.JobID != id {
			t.Errorf("told of job %s", a.JobID)
		}
	})
}

func TestOneMissedJobIsToldAsItself(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.stop()
		w.sim.Quietly(func() { _ = w.sim.CompleteJob(id) })
		w.pass(8 * time.Hour)
		w.start()
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)
		w.wantShown(job.Completed)
	})
}

func TestHoverIsAskedEveryHourWhileAllIsWell(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.sim.Quietly(func() { w.complete(id) })
		w.pass(50 * time.Minute)
		w.wantAlerts()
		w.pass(11 * time.Minute)
		w.wantAlerts(job.Completed)

		before := w.asked("GET", "/api/v3/jobs")
		w.pass(24 * time.Hour)
		if n := w.asked("GET", "/api/v3/jobs") - before; n < 23 || n > 25 {
			t.Errorf("the list was read %d times in a day", n)
		}
	})
}

func TestWithoutATunnelACompletedJobIsToldWithinTwoMinutes(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.wire.become(func(t *wire) { t.down = true })
		w.pass(30 * time.Minute)
		for range 5 {
			id := w.working(simulator.JobSpec{})
			n := len(w.alerts())
			w.complete(id) // its event leads nowhere
			w.pass(2*time.Minute + 10*time.Second)
			if len(w.alerts()) != n+1 {
				t.Fatalf("job %s is not told: %+v", id, w.alerts())
			}
			w.pass(17 * time.Second)
		}
	})
}

func TestADisconnectIsNoticedAndItsEndCatchesUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.wire.become(func(t *wire) { t.down = true })
		if s := w.status(); s.State == engine.StateReady {
			t.Fatal("ready without a tunnel")
		}
		w.complete(id)
		w.pass(10 * time.Second)
		w.wantAlerts()
		w.wire.become(func(t *wire) { t.down = false })
		w.pass(70 * time.Second)
		if s := w.status(); s.State != engine.StateReady {
			t.Fatalf("the state is %s", s.State)
		}
		w.wantAlerts(job.Completed)
	})
}

func TestACatchUpThatFailsHalfWayIsRepeatedAndLosesNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		var ids []hover.JobID
		for range 20 {
			ids = append(ids, w.sim.AddJob(simulator.JobSpec{State: hover.JobWorking}))
		}
		w.pass(61 * time.Minute)
		w.stop()
		for _, id := range ids {
			w.sim.Quietly(func() { _ = w.sim.CompleteJob(id) })
		}
		w.pass(time.Hour)
		// The jobs come, and then nothing for five minutes.
		w.faults(func(f *simulator.Faults) {
			f.Answers = append(f.Answers, simulator.Answer{Path: "/api/v2/capture_requests", Status: 500, Count: simulator.Always})
		})
		w.start()
		w.pass(5 * time.Minute)
		if s := w.status(); !s.CatchUp.Behind || s.CatchUp.Error.IsZero() || w.lamp("hover").State == engine.Green {
			t.Errorf("nobody would know that the catch-up fails: %+v", s.CatchUp)
		}
		w.answersAsUsual()
		w.pass(30 * time.Minute)
		if s := w.status(); s.CatchUp.Behind || !s.CatchUp.Error.IsZero() || w.lamp("hover").State != engine.Green {
			t.Errorf("it has not recovered: %+v %+v", s.CatchUp, w.lamp("hover"))
		}
		alerts := w.alerts()
		told := map[hover.JobID]int{}
		for _, a := range alerts {
			if a.Kind == job.Completed {
				told[a.JobID]++
			}
		}
		for _, id := range ids {
			if told[id] != 1 {
				t.Fatalf("job %s is told %d times", id, told[id])
			}
		}
	})
}

func TestAListThatBreaksOffIsReadAgainFromTheSamePlace(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.pass(61 * time.Minute)
		w.sim.Quietly(func() { w.complete(id) })
		w.answer("/api/v3/jobs", 500)
		w.pass(3 * time.Hour) // three catch-ups in vain
		w.wantAlerts()
		w.answersAsUsual()
		w.pass(3 * time.Minute)
		w.wantAlerts(job.Completed)
	})
}

func TestASilentJobIsAskedForAfterADay(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.sim.Quietly(func() {
			w.complete(id)
			_ = w.sim.ArchiveJob(id, true) // no list tells of it any more
		})
		w.pass(23 * time.Hour)
		w.wantAlerts()
		w.pass(3 * time.Hour)
		w.wantAlerts(job.Completed)

		gone := w.working(simulator.JobSpec{})
		w.sim.Quietly(func() { _ = w.sim.ArchiveJob(gone, true) })
		asked := w.asked("GET", "/api/v3/jobs/"+string(gone))
		w.pass(72 * time.Hour)
		if n := w.asked("GET", "/api/v3/jobs/"+string(gone)) - asked; n > 2 {
			t.Errorf("an archived job was asked for %d times", n)
		}
	})
}

func TestJobsThatHoverDoesNotTellOfKeepNoneFromBeingAskedFor(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		var hidden []hover.JobID
		for range 85 {
			hidden = append(hidden, w.working(simulator.JobSpec{}))
		}
		silent := w.working(simulator.JobSpec{})
		for _, id := range hidden {
			w.answer("/api/v3/jobs/"+string(id), 403)
		}
		w.sim.Quietly(func() {
			w.complete(silent)
			_ = w.sim.ArchiveJob(silent, true) // no list tells of it any more
		})
		w.pass(24 * time.Hour)
		for range 5 { // the rounds, one at least, go on where they were
			w.restart()
			w.pass(5 * time.Minute)
		}
		w.wantAlerts(job.Completed)
		asked := map[hover.JobID]int{}
		for _, id := range hidden {
			asked[id] = w.asked("GET", "/api/v3/jobs/"+string(id))
		}
		w.pass(9 * time.Hour)
		for _, id := range hidden {
			if n := w.asked("GET", "/api/v3/jobs/"+string(id)) - asked[id]; n < 1 || n > 3 {
				t.Errorf("job %s was asked for %d times in nine rounds", id, n)
			}
		}
	})
}

func TestAWakeRenewsTheTunnelAndTellsInOneSummary(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var asleep atomic.Bool
		w.network = func() string {
			if asleep.Swap(false) { // as long as this takes, the clock's ticks do not come
				time.Sleep(8 * time.Hour) // sleep: the computer does, in the bubble's time
			}
			return "192.0.2.7"
		}
		w.ready()
		one, two := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		w.pass(time.Minute)
		renewed := len(w.wire.renewals())
		asleep.Store(true)
		w.pass(6 * time.Second)
		w.road.cut(true)
		w.wire.become(func(t *wire) { t.down = true })
		w.sim.Quietly(func() {
			w.complete(one)
			w.pass(4 * time.Hour)
			w.complete(two)
		})
		w.pass(4*time.Hour - 3*time.Second)
		w.wantAlerts()
		w.road.cut(false)
		w.wire.become(func(t *wire) { t.down = false })
		w.pass(3 * time.Minute)
		if len(w.wire.renewals()) == renewed {
			t.Error("the tunnel was not renewed")
		}
		w.wantShown(job.Summary)
		if n := len(w.alerts()); n != 3 {
			t.Errorf("%d rows: %+v", n, w.alerts())
		}
		if s := w.status(); s.State != engine.StateReady {
			t.Errorf("the state is %s", s.State)
		}
	})
}

func TestABackupThatTakesLongIsNotTakenForSleep(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.backups = filepath.Join(w.dir, "backups")
		var read atomic.Int64
		w.verify = func(ctx context.Context, _ string) error {
			select {
			case <-time.After(2 * time.Minute): // a large database on a slow disk
				read.Add(1)
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		w.ready()
		w.pass(25 * time.Hour)
		if n := read.Load(); n != 2 {
			t.Errorf("%d backups were made in two days", n)
		}
		if all := w.wire.renewals(); len(all) > 0 {
			t.Errorf("the tunnel was renewed: %q", all)
		}
	})
}

func TestAnotherNetworkRenewsTheTunnelAndCatchesUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var here atomicString
		here.set("192.0.2.7")
		w.network = here.get
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.sim.Quietly(func() { w.complete(id) })
		w.pass(time.Minute)
		here.set("") // no network: nothing to connect to
		w.pass(time.Minute)
		if n := len(w.wire.renewals()); n != 0 {
			t.Errorf("the tunnel was renewed %d times without a network", n)
		}
		here.set("198.51.100.3")
		w.pass(2 * time.Minute)
		if n := len(w.wire.renewals()); n != 1 {
			t.Errorf("the tunnel was renewed %d times", n)
		}
		w.wantAlerts(job.Completed)
	})
}

func TestAForgedDeliveryCausesOneCatchUpAMinute(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.pass(2 * time.Minute)
		before := w.asked("GET", "/api/v3/jobs")
		for range 40 {
			if status := w.emit(told(id, hover.JobCompleted), simulator.Delivery{BadSignature: true}); status != 401 {
				t.Fatalf("answered %d", status)
			}
			w.pass(3 * time.Second)
		}
		if n := w.asked("GET", "/api/v3/jobs") - before; n < 2 || n > 3 {
			t.Errorf("%d catch-ups in two minutes", n)
		}
		w.wantAlerts()
		if v := w.job(id); v.State != hover.JobWorking {
			t.Errorf("the job is %s", v.State)
		}
		if l := w.lamp("signatures"); l.State != engine.Amber || l.Do.IsZero() {
			t.Errorf("the lamp is %+v", l)
		}
		if s := w.status(); s.State != engine.StateReady || s.Inbox.Rejected != 40 {
			t.Errorf("%s, %+v", s.State, s.Inbox)
		}
		w.pass(2 * time.Hour)
		if l := w.lamp("signatures"); l.State != engine.Green {
			t.Errorf("the lamp stays %+v", l)
		}
	})
}

func TestWhatIsRefusedRightAfterACatchUpCostsMinutes(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		first, second := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		w.pass(2 * time.Minute)
		w.faults(func(f *simulator.Faults) { f.Unsigned = true }) // from now on
		w.complete(first)
		w.pass(20 * time.Second)
		w.complete(second)
		before := w.asked("GET", "/api/v3/jobs")
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed, job.Completed)
		if n := w.asked("GET", "/api/v3/jobs") - before; n != 1 {
			t.Errorf("%d catch-ups for one refused delivery", n)
		}
	})
}
