package view_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/app/words"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// shellDesk is an engine with jobs and alerts that a test changes.
type shellDesk struct {
	*viewtest.Desk
	viewtest.Notes

	mu     sync.Mutex // protects all below
	groups map[engine.Group][]engine.JobView
	alerts []engine.AlertView
	events []engine.EventView
	menus  int // readings of the jobs
}

func newShellDesk() *shellDesk {
	d := &shellDesk{Desk: viewtest.NewDesk(), groups: map[engine.Group][]engine.JobView{}}
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

func (d *shellDesk) AlertPage(_ context.Context, _ string, limit int) ([]engine.AlertView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.alerts[:min(limit, len(d.alerts))]), nil
}

func (d *shellDesk) EventPage(_ context.Context, _ engine.EventFilter, _ uint64, limit int) ([]engine.EventView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events[:min(limit, len(d.events))]), nil
}

func (d *shellDesk) FindJobs(_ context.Context, q engine.JobSearch) (engine.Found, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.menus++
	of := d.groups[q.Group]
	return engine.Found{Rows: slices.Clone(of[:min(q.Limit, len(of))]), Len: len(of)}, nil
}

func (d *shellDesk) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	d.Note(action, " ", id, "/", model)
	return nil
}

func (d *shellDesk) Get(_ context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	d.Note("get ", r.Jobs, r.Models, r.Formats, r.Open)
	return func(yield func(engine.Progress, error) bool) { yield(engine.Progress{}, nil) }
}

// measured is a finished job with a PDF for each structure: saved, ready or
// another state of the file.
func measured(id hover.JobID, address string, pdfs ...string) engine.JobView {
	v := engine.JobView{ID: id, Address: address, State: hover.JobCompleted}
	for i, state := range pdfs {
		m := engine.ModelView{ID: hover.ModelID(fmt.Sprint("m", i)), State: hover.ModelCompleted, Files: []engine.FileView{{Format: "pdf", State: state}}}
		if state == "saved" {
			m.Files[0].Path = "/home/dana/x.pdf"
		}
		if len(pdfs) > 1 {
			m.Name = []string{"House", "Garage", "Garage", "Shed"}[i]
		}
		v.Models = append(v.Models, m)
	}
	return v
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

// menuText draws a menu as text: "(…)" is grey, ">" a submenu.
func menuText(items []view.TrayItem) string {
	var b strings.Builder
	for _, i := range items {
		switch {
		case i.Label == "":
			b.WriteString("---\n")
		case i.Disabled():
			b.WriteString("(" + i.Label + ")\n")
		case len(i.Items) > 0:
			b.WriteString(i.Label + " >\n")
			for line := range strings.Lines(menuText(i.Items)) {
				b.WriteString("  " + line)
			}
		default:
			b.WriteString(i.Label + "\n")
		}
	}
	return b.String()
}

func TestTheTrayListsWhatWasMeasuredAndWhatIsBeing(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		d.changes(w, func() {
			d.groups[engine.GroupFinished] = []engine.JobView{
				measured("1", "1420 Sycamore Lane", "saved", "waiting", "ready"), measured("2", "5 Cedar Ct", "saved"),
				measured("3", "9 Quarry Hill", "waiting"), measured("4", "5 Cedar Ct", "ready"),
			}
			d.groups[engine.GroupInProgress] = []engine.JobView{
				{ID: "5", Address: "88 Harbor View Rd", State: hover.JobWorking, ETA: engine.At(time.Now().Add(78 * time.Minute))},
				{ID: "6", Name: "Okafor garage", State: hover.JobUploading},
			}
			away, _ := job.Summarize([]job.Happening{{Outcome: job.Completed}, {Outcome: job.Completed}, {Outcome: job.Completed}, {Outcome: job.Failed}}, nil, job.WhileAway)
			d.alerts = []engine.AlertView{
				{ID: "3", Kind: job.Completed, Title: say.Words("x")},
				{ID: "2", Kind: job.Summary, Title: away},
			}
		})
		time.Sleep(time.Second) // sleep: the bubble's own, until the tray is read again
		w.Settle()
		want := `(Watching Hover)
2 new alerts
While you were away: 3 jobs were measured, 1 could not be measured
---
(Recently finished)
1420 Sycamore Lane >
  House
  (Garage – PDF follows)
  Garage
5 Cedar Ct
9 Quarry Hill
5 Cedar Ct (2)
---
In progress (2) >
  88 Harbor View Rd – being built, about 1 h 20 min left
  Okafor garage – being uploaded
Search and sync…
---
Pause alerts >
  For 1 hour
  Until tomorrow
  Until I resume
---
Open Dormer
Settings
Quit
`
		if got := menuText(s.State().Tray.Menu); got != want {
			t.Errorf("the menu is\n%s\nwant\n%s", got, want)
		}
		if got := s.State().Tray.State; got != view.TrayWorking {
			t.Errorf("the icon is %v", got)
		}
		finished := s.State().Tray.Menu[5:9]
		s.Do(finished[1].Do)
		s.Do(finished[0].Items[2].Do)
		s.Do(finished[3].Do)
		w.Settle()
		if got := d.Noted(); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"get [1] [m2] [pdf] true", "get [4] [m0] [pdf] true", "open-pdf 2/m0"}) {
			t.Errorf("the PDFs were opened as %q", got)
		}
		if got := finished[2].Do; got.Kind != view.TrayShowJob || got.Job != "3" {
			t.Errorf("a job without a PDF does %+v", got)
		}
	})
}

