package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/records"
	"dormer/internal/simulator"
	"dormer/internal/tell"
)

func (h *hand) last() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.opened) == 0 {
		return ""
	}
	return h.opened[len(h.opened)-1]
}

func TestANotificationLeadsIntoTheWindow(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		one := w.working(simulator.JobSpec{Address: barre})
		w.complete(one)
		w.pass(5 * time.Second)
		folder := filepath.Join(w.dir, "Documents", "9 Quarry Hill, Barre VT 05641 ("+string(one)+")")
		act := func(action string, r engine.ShowRequest) {
			t.Helper()
			if err := w.e.Act(t.Context(), action, r.Job, r.Model); err != nil {
				t.Fatal(err)
			}
		}
		act(tell.ActShowJob, engine.ShowRequest{Job: one})
		if w.hand.last() != folder {
			t.Errorf("without a window %q was opened", w.hand.last())
		}
		if err := w.e.Act(t.Context(), tell.ActShowJob, "", ""); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("the inbox without a window: %v", err)
		}

		window := w.window()
		model := w.sim.Structures(one)[0]
		for _, want := range []engine.ShowRequest{{Job: one}, {Job: one, Model: model}, {Page: engine.PageInbox}} {
			act(tell.ActShowJob, want)
			if got := <-window; got != want {
				t.Errorf("asked to show %+v, want %+v", got, want)
			}
		}
		if err := w.e.Act(t.Context(), tell.ActShowJob, "404", ""); !errors.Is(err, engine.ErrUnknown) || len(window) != 0 {
			t.Errorf("an unknown job: %v", err)
		}
		if w.hand.last() != folder || len(w.hand.opened) != 1 {
			t.Errorf("beside the window %q were opened", w.hand.opened)
		}
	})
}

// openedBy gives the names of the files that are opened by what is done.
func (w *world) openedBy(do func() error) (names []string, err error) {
	w.hand.mu.Lock()
	before := len(w.hand.opened)
	w.hand.mu.Unlock()
	err = do()
	w.hand.mu.Lock()
	defer w.hand.mu.Unlock()
	for _, path := range w.hand.opened[before:] {
		names = append(names, filepath.Base(path))
	}
	return names, err
}

func TestOpenPDFOpensWhatWasChosenLastElseTheMainOne(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Name: "House"}, {Name: "Garage"}, {Name: "Barn"}}})
		w.complete(id)
		w.pass(5 * time.Second)
		window := w.window()
		of := w.sim.Structures(id)
		opens := func(model hover.ModelID, want ...string) {
			t.Helper()
			got, err := w.openedBy(func() error { return w.e.Act(t.Context(), engine.ActOpenPDF, id, model) })
			if err != nil || len(got) != len(want) || len(window) != 0 {
				t.Fatalf("%q were opened, want %q: %v", got, want, err)
			}
			for i, name := range got {
				if !strings.Contains(name, want[i]) || filepath.Ext(name) != ".pdf" {
					t.Errorf("%q were opened, want %q", got, want)
				}
			}
		}
		get := func(r engine.GetRequest) {
			t.Helper()
			r.Jobs = []hover.JobID{id}
			for _, err := range w.e.Get(t.Context(), r) {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		opens("", "House")
		opens(of[2], "Barn")
		opens("", "House") // that an alert of the barn was clicked chooses nothing
		get(engine.GetRequest{Models: of[1:2], Formats: []hover.Format{hover.FormatPDF}})
		opens("", "Garage")
		get(engine.GetRequest{Models: of[2:3], Formats: []hover.Format{hover.FormatXLSX}}) // no PDF
		get(engine.GetRequest{})                                                           // nobody chose
		opens("", "Garage")
		for i := 1; i <= 2; i++ { // two that are chosen together come one by one
			get(engine.GetRequest{Models: of[i : i+1], Formats: []hover.Format{hover.FormatPDF}, Chosen: of[1:]})
		}
		opens("", "Garage", "Barn")
		w.restart()
		opens("", "Garage", "Barn")
	})
}

