package view

import (
	"context"
	"reflect"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/headline"
)

// Pages lists the pages in the order of their keys. The navigation names all but the last,
// which the settings lead to.
func Pages() []engine.Page {
	return []engine.Page{
		engine.PageJobs, engine.PageInbox, engine.PageCaptures, engine.PageHealth, engine.PageSettings, engine.PageActivity,
	}
}

// ShellState is what stands around the pages, whichever is shown.
type ShellState struct {
	Loaded        bool // there was an answer
	Watch         headline.Watch
	Title, Second string // how Dormer is, in a word or two, and a second line
	Trouble       string // what a person has to do something about; "" if nothing
	Unread        int
	Demo          bool
	Style
}

// A Style is how a person wants the window.
type Style struct {
	Theme    string // "light", "dark" or "system"; "" is as "system"
	Language string // "en", "es" or "system"
	TextSize string // in percent; "" is as "100"
}

func styleOf(settings map[string]string) Style {
	return Style{
		Theme: settings[engine.KeyTheme], Language: settings[engine.KeyLanguage], TextSize: settings[engine.KeyTextSize],
	}
}

// Shell is the window around the pages: one loop hears the engine's news for all
// of them. Its methods are called on the window's thread and return
// at once, unless they say otherwise.
type Shell struct {
	// Changed is called on the window's thread after the state changed; News
	// after anything in the engine may have, at most ten times a second, for the
	// page that is shown.
	Changed func()
	News    func()

	d     Deps
	facts facts
	state ShellState
	says  headline.Reader
	sizes series
}

// facts are what the engine said last.
type facts struct {
	loaded   bool
	status   engine.Status
	settings map[string]string
	unread   int
	event    time.Time // when the last one came
}

// NewShell gives the shell, which knows nothing before [Shell.Start].
func NewShell(d Deps) *Shell {
	s := &Shell{Changed: func() {}, News: func() {}, d: d}
	s.state = s.now()
	return s
}

// State gives what stands around the pages.
func (s *Shell) State() ShellState { return s.state }

// Start begins to hear the engine.
func (s *Shell) Start() { s.d.Go(s.hear) }

// againAfter is how long a watcher that has gone is left alone.
const againAfter = time.Second

// hear reads what changed after every hint, and says anew what grows old.
func (s *Shell) hear(ctx context.Context) {
	hints := s.d.Desk.Watch(ctx)
	again := time.NewTimer(againAfter)
	again.Stop()
	defer again.Stop()
	clock := time.NewTicker(tick)
	defer clock.Stop()
	var known facts
	told := false
	for {
		news := false
		select {
		case <-ctx.Done():
			return
		case _, ok := <-hints:
			if !ok { // the watcher has gone: another one may come
				hints, known.loaded = nil, false
				again.Reset(againAfter)
				break
			}
			news = true
		case <-again.C:
			hints = s.d.Desk.Watch(ctx)
		case <-clock.C:
		}
		if news {
			read, err := s.read(ctx, known)
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

// read asks the engine for what stands around the pages.
func (s *Shell) read(ctx context.Context, f facts) (facts, error) {
	var err error
	if f.status, err = s.d.Desk.Status(ctx); err != nil {
		return f, err
	}
	if f.settings, err = s.d.values(ctx); err != nil {
		return f, err
	}
	if f.unread, err = s.d.Desk.Unread(ctx); err != nil {
		return f, err
	}
	events, err := s.d.Desk.EventPage(ctx, engine.EventFilter{}, 0, 1)
	if err != nil {
		return f, err
	}
	if len(events) > 0 {
		f.event = events[0].ReceivedAt.Time
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
		Loaded: f.loaded, Unread: f.unread, Demo: f.status.Demo, Style: styleOf(f.settings),
	}
	if f.loaded {
		st.Watch, st.Trouble = s.says.Read(f.status, now)
	}
	st.Title, st.Second = headline.Sentences(st.Watch, f.event, now)
	if p := headline.PauseOf(f.settings[engine.KeyPausedUntil], now); p.On {
		st.Second = p.Says(now)
	}
	return st
}

// Windowed is what is remembered of the window.
type Windowed struct {
	Width  float32     `json:"width"`
	Height float32     `json:"height"`
	Page   engine.Page `json:"page"`
}

// The bounds of a window that is remembered: less cannot be used, more is no
// screen.
const (
	minWidth, minHeight = 400, 320
	maxWidth, maxHeight = 10000, 10000
)

const windowed = "window"

// Recall gives how the window was the last time, or how it is the first. It is
// called before there is a window, and waits for the answer.
func (s *Shell) Recall(ctx context.Context) Windowed {
	w := Windowed{Width: 1180, Height: 760, Page: engine.PageJobs}
	was := w
	if ok, err := recall(ctx, s.d.Desk, windowed, &was); err != nil || !ok {
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
	_ = remember(ctx, s.d.Desk, windowed, w) // it costs nothing but a size
}

// SaveTextSize saves how large the text is to be, in percent, one after the other, and
// calls saved once it is; or tells why it is not.
func (s *Shell) SaveTextSize(percent string, saved func()) {
	s.sizes.add(s.d, func(ctx context.Context) func() {
		err := s.d.Desk.Set(ctx, engine.Values{engine.KeyTextSize: percent})
		if err != nil {
			s.d.tell(ctx, err)
			saved = func() {}
		}
		return saved
	})
}

// Chosen gives the style that is in force, before there was any news. It waits for
// the answer; without one the style is the system's.
func (s *Shell) Chosen(ctx context.Context) Style {
	values, err := s.d.values(ctx)
	if err != nil {
		return Style{}
	}
	return styleOf(values)
}
