package engine_test

import (
	"cmp"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/internal/tell"
)

// pdfPath is where every structure's PDF is at Hover.
const pdfPath = "/api/v3/models/*/artifacts/measurements.pdf"

func TestOneHouseIsOneAlertHoweverOftenItIsTold(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.EmitV1, f.Duplicate = true, true })
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(10 * time.Second)
		w.wantAlerts(job.Completed)

		// Hover says it once more; somebody replays all of it.
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{})
		var seqs []uint64
		for _, e := range w.events() {
			seqs = append(seqs, e.Seq)
		}
		if n, err := w.e.Replay(t.Context(), seqs); err != nil || n != len(seqs) || n < 8 {
			t.Fatalf("replayed %d of %d: %v", n, len(seqs), err)
		}
		w.pass(time.Minute)
		w.restart()
		w.pass(2 * time.Hour) // and catches up twice
		w.wantAlerts(job.Completed)
		w.wantShown(job.Completed)
		if a := w.alerts()[0]; a.JobID != id || a.ShownAt.IsZero() {
			t.Errorf("the alert is %+v", a)
		}
		if s := w.status(); s.Inbox.Duplicates == 0 || s.Work.Pending != 0 {
			t.Errorf("duplicates are labelled and no work is left: %+v %+v", s.Inbox, s.Work)
		}
	})
}

func TestThePDFIsSavedBeforeTheAlertIsShown(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		// The job is told at once; its file takes its time.
		w.faults(func(f *simulator.Faults) { f.Answers = []simulator.Answer{{Path: pdfPath, Status: 404, Count: 3}} })
		w.ready()
		id := w.working(simulator.JobSpec{})
		saved := false
		w.desk.look = func(tell.Notice) {
			for _, f := range w.job(id).Models[0].Files {
				if f.Format == "pdf" && f.State == "saved" {
					b, err := os.ReadFile(f.Path)
					saved = err == nil && strings.HasPrefix(string(b), "%PDF-")
				}
			}
		}
		w.complete(id)
		w.pass(10 * time.Second)
		w.wantShown() // it is still being made
		w.pass(45 * time.Second)
		w.wantShown(job.Completed)
		if !saved {
			t.Error("the alert was shown without its PDF on disk")
		}
		if n := w.last(); len(n.Actions) != 2 || n.Actions[0] != engine.ActOpenPDF || n.Actions[1] != tell.ActShowJob || !strings.Contains(n.Body, "PDF is saved") {
			t.Errorf("the alert offers %v and says %q", n.Actions, n.Body)
		}
	})
}

func TestAnAlertWaitsAMinuteForItsPDFAndIsReplacedWhenItHasCome(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.ready()
		id := w.working(simulator.JobSpec{})
		began := time.Now()
		w.complete(id)
		w.pass(58 * time.Second)
		w.wantShown()
		w.pass(4 * time.Second)
		w.wantShown(job.Completed)
		first := w.last()
		if wait := first.at.Sub(began); wait < 60*time.Second || wait > 62*time.Second {
			t.Errorf("shown after %v", wait)
		}
		if !strings.Contains(first.Body, "PDF follows") {
			t.Errorf("it says %q", first.Body)
		}
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.pass(10 * time.Minute)
		w.wantShown(job.Completed, job.Completed)
		second := w.last()
		if second.Key != first.Key || !strings.Contains(second.Body, "PDF is saved") {
			t.Errorf("%q is not replaced in place: %+v", first.Key, second)
		}
		w.wantAlerts(job.Completed)
		if a := w.alerts()[0]; !strings.Contains(a.Body, "PDF is saved") || strings.Contains(a.Body, "follows") {
			t.Errorf("the inbox still says %q", a.Body)
		}
		w.pass(30 * time.Hour)
		w.wantShown(job.Completed, job.Completed)
	})
}

