package view_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	"dormer/internal/headline"
	"dormer/internal/say"
	"dormer/internal/words"
)

// shellDesk is an engine with jobs and alerts that a test changes.
type shellDesk struct {
	*viewtest.Desk
	viewtest.Notes

	mu     sync.Mutex // protects all below
	alerts []engine.AlertView
	events []engine.EventView
}

func newShellDesk() *shellDesk {
	d := &shellDesk{Desk: viewtest.NewDesk()}
	d.Stands(func(s *engine.Status) { s.State = engine.StateReady })
	return d
}

// changes has something change in the engine, and the window hear of it.
func (d *shellDesk) changes(w *viewtest.Thread, f func()) {
	d.mu.Lock()
	f()
	d.mu.Unlock()
	w.Settle()
	d.Hints <- engine.Hint{}
	w.Settle()
}

func (d *shellDesk) Unread(context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Unread(d.alerts), nil
}

func (d *shellDesk) EventPage(_ context.Context, _ engine.EventFilter, _ uint64, limit int) ([]engine.EventView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events[:min(limit, len(d.events))]), nil
}

// shellStory tells a story about a shell.
func shellStory(t *testing.T, tell func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell)) {
	t.Helper()
	english(t)
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		d := newShellDesk()
		s := view.NewShell(w.Deps(d))
		tell(t, w, d, s)
	})
}

func english(t *testing.T) {
	t.Helper()
	if err := words.Use(words.English); err != nil {
		t.Fatal(err)
	}
}

func TestHowDormerIsIsSaidInAWord(t *testing.T) {
	red := func(name string) []engine.Lamp {
		return []engine.Lamp{{Name: name, State: engine.Red, Says: say.Words("Hover has ended the sign-in")}}
	}
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		if got := s.State(); got.Loaded || got.Title != "Connecting" {
			t.Errorf("at first it is %+v", got)
		}
		s.Start()
		w.Settle()
		for _, c := range []struct {
			state         engine.State
			lamps         []engine.Lamp
			title, second string
		}{
			{engine.StateSetup, red("hover"), "Not set up", "set up now"},
			{engine.StateStarting, nil, "Connecting", "one moment"},
			{engine.StateReady, nil, "Connected to Hover", "no event yet"},
			{engine.StateDegraded, red("tunnel"), "Asking Hover", "every two minutes"},
			{engine.StateOffline, red("tunnel"), "Offline", "goes on by itself"},
			{engine.StateDegraded, red("hover"), "Needs attention", "see what is wrong"},
			{engine.StateReady, red("hover"), "Needs attention", "see what is wrong"},
		} {
			d.changes(w, func() { d.Stands(func(st *engine.Status) { st.State, st.Lamps = c.state, c.lamps }) })
			time.Sleep(time.Minute) // sleep: the bubble's own, for what is told only if it lasts
			w.Settle()
			got := s.State()
			if got.Title != c.title || got.Second != c.second {
				t.Errorf("%s %v: %q, %q", c.state, c.lamps, got.Title, got.Second)
			}
		}
	})
}

func TestWakingRaisesNoAlarm(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		is := func(state engine.State) {
			d.changes(w, func() { d.Stands(func(st *engine.Status) { st.State = state }) })
		}
		is(engine.StateReady)
		is(engine.StateOffline)
		if got := s.State(); got.Title != "Connecting" {
			t.Errorf("at once it says %q", got.Title)
		}
		is(engine.StateReady)
		time.Sleep(time.Minute) // sleep: the bubble's own
		w.Settle()
		if got := s.State(); got.Title != "Connected to Hover" {
			t.Errorf("back again it says %q", got.Title)
		}
		is(engine.StateDegraded)
		time.Sleep(time.Minute) // sleep: the bubble's own
		w.Settle()
		if got := s.State(); got.Title != "Asking Hover" {
			t.Errorf("after a minute it says %q", got.Title)
		}
	})
}

// TestAWatcherThatComesBackIsHeardAgain: meanwhile nothing is known to be well.
func TestAWatcherThatComesBackIsHeardAgain(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		d.changes(w, func() {})
		d.Leaves()
		w.Settle()
		if got := s.State(); got.Title != "Connecting" {
			t.Errorf("with nobody there it says %q", got.Title)
		}
		w.Pass(2 * time.Second)
		d.changes(w, func() { d.alerts = []engine.AlertView{{ID: "1"}} })
		if got := s.State(); got.Title != "Connected to Hover" || got.Unread != 1 {
			t.Errorf("with another one there it says %q, %d unread", got.Title, got.Unread)
		}
	})
}

