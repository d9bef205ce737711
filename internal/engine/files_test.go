package engine_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
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

func TestGetGivesUpAfterTwoMinutes(t *testing.T) {
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
	})
}

func TestGetGivesUpAtOnceWhatHoverRefusesOrOnlyAPersonCanMend(t *testing.T) {
	for name, c := range map[string]struct {
		before func(w *world)
		says   []string
	}{
		"the plan":              {func(w *world) { w.answer("/api/v3/models/*", 403) }, []string{"refused for now", "your Hover plan"}},
		"gone":                  {func(w *world) { w.answer("/api/v3/models/*", 410) }, []string{"refused for now", "no longer"}},
		"payment":               {func(w *world) { w.answer("/api/v3/models/*", 402) }, []string{"payment"}},
		"the acting user":       {func(w *world) { w.answer("/api/v3/models/*", 401) }, []string{"no permission", "acting user"}},
		"the sign-in has ended": {func(w *world) { w.sim.SignOut() }, []string{"sign-in", "Sign in again"}},
		"nobody is signed in": {func(w *world) {
			if err := w.e.Logout(w.t.Context()); err != nil {
				w.t.Fatal(err)
			}
		}, []string{"nobody is signed in", "Sign in"}},
		"the folder": {func(w *world) {
			if err := os.WriteFile(filepath.Join(w.dir, "Documents"), nil, 0o600); err != nil {
				w.t.Fatal(err)
			}
		}, []string{"choose another in Settings"}},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				id := w.sim.AddJob(simulator.JobSpec{})
				w.ready()
				c.before(w)
				began := time.Now()
				got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}})
				if err == nil || len(got) != 1 || got[0].Error.IsZero() {
					t.Fatalf("%+v, %v", got, err)
				}
				for _, part := range c.says {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("it does not say %q: %v", part, err)
					}
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func TestWhatHoverStillRefusesAnHourLaterIsUnavailable(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{})
		w.ready()
		w.answer("/api/v3/models/*", 403)
		get := func() error {
			_, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}})
			return err
		}
		for _, after := range []time.Duration{0, time.Minute, 58 * time.Minute} {
			w.pass(after)
			if err := get(); err == nil || !strings.Contains(err.Error(), "for now") || w.pdfState(id) != "waiting" {
				t.Errorf("%v later: %v, and the file is %s", after, err, w.pdfState(id))
			}
		}
		w.pass(2 * time.Minute)
		if err := get(); err == nil || strings.Contains(err.Error(), "for now") || w.pdfState(id) != "unavailable" {
			t.Errorf("an hour later: %v, and the file is %s", err, w.pdfState(id))
		}
		w.answersAsUsual() // another plan
		if err := get(); err != nil || w.pdfState(id) != "saved" {
			t.Errorf("with another plan: %v, and the file is %s", err, w.pdfState(id))
		}
	})
}

// The events of forty houses come at once, while Hover's budget is used up: they
// are told by their events before Hover can be asked for an address.
func TestInAStormEveryPDFIsOnDiskOnceUnderItsAddress(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		const houses = 40
		want := map[string]bool{}
		var ids []hover.JobID
		for i := range houses {
			street := fmt.Sprintf("%d Storm Road", i+1)
			id := w.sim.AddJob(simulator.JobSpec{
				State: hover.JobWorking, Name: "Storm", Address: hover.Address{Line1: street, City: "Dayton", Region: "OH"},
				Structures: []simulator.StructureSpec{{}, {Name: "Garage"}, {Name: "Barn"}},
			})
			ids = append(ids, id)
			for _, name := range []string{"House", "Garage", "Barn"} {
				want[fmt.Sprintf("%s, Dayton OH (%s)/%s measurements.pdf", street, id, name)] = true
			}
		}
		for range 80 {
			turn, err := w.budget.Wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			turn.Done(nil)
		}
		for _, id := range ids {
			w.complete(id)
		}
		w.pass(30 * time.Second)
		w.pass(10 * time.Minute)
		got := map[string]bool{}
		root := filepath.Join(w.dir, "Documents")
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				name, _ := filepath.Rel(root, path)
				got[filepath.ToSlash(name)] = true
			}
			return err
		})
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%d files are there, not %d (%v): %v", len(got), len(want), err, slices.Sorted(maps.Keys(got)))
		}
		for _, id := range ids {
			for _, m := range w.job(id).Models {
				if f := m.Files[slices.IndexFunc(m.Files, func(f engine.FileView) bool { return f.Format == "pdf" })]; f.State != "saved" {
					t.Errorf("job %s, %s: %+v", id, m.Name, f)
				}
			}
		}
	})
}