func TestAClockThatIsSetBackPutsNothingOff(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var ahead atomic.Int64
		ahead.Store(int64(5 * time.Hour)) // as the other system of this computer left it
		w.now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.ready()
		w.complete(w.working(simulator.JobSpec{})) // waits for its PDF
		w.pass(10 * time.Second)
		w.road.cut(true)
		w.complete(w.working(simulator.JobSpec{})) // waits for Hover
		w.pass(2 * time.Second)
		ahead.Store(0)
		measured := func() (bodies []string) { // a summary may stand beside them
			for _, a := range w.alerts() {
				if a.Kind == job.Completed {
					bodies = append(bodies, a.Body)
				}
			}
			return bodies
		}
		w.pass(time.Minute)
		if told := measured(); len(told) != 2 {
			t.Fatalf("a minute later the inbox says %q", told)
		}
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 0 })
		w.road.cut(false)
		w.pass(10 * time.Minute)
		for _, body := range measured() {
			if !strings.Contains(body, "PDF is saved") {
				t.Errorf("ten minutes later the inbox says %q", body)
			}
		}
	})
}

func TestAPDFThatHoverRefusesHoldsNothingUpAndIsFinalAnHourLater(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.answer("/api/v3/models/*", 403)
		w.complete(id)
		w.pass(3 * time.Second)
		w.wantShown(job.Completed) // told at once
		if n := w.last(); n.Body != "PDF follows." {
			t.Errorf("it says %q", n.Body)
		}
		if state := w.pdfState(id); state != "waiting" {
			t.Errorf("after one refusal the file is %s", state)
		}
		w.pass(50 * time.Minute)
		if state := w.pdfState(id); state != "waiting" {
			t.Errorf("after 50 minutes of refusals the file is %s", state)
		}
		w.pass(time.Hour)
		if state := w.pdfState(id); state != "unavailable" {
			t.Errorf("after two hours of refusals the file is %s", state)
		}
		w.wantAlerts(job.Completed)
		if a := w.alerts()[0]; !strings.Contains(a.Body, "does not give out the PDF") {
			t.Errorf("the inbox says %q", a.Body)
		}
	})
}

// pdfState says how far the PDF of a job's main structure is.
func (w *world) pdfState(id hover.JobID) string {
	w.t.Helper()
	for _, f := range w.job(id).Models[0].Files {
		if f.Format == "pdf" {
			return f.State
		}
	}
	w.t.Fatalf("job %s has no PDF", id)
	return ""
}

// Each of these says for hours that the file is refused, and is not Hover, or has
// not said so long enough.
func TestARefusalOfSomebodyOnTheWayEndsNothing(t *testing.T) {
	for name, answers := range map[string][]simulator.Answer{
		"the office's firewall, with its page":     {{Path: "/api/v3/models/*", Status: 403, Kind: "html"}},
		"the storage's link has expired":           {{Path: "storage:*", Status: 403, Kind: "empty"}},
		"the storage has nothing any more":         {{Path: "storage:*", Status: 410, Kind: "empty"}},
		"a gateway that is asked for a sign-in":    {{Path: "/api/v3/models/*", Status: 401, Kind: "html"}},
		"Hover, but it has found the file between": {{Path: pdfPath, Status: 403, Count: 7}, {Path: pdfPath, Status: 409, Count: 1}, {Path: pdfPath, Status: 403, Count: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				w.faults(func(f *simulator.Faults) {
					for _, a := range answers {
						a.Count = cmp.Or(a.Count, simulator.Always)
						f.Answers = append(f.Answers, a)
					}
				})
				w.complete(id)
				w.pass(140 * time.Minute)
				if state := w.pdfState(id); state != "waiting" {
					t.Errorf("after more than two hours the file is %s", state)
				}
				w.answersAsUsual()
				w.pass(time.Hour)
				if state := w.pdfState(id); state != "saved" {
					t.Errorf("an hour after it was over the file is %s", state)
				}
			})
		})
	}
}

