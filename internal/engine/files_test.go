package engine_test

import (
	"context"
	"errors"
	"os"
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

// fetch gets files, and gives what came of each and the error at the end.
func (w *world) fetch(ctx context.Context, r engine.GetRequest) (ended []engine.Progress, err error) {
	for p, e := range w.e.Get(ctx, r) {
		if e != nil {
			return ended, e
		}
		if p.Path != "" || !p.Error.IsZero() {
			ended = append(ended, p)
		}
	}
	return ended, nil
}

func TestGetWaitsForAFileThatHoverIsStillMaking(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{})
		w.ready()
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = 3 }) // both, and then one of them again
		began := time.Now()
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Formats: []hover.Format{"pdf", "xlsx"}})
		if err != nil || len(got) != 2 {
			t.Fatalf("%+v, %v", got, err)
		}
		if got[0].Format != "xlsx" {
			t.Error("a file that was ready waited for one that was not")
		}
		for _, p := range got {
			b, err := os.ReadFile(p.Path)
			if err != nil || len(b) == 0 || int64(len(b)) != p.Done || p.SHA256 == "" {
				t.Errorf("%+v: %d bytes, %v", p, len(b), err)
			}
		}
		if took := time.Since(began); took < 20*time.Second || took > time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

func TestGetGivesUpAfterTwoMinutesAndAtOnceWhenHoverRefuses(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{})
		w.ready()
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		began := time.Now()
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}})
		if err == nil || len(got) != 1 || got[0].Error.IsZero() || !strings.Contains(err.Error(), "1 of 1 files are missing") {
			t.Errorf("%+v, %v", got, err)
		}
		if took := time.Since(began); took > 2*time.Minute || took < 30*time.Second {
			t.Errorf("it gave up after %v", took)
		}
		w.answer("/api/v3/models/*", 403)
		began = time.Now()
		if got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}}); err == nil || len(got) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("a refusal took %v", took)
		}
	})
}

func TestGetCanBeCancelled(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{})
		w.ready()
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		began := time.Now()
		if _, err := w.fetch(ctx, engine.GetRequest{Jobs: []hover.JobID{id}}); err == nil {
			t.Error("cancelled, and no error")
		}
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("it ended after %v", took)
		}
		// A reader who has seen enough is not spoken to any more.
		for range w.e.Get(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id, id}}) {
			break
		}
	})
}

func TestGetTakesWhatIsOnDiskAlready(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		if _, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}}); err != nil {
			t.Fatal(err)
		}
		before := len(w.sim.Requests())
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Open: true})
		if err != nil || len(got) != 1 || got[0].Path == "" {
			t.Fatalf("%+v, %v", got, err)
		}
		if n := len(w.sim.Requests()) - before; n != 0 {
			t.Errorf("Hover was asked %d times", n)
		}
		if len(w.hand.opened) != 1 || w.hand.opened[0] != got[0].Path {
			t.Errorf("opened %q", w.hand.opened)
		}
		// It is asked for again once somebody has deleted it, and for another folder.
		if err := os.Remove(got[0].Path); err != nil {
			t.Fatal(err)
		}
		elsewhere := t.TempDir()
		for _, dir := range []string{"", elsewhere} {
			again, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Dir: dir})
			if err != nil || len(again) != 1 || !strings.HasPrefix(again[0].Path, dir) {
				t.Fatalf("%+v, %v", again, err)
			}
			if _, err := os.Stat(again[0].Path); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestGetSaysWhatItCannotFind(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		two := w.sim.AddJob(simulator.JobSpec{Structures: []simulator.StructureSpec{{}, {Name: "Barn", Fails: "Too dark."}}})
		w.ready()
		models := w.sim.Structures(two)
		for _, c := range []struct {
			request engine.GetRequest
			says    string
		}{
			{engine.GetRequest{Jobs: []hover.JobID{"424242"}}, "424242"},
			{engine.GetRequest{Jobs: []hover.JobID{two}, Models: []hover.ModelID{"31"}}, "no such structure"},
			{engine.GetRequest{Jobs: []hover.JobID{two}, Models: models[1:]}, "Too dark"},
		} {
			if got, err := w.fetch(t.Context(), c.request); err == nil || !strings.Contains(err.Error(), c.says) || len(got) != 1 || got[0].Error.IsZero() {
				t.Errorf("%+v: %+v, %v", c.request, got, err)
			}
		}
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{two}, Models: models[:1]})
		if err != nil || len(got) != 1 || got[0].Model != models[0] {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestGetSaysWhyForEachOfSeveralAndWhatToDo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.sim.AddJob(simulator.JobSpec{})
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{"424242", id, "424243"}})
		if err == nil || len(got) != 3 || got[1].Path == "" {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, part := range []string{"2 of 3 files are missing", "424242 could not be read from Hover", "424243 could not be read from Hover", "404", "Check the number"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("it does not say %q: %v", part, err)
			}
		}
	})
}

func TestAFileThatIsSavedAndCannotBeOpenedIsNotMissing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.sim.AddJob(simulator.JobSpec{})
		w.hand.tied = errors.New("no program for it")
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Open: true})
		if err == nil || len(got) != 1 || got[0].Path == "" {
			t.Fatalf("%+v, %v", got, err)
		}
		if strings.Contains(err.Error(), "missing") || !strings.Contains(err.Error(), "could not be opened: no program for it") {
			t.Errorf("it says: %v", err)
		}
	})
}

