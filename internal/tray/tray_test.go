//go:build !nogui

package tray

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/words"
)

// desk is an engine with jobs and alerts that a test changes.
type desk struct {
	*viewtest.Desk
	viewtest.Notes

	mu     sync.Mutex // protects all below
	groups map[engine.Group][]engine.JobView
	alerts []engine.AlertView
	menus  int // readings of the jobs
	fails  error
	kept   uint64
}

// changes has something change in the engine, and the tray hear of it.
func (d *desk) changes(f func()) {
	d.kept++
	d.stateChanges(f)
}

// stateChanges has something change in the engine that no list shows, and the tray
// hear of it.
func (d *desk) stateChanges(f func()) {
	d.mu.Lock()
	f()
	d.mu.Unlock()
	synctest.Wait()
	d.Hints <- engine.Hint{Kept: d.kept}
	synctest.Wait()
}

func (d *desk) Speak(_ context.Context, system say.Language) error {
	d.Note("speak ", system)
	return nil
}

func (d *desk) Unread(context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Unread(d.alerts), nil
}

func (d *desk) AlertPage(_ context.Context, _ string, limit int) ([]engine.AlertView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.alerts[:min(limit, len(d.alerts))]), nil
}

func (d *desk) FindJobs(_ context.Context, q engine.JobSearch) (engine.Found, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails != nil {
		return engine.Found{}, d.fails
	}
	d.menus++
	of := d.groups[q.Group]
	return engine.Found{Rows: slices.Clone(of[:min(q.Limit, len(of))]), Len: len(of)}, nil
}

func (d *desk) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	d.Note(action, " ", id, "/", model)
	return nil
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

// seen is what the tray has drawn, and what it was asked to do.
type seen struct {
	*Tray

	mu    sync.Mutex // protects all below
	drawn []Shown
	shown []engine.ShowRequest
	told  []error
	quit  int
}

func (s *seen) now() Shown {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.drawn[len(s.drawn)-1]
}

func (s *seen) do(a Action) { s.Tray.do(context.Background(), a) }

func (s *seen) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// trayStory tells a story about a tray, in English and in fake time.
func trayStory(t *testing.T, tell func(t *testing.T, d *desk, s *seen)) {
	t.Helper()
	t.Cleanup(func() { _ = words.Use(words.English) })
	synctest.Test(t, func(t *testing.T) {
		d := &desk{Desk: viewtest.NewDesk(), groups: map[engine.Group][]engine.JobView{}}
		d.Saves(engine.KeyLanguage, "en")
		d.Stands(func(st *engine.Status) { st.State = engine.StateReady })
		s := &seen{}
		s.Tray = &Tray{o: Options{
			Desk: d, Log: slog.New(slog.DiscardHandler),
			Show: func(r engine.ShowRequest) { s.with(func() { s.shown = append(s.shown, r) }) },
			Quit: func() { s.with(func() { s.quit++ }) },
			Tell: func(err error) { s.with(func() { s.told = append(s.told, err) }) },
		}}
		ctx, end := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.hear(ctx, func(now Shown) { s.with(func() { s.drawn = append(s.drawn, now) }) })
		}()
		synctest.Wait()
		tell(t, d, s)
		end()
		<-ended
	})
}