// Only a 404 that lasts for a day is Hover's last word, not one that comes after a
// day of silence.
func TestAFileThatHoverHasNotYetAfterADayWithoutItIsWaitedFor(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.faults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: pdfPath, Status: 502, Count: 31}, {Path: pdfPath, Status: 404, Count: 1}}
		})
		w.complete(id)
		w.pass(24*time.Hour + 30*time.Minute)
		if state := w.pdfState(id); state != "waiting" {
			t.Errorf("after one 404 the file is %s", state)
		}
	})
}

func TestWithoutHoverASignedEventIsToldByItselfAfterTenSeconds(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Harbor St 5"})
		w.road.cut(true)
		began := time.Now()
		w.complete(id)
		w.pass(9 * time.Second)
		w.wantShown()
		w.pass(3 * time.Second)
		w.wantShown(job.Completed)
		if wait := w.last().at.Sub(began); wait < 10*time.Second || wait > 12*time.Second {
			t.Errorf("told after %v", wait)
		}
		if v := w.job(id); v.Confirmed {
			t.Error("nobody has confirmed it")
		}
		// Hover can be asked again, and it tells more; nobody is disturbed for it.
		w.sim.Quietly(func() { _ = w.sim.RenameJob(id, "Harbor Street 5") })
		w.road.cut(false)
		w.pass(20 * time.Minute)
		if v := w.job(id); !v.Confirmed || v.Name != "Harbor Street 5" {
			t.Errorf("it is not corrected: %+v", v)
		}
		w.wantAlerts(job.Completed)
		for _, s := range w.desk.all() { // the PDF that followed, in place
			if s.Key != w.last().Key {
				t.Errorf("a second notification: %+v", s)
			}
		}
	})
}

func TestWithoutHoverApprovalsAndCapturesAreToldByTheirSignedEventsToo(t *testing.T) {
	for _, signed := range []bool{true, false} {
		story(t, func(t *testing.T, w *world) {
			w.faults(func(f *simulator.Faults) { f.Unsigned = !signed })
			w.ready()
			house, made := w.working(simulator.JobSpec{}), w.invite()
			w.pass(time.Minute)
			w.road.cut(true)
			if err := w.sim.SetJobState(house, hover.JobWaitingApproval); err != nil {
				t.Fatal(err)
			}
			w.pass(time.Second)
			if err := w.sim.SetCaptureState(made.ID, hover.CaptureComplete); err != nil {
				t.Fatal(err)
			}
			w.pass(8 * time.Second)
			w.wantAlerts()
			w.pass(5 * time.Second)
			if signed {
				w.wantAlerts(job.Approval, job.Capture)
			} else {
				w.wantAlerts()
			}
			w.road.cut(false)
			w.pass(20 * time.Minute)
			if len(w.alerts()) != 2 {
				t.Errorf("in the end the inbox holds %+v", w.alerts())
			}
			if s := w.status(); s.Work.Pending != 0 || s.Work.Dead != 0 {
				t.Errorf("left: %+v", s.Work)
			}
		})
	}
}

func TestHowManyQuestionsEverHoverLeavesHangingSignedEventsAreToldInTime(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.complete(w.working(simulator.JobSpec{})) // its delivery pins the signature
		const houses = 12
		var ids []hover.JobID
		for range houses {
			ids = append(ids, w.working(simulator.JobSpec{}))
		}
		w.pass(time.Minute)
		before := len(w.alerts())
		w.road.hang(true)
		for _, id := range ids {
			w.complete(id)
		}
		w.pass(15 * time.Second)
		if told := len(w.alerts()) - before; told != houses {
			t.Errorf("15 s later %d of %d houses were told", told, houses)
		}
		w.road.hang(false)
		w.pass(time.Hour)
		if told := len(w.alerts()) - before; told != houses {
			t.Errorf("of %d houses %d alerts tell", houses, told)
		}
	})
}