func TestAPauseIsSaid(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		at := time.Now()
		for until, says := range map[string]string{
			at.Add(time.Hour).Format(time.RFC3339):      "alerts paused until " + at.Add(time.Hour).Format("3:04 PM"),
			at.Add(24 * time.Hour).Format(time.RFC3339): "alerts paused till tomorrow",
			at.Add(-time.Hour).Format(time.RFC3339):     "no event yet",
			"forever":                                   "alerts are paused", "": "no event yet",
		} {
			d.changes(w, func() { d.Saves(engine.KeyPausedUntil, until) })
			if got := s.State().Second; got != says {
				t.Errorf("until %q it says %q, not %q", until, got, says)
			}
		}
	})
}

func TestAPageHearsOfEveryChange(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		news := 0
		s.News = func() { news++ }
		s.Start()
		w.Settle()
		for i := range 30 {
			d.changes(w, func() { d.alerts = append(d.alerts, engine.AlertView{ID: fmt.Sprint(i)}) })
			if got := s.State().Unread; got != i+1 {
				t.Fatalf("after %d alerts %d are unread", i+1, got)
			}
		}
		if news != 30 {
			t.Errorf("the page heard %d times of 30", news)
		}
	})
}

// TestTheDemoAsksNobodyToSetItUp: it signs in by itself, a moment after its window
// was opened. Who signs out of it is asked, like anybody.
func TestTheDemoAsksNobodyToSetItUp(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		is := func(state engine.State, in bool) {
			d.changes(w, func() {
				d.Stands(func(st *engine.Status) { st.State, st.Demo, st.Hover.SignedIn, st.Lamps = state, true, in, nil })
			})
		}
		s.Start()
		is(engine.StateSetup, false)
		if got := s.State(); got.Watch != headline.Starting {
			t.Errorf("before it has signed in it says %q", got.Title)
		}
		is(engine.StateReady, true)
		is(engine.StateSetup, false)
		if got := s.State(); got.Watch != headline.Setup {
			t.Errorf("signed out, it says %q", got.Title)
		}
	})
}

func TestAnEngineThatFailsIsToldOnce(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		d.changes(w, func() {})
		_ = w.Told()
		d.Fails("Status", errors.New("the disk is gone"))
		for range 3 {
			d.changes(w, func() {})
		}
		if told := w.Told(); len(told) != 1 || !s.State().Loaded {
			t.Errorf("it was told %d times: %v", len(told), told)
		}
		d.Fails("Status", nil)
		d.changes(w, func() {})
		d.Fails("Status", errors.New("the disk is gone again"))
		d.changes(w, func() {})
		if told := w.Told(); len(told) != 1 {
			t.Errorf("the second time it was told %d times", len(told))
		}
	})
}

func TestTheWindowIsAsItWasTheLastTime(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		first := view.Windowed{Width: 1180, Height: 760, Page: engine.PageJobs}
		if got := s.Recall(t.Context()); got != first {
			t.Errorf("at first it is %+v", got)
		}
		s.Remember(t.Context(), view.Windowed{Width: 800, Height: 600, Page: engine.PageInbox})
		s.Remember(t.Context(), view.Windowed{Width: 900, Height: 700, Page: engine.PageHealth})
		w.Settle()
		if got := s.Recall(t.Context()); got != (view.Windowed{Width: 900, Height: 700, Page: engine.PageHealth}) {
			t.Errorf("it is %+v", got)
		}
		for _, odd := range []string{`{"Width":2,"Height":900,"Page":"attic"}`, `"a text"`, `{"Width":1e9,"Height":1e9}`} {
			if err := d.Remember(t.Context(), "window", json.RawMessage(odd)); err != nil {
				t.Fatal(err)
			}
			if got := s.Recall(t.Context()); got != first {
				t.Errorf("after %v it is %+v", odd, got)
			}
		}
	})
}

func TestTheStyleComesFromTheSettings(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		d.Saves(engine.KeyTheme, "dark", engine.KeyLanguage, "es", engine.KeyTextSize, "140")
		want := view.Style{Theme: "dark", Language: "es", TextSize: "140"}
		if got := s.Chosen(t.Context()); got != want {
			t.Errorf("before any news: %+v", got)
		}
		s.Start()
		d.changes(w, func() {})
		if got := s.State().Style; got != want {
			t.Errorf("it is %+v", got)
		}
		if err := words.Use(words.Spanish); err != nil {
			t.Fatal(err)
		}
		changed := 0
		s.Changed = func() { changed++ }
		s.Reword()
		if changed != 1 || s.State().Title != "Conectado con Hover" {
			t.Errorf("in Spanish it says %q, told %d times", s.State().Title, changed)
		}
		english(t)
	})
}
