package view

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"time"

	"dormer/app/words"
	"dormer/internal/engine"
	"dormer/internal/hover"
)

// ShellDesk is what the window around the pages asks of the engine.
type ShellDesk interface {
	Watch(ctx context.Context) <-chan engine.Hint
	Status(ctx context.Context) (engine.Status, error)
	Settings(ctx context.Context) ([]engine.Setting, error)
	Set(ctx context.Context, values engine.Values) error
	Unread(ctx context.Context) (int, error)
	AlertPage(ctx context.Context, before string, limit int) ([]engine.AlertView, error)
	EventPage(ctx context.Context, f engine.EventFilter, before uint64, limit int) ([]engine.EventView, error)
	FindJobs(ctx context.Context, q engine.JobSearch) (engine.Found, error)
	Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error
	Get(ctx context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error]
	ShowRequests(ctx context.Context) <-chan engine.ShowRequest
	memory
}

// Page names a page of the window.
type Page string

// The pages.
const (
	PageJobs     Page = "jobs"
	PageInbox    Page = "inbox"
	PageCaptures Page = "captures"
	PageActivity Page = "activity"
	PageHealth   Page = "health"
	PageSettings Page = "settings"
)

// Pages lists the pages in the order in which people see them.
func Pages() []Page {
	return []Page{PageJobs, PageInbox, PageCaptures, PageActivity, PageHealth, PageSettings}
}

// Watch is how Dormer hears of Hover's news.
type Watch int

// The ways to hear.
const (
	WatchStarting Watch = iota // nothing can be said yet
	WatchWell                  // a webhook posted now would arrive
	WatchAsking                // no webhook would; Hover is asked instead
	WatchOffline               // neither works, and goes on by itself
	WatchTrouble               // a person has to do something
	WatchSetup                 // a person has not begun yet
)

// ShellState is what stands around the pages, whichever is shown.
type ShellState struct {
	Loaded        bool // there was an answer
	Watch         Watch
	Title, Second string // how Dormer is, in a word or two, and a second line
	Trouble       string // what a person has to do something about; "" if nothing
	Unread        int
	Demo          bool
	Theme         string // "light", "dark" or "system"
	Language      string // "en", "es" or "system"
	Tray          Tray
}

// Shell is the window around the pages and the tray: one loop hears the engine's
// news for all of them. Its methods are called on the window's thread and return
// at once, unless they say otherwise.
type Shell struct {
	// Changed is called on the window's thread after the state changed; News
	// after anything in the engine may have, at most ten times a second, for the
	// page that is shown; Asked when somebody asked to see a job.
	Changed func()
	News    func()
	Asked   func(engine.ShowRequest)

	d     Deps
	desk  ShellDesk
	facts facts
	state ShellState
	bad   time.Time // since when nothing arrives
	in    bool      // somebody has been signed in
}

// facts are what the engine said last.
type facts struct {
	loaded   bool
	status   engine.Status
	settings map[string]string
	unread   int
	event    time.Time // when the last one came
	menu     menuFacts
}

// How the engine is heard.
const (
	menuEvery = time.Second      // the least time between two readings of what the tray lists
	patience  = 30 * time.Second // how long nothing has to arrive before it is told: waking raises no alarm
)

// NewShell gives the shell, which knows nothing before [Shell.Start].
func NewShell(d Deps) *Shell {
	s := &Shell{Changed: func() {}, News: func() {}, Asked: func(engine.ShowRequest) {}, d: d, desk: d.Desk}
	s.state = s.now()
	return s
}

// State gives what stands around the pages.
func (s *Shell) State() ShellState { return s.state }

// Start begins to hear the engine.
func (s *Shell) Start() {
	s.d.Go(s.hear)
	s.d.Go(func(ctx context.Context) {
		for r := range s.desk.ShowRequests(ctx) {
			s.d.Do(func() { s.Asked(r) })
		}
	})
}