func TestWithoutHoverAnUnsignedEventIsNotTold(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.Unsigned = true })
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.road.cut(true)
		w.complete(id)
		w.pass(30 * time.Minute)
		w.wantAlerts()
		w.road.cut(false)
		w.pass(10 * time.Minute)
		w.wantAlerts(job.Completed)
	})
}

func TestASignedEventIsToldThoughAnUnsignedOneSaidItFirst(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.Unsigned = true })
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.road.cut(true)
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{Unsigned: true})
		w.pass(5 * time.Minute)
		w.wantAlerts()
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{})
		w.pass(12 * time.Second)
		w.wantAlerts(job.Completed)
	})
	story(t, func(t *testing.T, w *world) { // both within the same moment
		w.faults(func(f *simulator.Faults) { f.Unsigned = true })
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.road.cut(true)
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{Unsigned: true})
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{})
		w.pass(12 * time.Second)
		w.wantAlerts(job.Completed)
	})
}

func TestThePDFOfAnEventThatWasToldByItselfComesLater(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.road.cut(true)
		w.sim.Quietly(func() { w.complete(id) })
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{}) // of its structures nothing is heard
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)
		w.road.cut(false)
		w.pass(20 * time.Minute)
		w.wantAlerts(job.Completed)
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, id, ""); err != nil || len(w.hand.opened) != 1 {
			t.Errorf("opening the PDF: %v; opened %v", err, w.hand.opened)
		}
	})
}

func TestASignedEventOfSomethingElseDoesNotVouchForAnUnsignedOne(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.Unsigned = true })
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.road.cut(true)
		w.emit(told(id, hover.JobFailed), simulator.Delivery{Unsigned: true})
		w.emit(map[string]any{"event": "model-created", "job_id": id.Wire(), "model_id": 7777}, simulator.Delivery{})
		w.pass(time.Hour)
		w.wantAlerts()
	})
}

func TestHoverIsAskedAgainUntilItKnowsItsOwnNews(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		if status := w.emit(told(id, hover.JobCompleted), simulator.Delivery{}); status != 200 {
			t.Fatalf("answered %d", status)
		}
		w.pass(5 * time.Second)
		w.wantAlerts() // the API still says that it is worked on
		w.sim.Quietly(func() { w.complete(id) })
		w.pass(15 * time.Second)
		w.wantAlerts(job.Completed)
	})
}

func TestNewsThatHoverNeverConfirmsIsNotTold(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{})
		w.pass(3 * time.Hour)
		w.wantAlerts()
		if v := w.job(id); v.State != hover.JobWorking || !v.Confirmed {
			t.Errorf("the job is %+v", v)
		}
		if n := w.status().Work.Pending; n != 0 {
			t.Errorf("%d works are left", n)
		}
	})
}

func TestALateEventDoesNotUndoWhatHoverConfirmed(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		w.road.cut(true) // so that nothing but the event speaks
		w.emit(told(id, hover.JobWorking), simulator.Delivery{})
		if v := w.job(id); v.State != hover.JobCompleted || !v.Confirmed {
			t.Errorf("the job is %+v", v)
		}
		w.road.cut(false)
		w.pass(time.Hour)
		w.wantAlerts(job.Completed)
	})
}

func TestACorrectedJobIsToldASecondTime(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		model := w.sim.Structures(id)[0]
		for _, err := range []error{
			w.sim.SetJobState(id, hover.JobRequestingCorrections), w.sim.SetModelState(id, model, hover.ModelProcessing, ""),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		w.pass(time.Hour)
		if v := w.job(id); v.State != hover.JobRequestingCorrections {
			t.Errorf("the job is %s", v.State)
		}
		w.complete(id)
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed, job.Completed)
		w.wantShown(job.Completed, job.Completed)
	})
}