func TestTheMenuDoesNotChangeWhileNothingDoes(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		d.changes(w, func() {
			d.events = []engine.EventView{{ReceivedAt: engine.At(time.Now())}}
			d.groups[engine.GroupInProgress] = []engine.JobView{{ID: "5", Address: "88 Harbor View Rd", State: hover.JobWorking, ETA: engine.At(time.Now().Add(80 * time.Minute))}}
		})
		time.Sleep(time.Second) // sleep: the bubble's own
		w.Settle()
		before := menuText(s.State().Tray.Menu)
		for range 4 {
			time.Sleep(time.Minute) // sleep: the bubble's own
			w.Settle()
			if now := menuText(s.State().Tray.Menu); now != before {
				t.Fatalf("it became\n%s\nbefore it was\n%s", now, before)
			}
		}
		if got := s.State().Second; got != "last event 4 min ago" {
			t.Errorf("the window says %q", got)
		}
		time.Sleep(10 * time.Minute) // sleep: the bubble's own
		w.Settle()
		if now := menuText(s.State().Tray.Menu); !strings.Contains(now, "about 1 h 10 min left") {
			t.Errorf("after 14 minutes it is\n%s", now)
		}
	})
}

func TestABurstReadsTheTraysJobsOnceASecond(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		news := 0
		s.News = func() { news++ }
		s.Start()
		w.Settle()
		for i := range 30 {
			d.changes(w, func() { d.alerts = append(d.alerts, engine.AlertView{ID: fmt.Sprint(i)}) })
			time.Sleep(100 * time.Millisecond) // sleep: the bubble's own
			w.Settle()
			if got := s.State().Unread; got != i+1 {
				t.Fatalf("after %d alerts %d are unread", i+1, got)
			}
		}
		if news != 30 {
			t.Errorf("the page heard %d times of 30", news)
		}
		time.Sleep(2 * time.Second) // sleep: the bubble's own
		w.Settle()
		if d.menus > 2*5 {
			t.Errorf("the tray's jobs were read %d times in three seconds", d.menus)
		}
		if !strings.Contains(menuText(s.State().Tray.Menu), "30 new alerts") {
			t.Errorf("the tray is\n%s", menuText(s.State().Tray.Menu))
		}
	})
}

func TestHowDormerIsIsSaidInAWord(t *testing.T) {
	red := func(name string) []engine.Lamp {
		return []engine.Lamp{{Name: name, State: engine.Red, Says: say.Words("Hover has ended the sign-in")}}
	}
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		if got := s.State(); got.Loaded || got.Title != "Connecting" || got.Tray.State != view.TrayWorking {
			t.Errorf("at first it is %+v", got)
		}
		s.Start()
		w.Settle()
		for _, c := range []struct {
			state         engine.State
			lamps         []engine.Lamp
			title, second string
			tray          view.TrayState
			line          string
		}{
			{engine.StateSetup, red("hover"), "Not set up", "set up now", view.TraySetup, "Not set up yet"},
			{engine.StateStarting, nil, "Connecting", "one moment", view.TrayWorking, "Connecting…"},
			{engine.StateReady, nil, "Watching Hover", "no event yet", view.TrayWell, "Watching Hover"},
			{engine.StateDegraded, red("tunnel"), "Asking Hover", "every two minutes", view.TrayAttention, "Asking Hover every two minutes"},
			{engine.StateOffline, red("tunnel"), "Offline", "goes on by itself", view.TrayOffline, "Offline, goes on by itself"},
			{engine.StateDegraded, red("hover"), "Needs attention", "see what is wrong", view.TrayAttention, "Needs your attention: Hover has ended the sign-in"},
			{engine.StateReady, red("hover"), "Needs attention", "see what is wrong", view.TrayAttention, "Needs your attention: Hover has ended the sign-in"},
		} {
			d.changes(w, func() { d.Stands(func(st *engine.Status) { st.State, st.Lamps = c.state, c.lamps }) })
			time.Sleep(time.Minute) // sleep: the bubble's own, for what is told only if it lasts
			w.Settle()
			got := s.State()
			if got.Title != c.title || got.Second != c.second || got.Tray.State != c.tray || got.Tray.Menu[0].Label != c.line || !got.Tray.Menu[0].Disabled() {
				t.Errorf("%s %v: %q, %q, %v, %+v", c.state, c.lamps, got.Title, got.Second, got.Tray.State, got.Tray.Menu[0])
			}
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
		if got := s.State(); got.Watch != view.WatchStarting {
			t.Errorf("before it has signed in it says %q", got.Title)
		}
		is(engine.StateReady, true)
		is(engine.StateSetup, false)
		if got := s.State(); got.Watch != view.WatchSetup {
			t.Errorf("signed out, it says %q", got.Title)
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
		if got := s.State(); got.Tray.State != view.TrayWorking || got.Title != "Connecting" {
			t.Errorf("at once it says %q, with icon %v", got.Title, got.Tray.State)
		}
		is(engine.StateReady)
		time.Sleep(time.Minute) // sleep: the bubble's own
		w.Settle()
		if got := s.State(); got.Tray.State != view.TrayWell {
			t.Errorf("back again it says %q", got.Title)
		}
		is(engine.StateDegraded)
		time.Sleep(time.Minute) // sleep: the bubble's own
		w.Settle()
		if got := s.State(); got.Tray.State != view.TrayAttention {
			t.Errorf("after a minute it says %q", got.Title)
		}
	})
}