func TestAFolderWhoseNameBecomesKnownIsNamedThen(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyFolderNames, "name")
		id := w.working(simulator.JobSpec{Name: "To be named"})
		w.complete(id)
		w.pass(5 * time.Second)
		root := filepath.Join(w.dir, "Documents")
		was, is := filepath.Join(root, "To be named ("+string(id)+")"), filepath.Join(root, "Whitfield ("+string(id)+")")
		if err := os.WriteFile(filepath.Join(was, "my notes.txt"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := w.sim.RenameJob(id, "Whitfield"); err != nil {
			t.Fatal(err)
		}
		if err := w.e.RefreshJob(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, id, ""); err != nil { // under its name of before
			t.Error(err)
		}
		for _, formats := range [][]hover.Format{{"xlsx"}, {"pdf"}} {
			got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Formats: formats})
			if err != nil || filepath.Dir(got[0].Path) != is {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if left := files(t, root); !slices.Equal(left, []string{filepath.Base(is)}) {
			t.Errorf("there is %q", left)
		}
		if left := files(t, is); !slices.Equal(left, []string{"House measurements.pdf", "House measurements.xlsx", "my notes.txt"}) {
			t.Errorf("there is %q", left)
		}
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, id, ""); err != nil {
			t.Error(err)
		}
		if o := w.hand.opened; len(o) != 2 || o[0] != filepath.Join(was, "House measurements.pdf") || o[1] != filepath.Join(is, "House measurements.pdf") {
			t.Errorf("opened %q", o)
		}
	})
}

// As an older Dormer left it: one PDF in two folders.
func TestTwoFoldersOfOneJobBecomeOne(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyPrefetch, "none")
		id := w.working(simulator.JobSpec{Name: "Whitfield"})
		w.complete(id)
		w.pass(5 * time.Second)
		root := filepath.Join(w.dir, "Documents")
		get := func(format hover.Format) string {
			got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Formats: []hover.Format{format}})
			if err != nil || len(got) != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
			return got[0].Path
		}
		first := get("pdf")
		pdf, err := os.ReadFile(first)
		if err != nil {
			t.Fatal(err)
		}
		w.set(engine.KeyFolderNames, "name")
		named := filepath.Join(root, "Whitfield ("+string(id)+")")
		if err := errors.Join(os.Mkdir(named, 0o700), os.WriteFile(filepath.Join(named, "House measurements.pdf"), pdf, 0o600)); err != nil {
			t.Fatal(err)
		}
		get("xlsx")
		if left := files(t, root); !slices.Equal(left, []string{filepath.Base(named)}) {
			t.Errorf("there is %q", left)
		}
		if left := files(t, named); !slices.Equal(left, []string{"House measurements.pdf", "House measurements.xlsx"}) {
			t.Errorf("there is %q", left)
		}
		if got := get("pdf"); got != filepath.Join(named, "House measurements.pdf") {
			t.Errorf("the PDF is said to be %s", got)
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
		// It crosses to the command line whole, however deep its causes stand in it.
		said := say.Of(err)
		crossed, err := json.Marshal(said)
		if err != nil {
			t.Fatal(err)
		}
		var back say.Text
		if err := json.Unmarshal(crossed, &back); err != nil || strings.Contains(back.String(), "…") {
			t.Errorf("it arrives as %q, %v", back, err)
		}
		if got := back.For(inSpanish); !strings.Contains(got, "Faltan 2 de 3 archivos") || strings.Contains(got, "could") {
			t.Errorf("in Spanish it is %q", got)
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

func TestAnActionOpensAPDFOrTheFolder(t *testing.T) {
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
			{engine.ActOpenPDF, one, ""}, {engine.ActOpenPDF, two, ""}, {engine.ActOpenPDF, two, w.sim.Structures(two)[1]}, {tell.ActShowJob, one, ""},
		} {
			if err := w.e.Act(t.Context(), act.action, act.job, act.model); err != nil {
				t.Error(err)
			}
		}
		o := w.hand.opened
		if len(o) != 4 || filepath.Ext(o[0]) != ".pdf" || filepath.Ext(o[1]) != ".pdf" || filepath.Dir(o[2]) != filepath.Dir(o[1]) || o[2] == o[1] || o[3] != filepath.Dir(o[0]) {
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

func TestWhatAKillLeftOfDownloadsIsGoneAfterTheNextStart(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{})
		w.ready()
		installation, err := w.store.InstallationID()
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(installation))
		owner := hex.EncodeToString(sum[:4])
		other := ".dormer-another1-12345678-1234567890.part" // of a second Dormer that shares the folder
		var folders []string
		for _, dir := range []string{"", t.TempDir()} { // also where a person had it saved once
			got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Dir: dir})
			if err != nil || len(got) != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
			folder := filepath.Dir(got[0].Path)
			folders = append(folders, folder)
			for _, left := range []string{".dormer-" + owner + "-KILLED-0123456789.part", other} {
				if err := os.WriteFile(filepath.Join(folder, left), []byte("%PDF-"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.restart()
		w.pass(time.Second)
		for _, folder := range folders {
			if left := files(t, folder); !slices.Equal(left, []string{other, "House measurements.pdf"}) {
				t.Errorf("in %s there is %q", folder, left)
			}
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
		if s := w.status().Work; s.Pending != 3 || s.Dead != 0 { // the file, the alert that promised it, and the figures
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