func TestAStructureThatIsLateHasAnAlertOfItsOwn(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{}, {Name: "Garage"}}})
		models := w.sim.Structures(id)
		if err := w.sim.SetModelState(id, models[0], hover.ModelCompleted, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.sim.SetJobState(id, hover.JobCompleted); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed)
		if n := w.last(); !strings.Contains(n.Body, "Still to come: Garage") {
			t.Errorf("it says %q", n.Body)
		}
		if err := w.sim.SetModelState(id, models[1], hover.ModelCompleted, ""); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed, job.StructureDone)
		if a := w.alerts()[1]; a.ModelID != models[1] || !strings.HasPrefix(a.Title, "Garage") || !strings.Contains(a.Body, "PDF is saved") {
			t.Errorf("the alert is %+v", a)
		}
	})
}

func TestFailuresAreToldWithTheirReason(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Elm Street 1"})
		if err := w.sim.FailJob(id, "The rear is hidden by a tree."); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
		w.wantShown(job.Failed)
		if n := w.last(); !n.Urgent || !strings.HasPrefix(n.Title, "Elm Street 1") || !strings.HasSuffix(n.Title, "could not be measured") || !strings.Contains(n.Body, "The rear is hidden by a tree.") {
			t.Errorf("the alert is %+v", n)
		}

		// A completed job tells of its failed structure in the same alert.
		id = w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{}, {Name: "Barn", Fails: "Too dark."}}})
		w.complete(id)
		w.pass(5 * time.Second)
		w.wantAlerts(job.Failed, job.Completed)
		if n := w.last(); !strings.Contains(n.Body, "Could not be measured: Barn (Too dark)") {
			t.Errorf("it says %q", n.Body)
		}
	})
}

func TestCancelledAndWaitingJobsAreTold(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		for _, state := range []hover.JobState{hover.JobWaitingApproval, hover.JobCancelled} {
			if err := w.sim.SetJobState(id, state); err != nil {
				t.Fatal(err)
			}
			w.pass(5 * time.Second)
		}
		w.wantAlerts(job.Approval, job.Cancelled)
	})
}

func TestOnlyMineTellsOnlyWhatTheActingUserCaptured(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyAlertsWhose, "mine")
		users := w.sim.Users()
		theirs := w.working(simulator.JobSpec{CapturedBy: "crew@example.com"})
		mine := w.working(simulator.JobSpec{CapturedBy: users[0].Email})
		if who := w.status().Hover.ActingUser; who != users[0].ID {
			t.Fatalf("the acting user is %s", who)
		}
		w.complete(theirs)
		w.complete(mine)
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed)
		if a := w.alerts()[0]; a.JobID != mine {
			t.Errorf("told of job %s", a.JobID)
		}
		w.set(engine.KeyAlertsWhose, "everyone")
		w.pass(time.Hour)
		w.wantAlerts(job.Completed) // what was passed over is not told later
	})
}

func TestWhoseJobItIsIsNotKnownBeforeHoverHasSaidSo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.complete(w.working(simulator.JobSpec{})) // its delivery pins the signature
		w.set(engine.KeyAlertsWhose, "mine")
		w.pass(2 * time.Minute)
		before := len(w.alerts())
		w.road.cut(true)
		mine := w.sim.AddJob(simulator.JobSpec{State: hover.JobWorking, CapturedBy: w.sim.Users()[0].Email})
		w.complete(mine)
		w.pass(15 * time.Second)
		if all := w.alerts(); len(all) != before+1 || all[before].JobID != mine {
			t.Errorf("told of a house of one's own: %+v", all[before:])
		}
		w.road.cut(false)
		w.pass(20 * time.Minute)
		if all := w.alerts(); len(all) != before+1 {
			t.Errorf("in the end: %+v", all[before:])
		}
	})
}

