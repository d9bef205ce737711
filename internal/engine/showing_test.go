package engine_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/simulator"
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
		act(engine.ActShowJob, engine.ShowRequest{Job: one})
		if w.hand.last() != folder {
			t.Errorf("without a window %q was opened", w.hand.last())
		}
		if err := w.e.Act(t.Context(), engine.ActShowJob, "", ""); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("the inbox without a window: %v", err)
		}

		window := w.window()
		model := w.sim.Structures(one)[0]
		for _, want := range []engine.ShowRequest{{Job: one}, {Job: one, Model: model}, {Page: engine.PageInbox}} {
			act(engine.ActShowJob, want)
			if got := <-window; got != want {
				t.Errorf("asked to show %+v, want %+v", got, want)
			}
		}
		if err := w.e.Act(t.Context(), engine.ActShowJob, "404", ""); !errors.Is(err, engine.ErrUnknown) || len(window) != 0 {
			t.Errorf("an unknown job: %v", err)
		}
		if w.hand.last() != folder || len(w.hand.opened) != 1 {
			t.Errorf("beside the window %q were opened", w.hand.opened)
		}
	})
}

func TestOpenPDFLeadsToThePickerUnlessThereIsOne(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		one := w.working(simulator.JobSpec{})
		two := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Name: "House"}, {Name: "Garage"}}})
		none := w.working(simulator.JobSpec{})
		w.complete(one)
		w.complete(two)
		w.pass(5 * time.Second)
		window := w.window()
		house := w.sim.Structures(two)[0]
		for _, r := range []engine.ShowRequest{{Job: one}, {Job: two, Model: house}} {
			if err := w.e.Act(t.Context(), engine.ActOpenPDF, r.Job, r.Model); err != nil || filepath.Ext(w.hand.last()) != ".pdf" || len(window) != 0 {
				t.Errorf("%+v: %q was opened, %d requests, %v", r, w.hand.last(), len(window), err)
			}
		}
		for _, want := range []engine.ShowRequest{{Job: two, Pick: true}, {Job: none, Pick: true}} {
			if err := w.e.Act(t.Context(), engine.ActOpenPDF, want.Job, ""); err != nil || len(window) != 1 {
				t.Fatalf("%+v: %d requests, %v", want, len(window), err)
			}
			if got := <-window; got != want {
				t.Errorf("asked for %+v, want %+v", got, want)
			}
		}
		if len(w.hand.opened) != 2 {
			t.Errorf("%q were opened", w.hand.opened)
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

func TestOnlyWebAddressesGoToTheBrowser(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		for _, address := range []string{"https://hover.to/3d/19402492", "http://127.0.0.1:8466/wr/jobs/1?model=2", " https://hover.to "} {
			if err := w.e.OpenURL(t.Context(), address); err != nil || w.hand.last() != strings.TrimSpace(address) {
				t.Errorf("%q: %q was opened, %v", address, w.hand.last(), err)
			}
		}
		for _, address := range []string{
			"", "hover.to", "file:///etc/passwd", "javascript:alert(1)", "/bin/sh", "https://", "https://user:secret@hover.to/", "https://hover.to/\x00", "-https://hover.to",
			"https://hover.to/" + strings.Repeat("x", 3000),
		} {
			err := w.e.OpenURL(t.Context(), address)
			if !errors.Is(err, engine.ErrUsage) {
				t.Errorf("%.60q: %v", address, err)
			}
		}
		if len(w.hand.opened) != 3 {
			t.Errorf("%q were opened", w.hand.opened)
		}
		file := filepath.Join(w.dir, "a.pdf")
		if err := w.e.OpenPath(t.Context(), file); err != nil || w.hand.last() != file {
			t.Errorf("%q was opened, %v", w.hand.last(), err)
		}
	})
}