func TestAlertsArePausedAndResumedFromTheTray(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		at := time.Now()
		pause := func(kind view.TrayKind) string {
			s.Do(view.TrayAction{Kind: kind})
			w.Settle()
			d.changes(w, func() {})
			return d.Saved(engine.KeyPausedUntil)
		}
		if got := pause(view.TrayPauseHour); got != at.Add(time.Hour).Format(time.RFC3339) {
			t.Errorf("for an hour is until %s", got)
		}
		if got := s.State(); got.Second != "alerts paused until "+at.Add(time.Hour).Format("15:04") || !strings.Contains(menuText(got.Tray.Menu), "\nResume alerts\n") {
			t.Errorf("it says %q, and\n%s", got.Second, menuText(got.Tray.Menu))
		}
		time.Sleep(61 * time.Minute) // sleep: the bubble's own
		w.Settle()
		if got := s.State(); got.Second != "no event yet" || !strings.Contains(menuText(got.Tray.Menu), "Pause alerts >") {
			t.Errorf("after the hour it says %q, and\n%s", got.Second, menuText(got.Tray.Menu))
		}
		morning, err := time.Parse(time.RFC3339, pause(view.TrayPauseTomorrow))
		if y, m, day := at.Date(); err != nil || !morning.Equal(time.Date(y, m, day+1, 7, 0, 0, 0, at.Location())) {
			t.Errorf("until tomorrow is until %s, %v", morning, err)
		}
		if got := s.State().Second; got != "alerts paused till tomorrow" {
			t.Errorf("it says %q", got)
		}
		if got := pause(view.TrayPauseOpen); got != "forever" || s.State().Second != "alerts are paused" {
			t.Errorf("until I resume is until %s, and it says %q", got, s.State().Second)
		}
		if got := pause(view.TrayResume); got != "" || s.State().Second != "no event yet" {
			t.Errorf("resumed is until %q, and it says %q", got, s.State().Second)
		}
		d.Fails("Set", errors.New("the disk is full"))
		s.Do(view.TrayAction{Kind: view.TrayPauseHour})
		w.Settle()
		if told := w.Told(); len(told) != 1 {
			t.Errorf("a pause that failed was told %d times", len(told))
		}
	})
}

func TestAnEngineThatFailsIsToldOnce(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		s.Start()
		w.Settle()
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
		first := view.Windowed{Width: 1180, Height: 760, Page: view.PageJobs}
		if got := s.Recall(t.Context()); got != first {
			t.Errorf("at first it is %+v", got)
		}
		s.Remember(t.Context(), view.Windowed{Width: 800, Height: 600, Page: view.PageInbox})
		s.Remember(t.Context(), view.Windowed{Width: 900, Height: 700, Page: view.PageHealth})
		w.Settle()
		if got := s.Recall(t.Context()); got != (view.Windowed{Width: 900, Height: 700, Page: view.PageHealth}) {
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

func TestTheThemeAndTheLanguageComeFromTheSettings(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		d.Saves(engine.KeyTheme, "dark", engine.KeyLanguage, "es")
		if theme, language := s.Chosen(t.Context()); theme != "dark" || language != "es" {
			t.Errorf("before any news: %s, %s", theme, language)
		}
		s.Start()
		d.changes(w, func() {})
		if got := s.State(); got.Theme != "dark" || got.Language != "es" {
			t.Errorf("they are %s, %s", got.Theme, got.Language)
		}
		if err := words.Use(words.Spanish); err != nil {
			t.Fatal(err)
		}
		changed := 0
		s.Changed = func() { changed++ }
		s.Reword()
		if changed != 1 || s.State().Title != "Atento a Hover" {
			t.Errorf("in Spanish it says %q, told %d times", s.State().Title, changed)
		}
		english(t)
	})
}

func TestWhoAsksToSeeAJobIsHeard(t *testing.T) {
	shellStory(t, func(t *testing.T, w *viewtest.Thread, d *shellDesk, s *view.Shell) {
		var asked []engine.ShowRequest
		s.Asked = func(r engine.ShowRequest) { asked = append(asked, r) }
		s.Start()
		w.Settle()
		d.Shows <- engine.ShowRequest{Job: "5"}
		w.Settle()
		if len(asked) != 1 || asked[0].Job != "5" {
			t.Errorf("it heard %v", asked)
		}
	})
}