func TestAnActingUserWhomHoverDoesNotNameHoldsNoAlertUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.complete(w.working(simulator.JobSpec{})) // its delivery pins the signature
		w.answer("/api/v2/users*", 403)
		w.set(engine.KeyAlertsWhose, "mine")
		w.set(engine.KeyActingUser, "999")
		w.pass(time.Minute)
		asked := w.asked("GET", "/api/v2/users/profile")
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		for range 3 {
			w.complete(w.working(simulator.JobSpec{}))
		}
		w.pass(10 * time.Minute)
		if n := w.asked("GET", "/api/v2/users/profile") - asked; n > 1 {
			t.Errorf("Hover was asked %d times in ten minutes who that is", n)
		}
		id := w.working(simulator.JobSpec{})
		before := len(w.alerts())
		w.road.hang(true)
		w.complete(id)
		w.pass(15 * time.Second)
		if len(w.alerts()) != before+1 {
			t.Error("a signed event is not told while Hover hangs")
		}
		w.road.hang(false)
	})
}

func TestPapersAreToldOnlyWhenTheyAreSigned(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.Unsigned = true })
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		proposal := map[string]any{"event": "project-management-proposal-document-state-changed", "project_management_proposal_document_id": 12, "job_id": id.Wire(), "state": "complete"}
		order := map[string]any{"event": "project-management-order-document-state-changed", "project_management_order_document_id": 13, "job_id": id.Wire(), "state": "complete"}
		estimate := map[string]any{"event": "estimation-estimate-group-state-changed", "estimation_estimate_group_id": 14, "job_id": id.Wire(), "state": "complete"}
		for _, body := range []any{proposal, order, estimate} {
			if status := w.emit(body, simulator.Delivery{Unsigned: true}); status != 200 {
				t.Fatalf("answered %d", status)
			}
		}
		w.pass(time.Hour)
		w.wantAlerts()
		asked := w.asked("GET", "/api/v3/jobs/"+string(id))
		for _, body := range []any{proposal, order, estimate, proposal} {
			w.emit(body, simulator.Delivery{})
			w.pass(time.Second)
		}
		w.wantAlerts(job.Proposal, job.Order, job.Estimate)
		if now := w.asked("GET", "/api/v3/jobs/"+string(id)); now != asked {
			t.Errorf("the job was asked for %d times, of which the API says nothing new", now-asked)
		}
	})
}

func TestAPaperThatIsSentAgainOrReplayedIsShownOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		proposal := map[string]any{"event": "project-management-proposal-document-state-changed", "project_management_proposal_document_id": 12, "job_id": id.Wire(), "state": "complete"}
		w.emit(proposal, simulator.Delivery{})
		w.pass(2 * time.Minute)
		w.wantShown(job.Proposal)
		shown := w.alerts()[0].ShownAt

		w.emit(proposal, simulator.Delivery{})
		w.pass(2 * time.Minute)
		for _, e := range w.events() {
			if _, err := w.e.Replay(t.Context(), []uint64{e.Seq}); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(2 * time.Minute)
		w.restart()
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Proposal)
		w.wantShown(job.Proposal)
		if now := w.alerts()[0].ShownAt; !now.Equal(shown.Time) {
			t.Errorf("shown at %v, and then at %v", shown, now)
		}
	})
}

func TestWhatIsNotKnownIsKeptAndShownAsText(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.emit(map[string]any{"event": "roof-flew-away", "job_id": id.Wire(), "how": []any{"far", 3}}, simulator.Delivery{})
		if err := w.sim.SetJobState(id, "dreaming"); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
		if v := w.job(id); v.State != "dreaming" || v.Progress != nil {
			t.Errorf("the job is %+v", v)
		}
		events := w.events()
		var odd engine.EventView
		for _, e := range events {
			if e.Event == "roof-flew-away" {
				odd = e
			}
		}
		if odd.JobID != id || !strings.Contains(string(odd.Body), `"how":["far",3]`) {
			t.Errorf("the event is listed as %+v", odd)
		}
		w.wantAlerts()
		w.complete(id)
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed)
	})
}