func TestAPDFThatIsNotSavedIsFetchedAndOpened(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Name: "House"}, {Name: "Garage"}}})
		if _, err := w.openedBy(func() error { return w.e.Act(t.Context(), engine.ActOpenPDF, id, "") }); err == nil || !strings.Contains(err.Error(), "no PDF to open yet") {
			t.Errorf("before it is measured: %v", err)
		}
		w.complete(id)
		w.pass(5 * time.Second)
		job, err := w.e.Job(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range job.Models {
			for _, f := range m.Files {
				if f.Path != "" {
					_ = os.Remove(f.Path) // several formats may share one
				}
			}
		}
		got, err := w.openedBy(func() error { return w.e.Act(t.Context(), engine.ActOpenPDF, id, "") })
		if err != nil || len(got) != 1 || !strings.Contains(got[0], "House") {
			t.Errorf("%q were opened, %v", got, err)
		}
		got, err = w.openedBy(func() error { return w.e.Act(t.Context(), engine.ActOpenPDF, id, w.sim.Structures(id)[1]) })
		if err != nil || len(got) != 1 || !strings.Contains(got[0], "Garage") {
			t.Errorf("of the garage %q were opened, %v", got, err)
		}
	})
}

func TestAPDFThatNoProgramOpensOffersItsFolder(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		key := w.last().Key
		w.hand.tied = errors.New("no application is registered as handling this file type")
		err := w.e.ActOnNotice(t.Context(), key, engine.ActOpenPDF)
		if err == nil {
			t.Fatal("it was opened")
		}
		if w.rowFor(id).ReadAt.IsZero() {
			t.Error("who has acted on it has not read it")
		}
		n := engine.FailureNotice(err)
		if n.Title.String() != "The PDF could not be opened" || !strings.Contains(n.Body.String(), "Install a PDF viewer") {
			t.Errorf("told is %q: %q", n.Title, n.Body)
		}
		if !slices.Equal(n.Actions, []string{engine.ActShowFolder}) {
			t.Fatalf("it offers %q", n.Actions)
		}
		w.hand.tied = nil
		w.restart()
		if err := w.e.ActOnNotice(t.Context(), n.Key, n.Actions[0]); err != nil {
			t.Fatal(err)
		}
		if path, shown := strings.CutPrefix(w.hand.last(), "shown "); !shown || filepath.Ext(path) != ".pdf" {
			t.Errorf("%q was opened", w.hand.last())
		}
		if n := engine.FailureNotice(errors.New("nothing of a PDF")); len(n.Actions) != 0 {
			t.Errorf("another failure offers %q", n.Actions)
		}
	})
}

func TestAJobsPageIsAtTheHoverThatIsAsked(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		if err := w.e.Act(t.Context(), engine.ActAtHover, "17", ""); err != nil || w.hand.last() != w.sim.URL()+"/wr/jobs/17" {
			t.Errorf("%q was opened, %v", w.hand.last(), err)
		}
		if err := w.e.Act(t.Context(), engine.ActAtHover, `1/../2?x="#`, ""); err != nil || !strings.HasPrefix(w.hand.last(), w.sim.URL()+"/wr/jobs/") {
			t.Errorf("%q was opened, %v", w.hand.last(), err)
		}
	})
}

func TestOnlyPlainAddressesGoToAnotherProgram(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		for _, address := range []string{"https://hover.to/3d/19402492", "http://127.0.0.1:8466/wr/jobs/1?model=2", " https://hover.to ", "tel:+13175550142", "mailto:dana@example.com"} {
			if err := w.e.OpenURL(t.Context(), address); err != nil || w.hand.last() != strings.TrimSpace(address) {
				t.Errorf("%q: %q was opened, %v", address, w.hand.last(), err)
			}
		}
		for _, address := range []string{
			"", "hover.to", "file:///etc/passwd", "javascript:alert(1)", "/bin/sh", "https://", "https://user:secret@hover.to/", "https://hover.to/\x00", "-https://hover.to",
			"https://hover.to/" + strings.Repeat("x", 3000), "mailto:dana@example.com?attach=/etc/passwd", "tel:*21*5550142#",
		} {
			err := w.e.OpenURL(t.Context(), address)
			if !errors.Is(err, records.ErrUsage) {
				t.Errorf("%.60q: %v", address, err)
			}
		}
		if len(w.hand.opened) != 5 {
			t.Errorf("%q were opened", w.hand.opened)
		}
		file := filepath.Join(w.dir, "a.pdf")
		if err := w.e.OpenPath(t.Context(), file); err != nil || w.hand.last() != file {
			t.Errorf("%q was opened, %v", w.hand.last(), err)
		}
	})
}