func TestAPersonsDownloadDoesNotWaitBehindTheImport(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{})
		w.ready()
		for range 150 { // more questions than a minute has room for
			w.emit(told(w.sim.AddJob(simulator.JobSpec{}), hover.JobWorking), simulator.Delivery{})
		}
		w.pass(2 * time.Second)
		began := time.Now()
		if got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}}); err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestOpenPDFOpensTheOnePDFElseTheFolder(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		one := w.working(simulator.JobSpec{})
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, one, ""); err == nil || !strings.Contains(err.Error(), "no PDF") {
			t.Errorf("before it is there: %v", err)
		}
		two := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{}, {Name: "Barn"}}})
		w.complete(one)
		w.complete(two)
		w.pass(10 * time.Second)
		for _, act := range []struct {
			action string
			job    hover.JobID
			model  hover.ModelID
		}{
			{engine.ActOpenPDF, one, ""}, {engine.ActOpenPDF, two, ""}, {engine.ActOpenPDF, two, w.sim.Structures(two)[1]}, {engine.ActShowJob, one, ""},
		} {
			if err := w.e.Act(t.Context(), act.action, act.job, act.model); err != nil {
				t.Error(err)
			}
		}
		o := w.hand.opened
		if len(o) != 4 || filepath.Ext(o[0]) != ".pdf" || filepath.Ext(o[1]) == ".pdf" || filepath.Dir(o[2]) != o[1] || o[3] != filepath.Dir(o[0]) {
			t.Errorf("opened %q", o)
		}
		if err := w.e.Act(t.Context(), "format-disk", one, ""); !isUsage(err) {
			t.Errorf("an unknown action: %v", err)
		}
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, "424242", ""); err == nil {
			t.Error("an unknown job was opened")
		}
	})
}

func TestWhatACrashLeftOfADownloadIsClearedAwayADayLater(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		folder := filepath.Join(w.dir, "Documents", "5 Cedar Ct (1)")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, age := range map[string]time.Duration{".dormer-OLD.part": 30 * time.Hour, ".dormer-NEW.part": time.Hour, "House measurements.pdf": 30 * time.Hour} {
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte("%PDF-"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
				t.Fatal(err)
			}
		}
		w.start()
		w.pass(time.Minute)
		if left := files(t, folder); !slices.Equal(left, []string{".dormer-NEW.part", "House measurements.pdf"}) {
			t.Errorf("there is %q", left)
		}
		w.pass(48 * time.Hour)
		if left := files(t, folder); !slices.Equal(left, []string{"House measurements.pdf"}) {
			t.Errorf("two days later there is %q", left)
		}
	})
}

func TestADownloadThatFailsForADayIsGivenUpAndCanBeRevived(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.answer("/api/v3/models/*", 500)
		w.complete(id)
		w.pass(20 * time.Hour)
		if s := w.status().Work; s.Pending != 2 || s.Dead != 0 { // the file, and the alert that promised it
			t.Errorf("after 20 hours: %+v", s)
		}
		w.pass(8 * time.Hour)
		if s := w.status().Work; s.Dead != 1 || s.Pending != 0 {
			t.Errorf("after 28 hours: %+v", s)
		}
		w.wantAlerts(job.Completed)
		w.answersAsUsual()
		if n, err := w.e.ReviveWork(t.Context()); n != 1 || err != nil {
			t.Fatalf("%d revived, %v", n, err)
		}
		w.pass(10 * time.Second)
		if s := w.status().Work; s.Dead != 0 || s.Pending != 0 {
			t.Errorf("after the revival: %+v", s)
		}
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, id, ""); err != nil {
			t.Error(err)
		}
	})
}

func TestAQuestionThatHoverRefusesForGoodIsADeadLetter(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.answer("/api/v3/jobs/"+string(id), 403)
		w.complete(id)
		w.pass(30 * time.Minute)
		if s := w.status().Work; s.Dead != 1 {
			t.Errorf("%+v", s)
		}
		w.answersAsUsual()
		if n, err := w.e.ReviveWork(t.Context()); n != 1 || err != nil {
			t.Fatalf("%d revived, %v", n, err)
		}
		w.pass(10 * time.Second)
		if v := w.job(id); !v.Confirmed || w.status().Work.Dead != 0 {
			t.Errorf("%+v", v)
		}
	})
}

func TestAJobThatHoverDoesNotKnowIsNotAskedForForever(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.emit(told("424242", hover.JobCompleted), simulator.Delivery{})
		w.pass(24 * time.Hour)
		w.wantAlerts()
		if n := w.asked("GET", "/api/v3/jobs/424242"); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestHoversOwnTestJobIsToldLikeAnyOther(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{State: hover.JobUploading})
		w.ready()
		if err := w.e.TestJob(t.Context(), id, "working"); !isUsage(err) {
			t.Errorf("a test that ends working: %v", err)
		}
		if err := w.e.TestJob(t.Context(), "424242", hover.JobCompleted); err == nil || !strings.Contains(err.Error(), "does not know job 424242") {
			t.Errorf("an unknown job: %v", err)
		}
		if err := w.e.TestJob(t.Context(), id, hover.JobCompleted); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed)
		if err := w.e.TestJob(t.Context(), id, hover.JobCompleted); err == nil {
			t.Error("a finished job was tested")
		}
	})
}

func TestPrefetchTakesTheFormatsThatAreSet(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		saved := func(id hover.JobID) (formats string) {
			for _, f := range w.job(id).Models[0].Files {
				if f.State == "saved" {
					formats += f.Format + " "
				}
			}
			return formats
		}
		w.set(engine.KeyPrefetch, "none")
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		w.wantAlerts(job.Completed)
		if got := saved(id); got != "" {
			t.Errorf("saved %q", got)
		}
		w.set(engine.KeyPrefetch, "xlsx, json,pdf")
		id = w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(10 * time.Second)
		for _, f := range []string{"pdf", "xlsx", "json"} {
			if got := saved(id); !strings.Contains(got, f+" ") {
				t.Errorf("saved %q, without %s", got, f)
			}
		}
	})
}