// menuText draws a menu as text: "(…)" is grey, ">" a submenu.
func menuText(items []Item) string {
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
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		d.changes(func() {
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
		synctest.Wait()
		want := `(Connected to Hover)
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
		if got := menuText(s.now().Menu); got != want {
			t.Errorf("the menu is\n%s\nwant\n%s", got, want)
		}
		if got := s.now().State; got != Working {
			t.Errorf("the icon is %v", got)
		}
		finished := s.now().Menu[5:9]
		s.do(finished[1].Do)
		s.do(finished[0].Items[2].Do)
		s.do(finished[3].Do)
		synctest.Wait()
		if got := d.Noted(); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"open-pdf 1/m2", "open-pdf 2/m0", "open-pdf 4/m0"}) {
			t.Errorf("the PDFs were opened as %q", got)
		}
		if got := finished[2].Do; got.Kind != ShowWindow || got.Job != "3" {
			t.Errorf("a job without a PDF does %+v", got)
		}
	})
}

func TestANewerDormerIsAWayToWhereItIsToBeHad(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		d.changes(func() { d.Stands(func(s *engine.Status) { s.Update = engine.UpdateStatus{Version: "2.0.0"} }) })
		i := slices.IndexFunc(s.now().Menu, func(i Item) bool { return i.Label == "Dormer 2.0.0 is out…" })
		if i < 0 {
			t.Fatalf("the menu is\n%s", menuText(s.now().Menu))
		}
		if do := s.now().Menu[i].Do; do != (Action{Kind: ShowWindow, Page: engine.PageAbout}) {
			t.Errorf("it does %+v", do)
		}
	})
}

func TestTheMenuDoesNotChangeWhileNothingDoes(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		d.changes(func() {
			d.groups[engine.GroupInProgress] = []engine.JobView{{ID: "5", Address: "88 Harbor View Rd", State: hover.JobWorking, ETA: engine.At(time.Now().Add(80 * time.Minute))}}
		})
		time.Sleep(time.Second) // sleep: the bubble's own
		synctest.Wait()
		before := menuText(s.now().Menu)
		for range 4 {
			time.Sleep(time.Minute) // sleep: the bubble's own
			synctest.Wait()
			if now := menuText(s.now().Menu); now != before {
				t.Fatalf("it became\n%s\nbefore it was\n%s", now, before)
			}
		}
		time.Sleep(10 * time.Minute) // sleep: the bubble's own
		synctest.Wait()
		if now := menuText(s.now().Menu); !strings.Contains(now, "about 1 h 10 min left") {
			t.Errorf("after 14 minutes it is\n%s", now)
		}
	})
}

func TestABurstReadsTheTraysJobsOnceASecond(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		synctest.Wait()
		for i := range 30 {
			d.changes(func() { d.alerts = append(d.alerts, engine.AlertView{ID: fmt.Sprint(i)}) })
			time.Sleep(100 * time.Millisecond) // sleep: the bubble's own
			synctest.Wait()
		}
		time.Sleep(2 * time.Second) // sleep: the bubble's own
		synctest.Wait()
		if d.menus > 2*5 {
			t.Errorf("the tray's jobs were read %d times in three seconds", d.menus)
		}
		if !strings.Contains(menuText(s.now().Menu), "30 new alerts") {
			t.Errorf("the tray is\n%s", menuText(s.now().Menu))
		}
	})
}

func TestWhatIsListedIsReadWhenItMayBeAnother(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		pass := func() {
			time.Sleep(2 * time.Second) // sleep: the bubble's own
			synctest.Wait()
		}
		pass()
		was := d.menus
		d.stateChanges(func() {}) // a self-check that came back
		pass()
		if d.menus != was {
			t.Errorf("the tray's jobs were read %d times though none has changed", d.menus-was)
		}
		d.changes(func() {})
		d.stateChanges(func() {})
		pass()
		if d.menus != was+2 { // those in progress, and those that are finished
			t.Errorf("the tray's jobs were read %d times after a change", d.menus-was)
		}
		d.fails = errors.New("the file is busy")
		d.changes(func() {})
		pass()
		d.fails = nil
		was = d.menus
		d.stateChanges(func() {})
		pass()
		if d.menus != was+2 {
			t.Error("what could not be read is not tried again")
		}
	})
}

func TestTheIconTellsHowDormerIs(t *testing.T) {
	red := func(name string) []engine.Lamp {
		return []engine.Lamp{{Name: name, State: engine.Red, Says: say.Words("Hover has ended the sign-in")}}
	}
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		for _, c := range []struct {
			state engine.State
			lamps []engine.Lamp
			tray  State
			line  string
		}{
			{engine.StateSetup, red("hover"), NotSetUp, "Not set up yet"},
			{engine.StateStarting, nil, Working, "Connecting…"},
			{engine.StateReady, nil, Well, "Connected to Hover"},
			{engine.StateDegraded, red("tunnel"), Attention, "Asking Hover every two minutes"},
			{engine.StateOffline, red("tunnel"), Offline, "Offline, goes on by itself"},
			{engine.StateDegraded, red("hover"), Attention, "Needs your attention: Hover has ended the sign-in"},
			{engine.StateReady, red("hover"), Attention, "Needs your attention: Hover has ended the sign-in"},
		} {
			d.changes(func() { d.Stands(func(st *engine.Status) { st.State, st.Lamps = c.state, c.lamps }) })
			time.Sleep(time.Minute) // sleep: the bubble's own, for what is told only if it lasts
			synctest.Wait()
			got := s.now()
			if got.State != c.tray || got.Menu[0].Label != c.line || !got.Menu[0].Disabled() {
				t.Errorf("%s %v: %v, %+v", c.state, c.lamps, got.State, got.Menu[0])
			}
		}
	})
}

func TestWakingRaisesNoAlarm(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		is := func(state engine.State) {
			d.changes(func() { d.Stands(func(st *engine.Status) { st.State = state }) })
		}
		is(engine.StateReady)
		is(engine.StateOffline)
		if got := s.now(); got.State != Working {
			t.Errorf("at once it is %v", got.State)
		}
		is(engine.StateReady)
		time.Sleep(time.Minute) // sleep: the bubble's own
		synctest.Wait()
		if got := s.now(); got.State != Well {
			t.Errorf("back again it is %v", got.State)
		}
		is(engine.StateDegraded)
		time.Sleep(time.Minute) // sleep: the bubble's own
		synctest.Wait()
		if got := s.now(); got.State != Attention {
			t.Errorf("after a minute it is %v", got.State)
		}
	})
}

func TestAlertsArePausedAndResumedFromTheTray(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		at := time.Now()
		pause := func(kind Kind) string {
			s.do(Action{Kind: kind})
			synctest.Wait()
			d.changes(func() {})
			return d.Saved(engine.KeyPausedUntil)
		}
		if got := pause(PauseHour); got != at.Add(time.Hour).Format(time.RFC3339) {
			t.Errorf("for an hour is until %s", got)
		}
		if got := s.now(); !strings.Contains(menuText(got.Menu), "\nResume alerts\n") {
			t.Errorf("it is\n%s", menuText(got.Menu))
		}
		time.Sleep(61 * time.Minute) // sleep: the bubble's own
		synctest.Wait()
		if got := s.now(); !strings.Contains(menuText(got.Menu), "Pause alerts >") {
			t.Errorf("after the hour it is\n%s", menuText(got.Menu))
		}
		morning, err := time.Parse(time.RFC3339, pause(PauseTomorrow))
		if y, m, day := at.Date(); err != nil || !morning.Equal(time.Date(y, m, day+1, 7, 0, 0, 0, at.Location())) {
			t.Errorf("until tomorrow is until %s, %v", morning, err)
		}
		if got := pause(PauseOpen); got != "forever" {
			t.Errorf("until I resume is until %s", got)
		}
		if got := pause(Resume); got != "" {
			t.Errorf("resumed is until %q", got)
		}
		d.Fails("Set", errors.New("the disk is full"))
		s.do(Action{Kind: PauseHour})
		synctest.Wait()
		if len(s.told) != 1 {
			t.Errorf("a pause that failed was told %d times", len(s.told))
		}
	})
}

func TestTheTrayIsDrawnOnlyWhenItDiffers(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		d.changes(func() {})
		time.Sleep(2 * time.Second) // sleep: the bubble's own
		drawn := len(s.drawn)
		for range 5 {
			d.changes(func() {})
			time.Sleep(2 * time.Second) // sleep: the bubble's own
		}
		if got := len(s.drawn); got != drawn {
			t.Errorf("nothing changed, and it was drawn %d times", got-drawn)
		}
	})
}

func TestAnEntryLeadsToWhatItNames(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		d.changes(func() { d.alerts = []engine.AlertView{{ID: "1", Kind: job.Completed, Title: say.Words("x")}} })
		for label, want := range map[string]engine.ShowRequest{
			"1 new alert": {Page: engine.PageInbox}, "Open Dormer": {}, "Settings": {Page: engine.PageSettings}, "Search and sync…": {Page: engine.PageSearch},
		} {
			i := slices.IndexFunc(s.now().Menu, func(i Item) bool { return i.Label == label })
			if i < 0 {
				t.Fatalf("there is no %q in\n%s", label, menuText(s.now().Menu))
			}
			s.do(s.now().Menu[i].Do)
			if got := s.shown[len(s.shown)-1]; got != want {
				t.Errorf("%q leads to %+v", label, got)
			}
		}
		s.do(s.now().Menu[len(s.now().Menu)-1].Do)
		if s.quit != 1 {
			t.Error("Quit does not quit")
		}
	})
}

func TestTheTraySpeaksTheLanguageThatIsChosen(t *testing.T) {
	trayStory(t, func(t *testing.T, d *desk, s *seen) {
		d.changes(func() { d.Saves(engine.KeyLanguage, "es") })
		if got := s.now().Menu[0].Label; got != "Conectado con Hover" {
			t.Errorf("it says %q", got)
		}
	})
}

func TestLabelsAreReadAsTheyAreWritten(t *testing.T) {
	for system, want := range map[string]string{"linux": "A & B__2", "windows": "A && B_2", "darwin": "A & B_2"} {
		if got := plain("A & B_2", system); got != want {
			t.Errorf("on %s it is %q", system, got)
		}
	}
}