// invite asks Pat Doe to photograph a house.
func (w *world) invite() engine.CaptureView {
	w.t.Helper()
	made, err := w.e.CreateCapture(w.t.Context(), hover.NewCaptureRequest{
		Name: "Pat Doe", Email: "pat@example.com", Address: hover.Address{Line1: "634 2nd St"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

func TestACapturedPropertyIsTold(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		made := w.invite()
		if made.ID == "" || made.Link == "" || made.State != hover.CaptureNew {
			t.Errorf("created %+v", made)
		}
		w.pass(5 * time.Second)
		for _, state := range []hover.CaptureState{hover.CaptureConnected, hover.CaptureComplete} {
			if err := w.sim.SetCaptureState(made.ID, state); err != nil {
				t.Fatal(err)
			}
			w.pass(5 * time.Second)
		}
		w.wantAlerts(job.Capture)
		if a := w.alerts()[0]; !strings.Contains(a.Body, "Pat Doe took the photos") {
			t.Errorf("the alert is %+v", a)
		}
		list, err := w.e.Captures(t.Context())
		if err != nil || len(list) != 1 || list[0].State != hover.CaptureComplete || list[0].JobID == "" {
			t.Errorf("%+v, %v", list, err)
		}
		if err := w.e.DeleteCapture(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
		if list, _ := w.e.Captures(t.Context()); list[0].State != hover.CaptureDeleted {
			t.Errorf("after the deletion: %+v", list)
		}
	})
}

func TestHoverIsAskedAgainForACaptureUntilItKnowsItsOwnNews(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		made := w.invite()
		w.pass(5 * time.Second)
		event := map[string]any{"event": "capture-request-state-changed", "capture_request_id": made.ID.Wire(), "state": "complete"}
		w.emit(event, simulator.Delivery{})
		w.pass(5 * time.Second)
		w.wantAlerts() // Hover's API does not know it yet
		w.sim.Quietly(func() {
			if err := w.sim.SetCaptureState(made.ID, hover.CaptureComplete); err != nil {
				t.Fatal(err)
			}
		})
		w.pass(time.Minute)
		w.wantAlerts(job.Capture)

		never := w.invite()
		event["capture_request_id"] = never.ID.Wire()
		asked := w.asked("GET", "/api/v2/capture_requests/"+string(never.ID)+"/details")
		w.emit(event, simulator.Delivery{})
		w.pass(30 * time.Minute)
		if n := w.asked("GET", "/api/v2/capture_requests/"+string(never.ID)+"/details") - asked; n < 2 || n > 8 {
			t.Errorf("of news that Hover never confirms it was asked %d times", n)
		}
		w.wantAlerts(job.Capture)
	})
}

func TestACaptureThatWasMissedIsFoundByAsking(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		made := w.invite()
		w.sim.Quietly(func() {
			if err := w.sim.SetCaptureState(made.ID, hover.CaptureComplete); err != nil {
				t.Error(err)
			}
		})
		w.pass(61 * time.Minute)
		w.wantAlerts(job.Capture)
	})
}

func TestACaptureRequestNeedsWhoAndWhere(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for _, r := range []hover.NewCaptureRequest{
			{Email: "pat@example.com", Address: hover.Address{Line1: "634 2nd St"}},
			{Name: "Pat", Address: hover.Address{Line1: "634 2nd St"}},
			{Name: "Pat", Email: "pat@example.com"},
			{Name: "Pat", Email: "pat at example", Address: hover.Address{Line1: "634 2nd St"}},
		} {
			if _, err := w.e.CreateCapture(t.Context(), r); !isUsage(err) {
				t.Errorf("%+v: %v", r, err)
			}
		}
		if n := w.asked("POST", "/api/v2/capture_requests"); n != 0 {
			t.Errorf("Hover was asked %d times", n)
		}
	})
}