// hear reads what changed after every hint, and says anew what grows old.
func (s *Shell) hear(ctx context.Context) {
	hints := s.desk.Watch(ctx)
	clock := time.NewTicker(tick)
	defer clock.Stop()
	menuDue, due := time.NewTimer(0), true
	defer menuDue.Stop()
	var known facts
	told := false
	for {
		news, menu := false, false
		select {
		case <-ctx.Done():
			return
		case _, ok := <-hints:
			if !ok {
				return
			}
			news = true
			if !due { // hints until then are one
				menuDue.Reset(menuEvery)
				due = true
			}
		case <-menuDue.C:
			menu, due = true, false
		case <-clock.C:
		}
		if news || menu {
			read, err := s.read(ctx, known, menu)
			if ctx.Err() != nil {
				return
			}
			if err == nil {
				known = read
			} else if !told {
				s.d.Tell(err)
			}
			told = err != nil
		}
		done := make(chan struct{})
		s.d.Do(func() {
			defer close(done)
			s.take(known, news)
		})
		select { // a window that is busy is not pressed
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

// read asks the engine for what stands around the pages, and for what the tray
// lists if menu says so.
func (s *Shell) read(ctx context.Context, f facts, menu bool) (facts, error) {
	var err error
	if f.status, err = s.desk.Status(ctx); err != nil {
		return f, err
	}
	settings, err := s.desk.Settings(ctx)
	if err != nil {
		return f, err
	}
	f.settings = make(map[string]string, len(settings))
	for _, v := range settings {
		f.settings[v.Key] = v.Value
	}
	if f.unread, err = s.desk.Unread(ctx); err != nil {
		return f, err
	}
	events, err := s.desk.EventPage(ctx, engine.EventFilter{}, 0, 1)
	if err != nil {
		return f, err
	}
	if len(events) > 0 {
		f.event = events[0].ReceivedAt.Time
	}
	if menu {
		if f.menu, err = readMenu(ctx, s.desk); err != nil {
			return f, err
		}
	}
	f.loaded = true
	return f, nil
}

// take says anew how everything is.
func (s *Shell) take(f facts, news bool) {
	s.facts = f
	before := s.state
	s.state = s.now()
	if !reflect.DeepEqual(before, s.state) {
		s.Changed()
	}
	if news {
		s.News()
	}
}

// Reword says everything anew, in a language that was just chosen.
func (s *Shell) Reword() { s.take(s.facts, false) }

// now says how everything is at this moment.
func (s *Shell) now() ShellState {
	f, now := s.facts, s.d.Now()
	st := ShellState{
		Loaded: f.loaded, Unread: f.unread, Demo: f.status.Demo, Theme: f.settings[engine.KeyTheme], Language: f.settings[engine.KeyLanguage],
	}
	st.Watch, st.Trouble = s.watch(now)
	st.Title, st.Second = sentences(st.Watch, f.event, now)
	if p := pauseOf(f.settings[engine.KeyPausedUntil], now); p.on {
		st.Second = p.says(now)
	}
	st.Tray = trayOf(st, f, now)
	return st
}

// watch says how Dormer hears of news, and what a person has to do.
func (s *Shell) watch(now time.Time) (w Watch, trouble string) {
	st := s.facts.status
	trouble = words.Say(st.Trouble())
	waiting := st.State == engine.StateDegraded || st.State == engine.StateOffline
	if !waiting {
		s.bad = time.Time{}
	} else if s.bad.IsZero() {
		s.bad = now
	}
	s.in = s.in || st.Hover.SignedIn
	switch {
	case st.State == engine.StateSetup && st.Demo && !s.in:
		return WatchStarting, "" // it is about to sign in by itself
	case st.State == engine.StateSetup:
		return WatchSetup, ""
	case trouble != "":
		return WatchTrouble, trouble
	case st.State == engine.StateReady:
		return WatchWell, ""
	case !waiting || now.Sub(s.bad) < patience:
		return WatchStarting, ""
	case st.State == engine.StateOffline:
		return WatchOffline, ""
	}
	return WatchAsking, ""
}

// sentences says in a word or two how Dormer hears of news.
func sentences(w Watch, event, now time.Time) (title, second string) {
	switch w {
	case WatchWell:
		if event.IsZero() {
			return words.T("shell.watching"), words.T("shell.nothing_yet")
		}
		return words.T("shell.watching"), words.T("shell.last_event", "when", words.Ago(event, now))
	case WatchAsking:
		return words.T("shell.asking"), words.T("shell.every_two_minutes")
	case WatchOffline:
		return words.T("shell.offline"), words.T("shell.by_itself")
	case WatchTrouble:
		return words.T("shell.attention"), words.T("shell.see_health")
	case WatchSetup:
		return words.T("shell.not_set_up"), words.T("shell.set_up_now")
	}
	return words.T("shell.connecting"), words.T("shell.a_moment")
}

// A pause is how long alerts are not shown.
type pause struct {
	on    bool
	until time.Time // zero: until somebody ends it
}

func pauseOf(setting string, now time.Time) pause {
	if setting == "forever" {
		return pause{on: true}
	}
	until, err := time.Parse(time.RFC3339, setting)
	return pause{on: err == nil && until.After(now), until: until}
}

func (p pause) says(now time.Time) string {
	until := p.until.In(now.Location())
	switch {
	case until.IsZero():
		return words.T("shell.paused")
	case until.YearDay() == now.YearDay() && until.Year() == now.Year():
		return words.T("shell.paused_until", "when", words.Clock(until))
	}
	return words.T("shell.paused_tomorrow")
}

// Windowed is what is remembered of the window.
type Windowed struct {
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
	Page   Page    `json:"page"`
}

// The bounds of a window that is remembered: less cannot be used, more is no
// screen.
const (
	minWidth, minHeight = 480, 360
	maxWidth, maxHeight = 10000, 10000
)

const windowed = "window"

// Recall gives how the window was the last time, or how it is the first. It is
// called before there is a window, and waits for the answer.
func (s *Shell) Recall(ctx context.Context) Windowed {
	w := Windowed{Width: 1180, Height: 760, Page: PageJobs}
	was := w
	if ok, err := recall(ctx, s.desk, windowed, &was); err != nil || !ok {
		return w // it costs nothing but a size
	}
	if was.Width >= minWidth && was.Width <= maxWidth && was.Height >= minHeight && was.Height <= maxHeight {
		w.Width, w.Height = was.Width, was.Height
	}
	if slices.Contains(Pages(), was.Page) {
		w.Page = was.Page
	}
	return w
}

// Remember keeps how the window is for the next time. It may be called from any
// goroutine, and waits until it is kept.
func (s *Shell) Remember(ctx context.Context, w Windowed) {
	_ = remember(ctx, s.desk, windowed, w) // it costs nothing but a size
}

// Chosen gives the theme and the language that are in force, before there was
// any news. It waits for the answer.
func (s *Shell) Chosen(ctx context.Context) (theme, language string) {
	settings, err := s.desk.Settings(ctx)
	if err != nil {
		return "", "" // the system's
	}
	for _, v := range settings {
		switch v.Key {
		case engine.KeyTheme:
			theme = v.Value
		case engine.KeyLanguage:
			language = v.Value
		}
	}
	return theme, language
}

// Do carries out what the tray asks of the engine; what it asks of the window is
// the window's to do.
func (s *Shell) Do(a TrayAction) {
	now := s.d.Now()
	switch a.Kind {
	case TrayOpenPDF:
		s.act(func(ctx context.Context) error { return s.openPDF(ctx, a) })
	case TrayPauseHour:
		s.pause(now.Add(time.Hour).Format(time.RFC3339))
	case TrayPauseTomorrow:
		morning := time.Date(now.Year(), now.Month(), now.Day()+1, 7, 0, 0, 0, now.Location())
		s.pause(morning.Format(time.RFC3339))
	case TrayPauseOpen:
		s.pause("forever")
	case TrayResume:
		s.pause("")
	}
}

func (s *Shell) openPDF(ctx context.Context, a TrayAction) error {
	if !a.Fetch {
		return s.desk.Act(ctx, engine.ActOpenPDF, a.Job, a.Model)
	}
	want := engine.GetRequest{Jobs: []hover.JobID{a.Job}, Models: []hover.ModelID{a.Model}, Formats: []hover.Format{hover.FormatPDF}, Open: true}
	for _, err := range s.desk.Get(ctx, want) {
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Shell) pause(until string) {
	s.act(func(ctx context.Context) error { return s.desk.Set(ctx, engine.Values{engine.KeyPausedUntil: until}) })
}

func (s *Shell) act(f func(ctx context.Context) error) {
	s.d.Go(func(ctx context.Context) {
		if err := f(ctx); err != nil && ctx.Err() == nil {
			s.d.Tell(err)
		}
	})
}
