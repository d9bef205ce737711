//go:build !nogui

package app

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/view/viewtest"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/roof"
	"dormer/internal/say"
	"dormer/internal/window"
	"dormer/internal/words"
)

// desk is an engine with a few jobs, as the window around the pages asks it.
type desk struct {
	*viewtest.Desk
	viewtest.Notes

	mu     sync.Mutex // protects all below
	jobs   []engine.JobView
	unread int
}

func newDesk() *desk {
	d := &desk{Desk: viewtest.NewDesk()}
	d.Stands(func(s *engine.Status) { s.State = engine.StateReady })
	for i, address := range []string{"1420 Sycamore Lane", "88 Harbor View Rd", "5 Cedar Ct"} {
		v := engine.JobView{ID: hover.JobID(fmt.Sprint(i + 1)), Address: address, State: hover.JobCompleted}
		v.Models = []engine.ModelView{{ID: "m", State: hover.ModelCompleted, Files: []engine.FileView{{Format: "pdf", State: "saved", Path: "/home/dana/x.pdf"}}}}
		d.jobs = append(d.jobs, v)
	}
	return d
}

func (d *desk) Speak(context.Context, say.Language) error { return nil }

func (d *desk) CatchUp(context.Context) error {
	d.Note("catch up")
	return &say.Error{What: say.T("hover.not_asked"), Do: say.T("do.login")}
}

func (d *desk) Unread(context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unread, nil
}

func (d *desk) AlertPage(context.Context, string, int) ([]engine.AlertView, error) { return nil, nil }

func (d *desk) EventPage(context.Context, engine.EventFilter, uint64, int) ([]engine.EventView, error) {
	return nil, nil
}

func (d *desk) Quarantined(context.Context) ([]engine.EventView, error) { return nil, nil }

func (d *desk) Captures(context.Context) ([]engine.CaptureView, error) { return nil, nil }

func (d *desk) FindJobs(_ context.Context, q engine.JobSearch) (engine.Found, error) {
	d.Note("find ", q.Text)
	return viewtest.Find(d.jobs, q), nil
}

func (d *desk) JobRows(_ context.Context, ids []hover.JobID) ([]engine.JobView, error) {
	return viewtest.Rows(d.jobs, ids), nil
}

func (d *desk) Detail(_ context.Context, id hover.JobID) (engine.JobDetail, error) {
	for _, v := range d.jobs {
		if v.ID == id {
			return engine.JobDetail{JobView: v, Structures: []engine.StructureDetail{{ID: "m"}}}, nil
		}
	}
	return engine.JobDetail{}, engine.ErrUnknown
}

func (d *desk) Figures(context.Context, hover.JobID, ...hover.ModelID) ([]figures.Figures, error) {
	return nil, nil
}

func (d *desk) Roof(context.Context, hover.JobID, hover.ModelID) (roof.Plan, error) {
	return roof.Plan{}, nil
}

func (d *desk) Events(context.Context, engine.EventFilter) iter.Seq2[engine.EventView, error] {
	return func(func(engine.EventView, error) bool) {}
}

func (d *desk) Act(_ context.Context, action string, id hover.JobID, _ hover.ModelID) error {
	d.Note(action, " ", id)
	return nil
}

// watcher is the process that keeps the window.
type watcher struct {
	window.NoHost
	viewtest.Notes

	orders chan window.Order

	mu    sync.Mutex // protects all below
	tray  bool       // somebody shows the icon
	drawn int        // the last order that was answered
	gone  bool
	stops error
}

func (w *watcher) Attend(ctx context.Context, _ int) iter.Seq2[window.Order, error] {
	return func(yield func(window.Order, error) bool) {
		if w.is(func() bool { return w.gone }) {
			yield(window.Order{}, errors.New("nobody is there"))
			return
		}
		for o, ok := (window.Order{}), true; ok; {
			if !yield(o, nil) {
				return
			}
			select {
			case o, ok = <-w.orders:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (w *watcher) Drawn(_ context.Context, n int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drawn = n
	return nil
}

func (w *watcher) Tray(context.Context) (bool, error) {
	return w.is(func() bool { return w.tray }), nil
}

func (w *watcher) Stop(context.Context) error {
	w.Note("stop")
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stops
}

func (w *watcher) is(what func() bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return what()
}

func (w *watcher) now(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// system is Fyne's test app. Its window's scale is that which was asked for when
// its content was drawn last, as with Fyne's own driver.
type system struct {
	fyne.App
	quit   int
	scale  float32
	window fyne.Window
}

func (s *system) Quit() { s.quit++ }

func (s *system) NewWindow(title string) fyne.Window {
	s.window = s.App.NewWindow(title)
	s.enlarge(s.scale)
	return s.window
}

func (s *system) enlarge(factor float32) {
	s.scale = factor
	if s.window != nil {
		s.window.Canvas().(software.WindowlessCanvas).SetScale(factor)
	}
}

// office is the desktop with the world around it.
type office struct {
	*windowtest.Screen
	t       *testing.T
	desk    *desk
	watcher *watcher
	system  *system
	starts  int // times that a watcher was to be started
	area    func() (width, height int)
	d       *desktop
}

// inOffice tells a story of the desktop. before changes the world that it begins
// in; nil changes nothing.
func inOffice(t *testing.T, before func(o *office, w *Wiring), tell func(t *testing.T, o *office)) {
	t.Helper()
	a := test.NewTempApp(t)
	t.Cleanup(func() { _ = words.Use(words.English) })
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) {
		o := &office{t: t, desk: newDesk(), watcher: &watcher{tray: true, orders: make(chan window.Order)}, system: &system{App: a, scale: 1}}
		o.desk.Saves(engine.KeyLanguage, "en", engine.KeyTheme, "light")
		w := Wiring{Desk: o.desk, DataDir: t.TempDir(), Version: "1.2.3", Watcher: o.watcher, Start: func() error { o.starts++; return nil }}
		if before != nil {
			before(o, &w)
		}
		o.d = newDesktop(o.system, w, thread.Deps(o.desk))
		o.d.area, o.d.enlarge = o.area, o.system.enlarge
		if !o.d.begin(t.Context()) {
			t.Fatal("the window was not made")
		}
		o.Screen = windowtest.On(t, thread, o.d.window)
		o.d.started()
		o.Settle()
		o.news()
		tell(t, o)
		o.d.frame.leaf.Hidden() // what the page in sight has running ends
		o.Settle()
		o.d.window.Close()
	})
}

// news has the desktop hear that something changed, and everything that follows.
func (o *office) news() {
	o.desk.Hints <- engine.Hint{}
	o.Settle()
}

// orders has the watcher order something.
func (o *office) orders(what window.Order) {
	o.watcher.orders <- what
	o.Settle()
}

// tap taps the button or the entry of the navigation that says text.
func (o *office) tap(text string) {
	o.t.Helper()
	var found fyne.Tappable
	o.Each(func(c fyne.CanvasObject) {
		switch c := c.(type) {
		case *parts.Button:
			if c.Text() == text {
				found = c
			}
		case *parts.NavItem:
			windowtest.Walk(c, func(in fyne.CanvasObject) {
				if label, ok := in.(*canvas.Text); ok && label.Text == text {
					found = c
				}
			})
		}
	})
	if found == nil {
		o.t.Fatalf("there is no button %q", text)
	}
	found.Tapped(nil)
	o.Settle()
}

// press presses Ctrl with a key; key presses a key alone.
func (o *office) press(name fyne.KeyName) {
	o.d.withControl(name) // Fyne's test window knows no shortcuts
	o.Settle()
}

func (o *office) key(name fyne.KeyName) {
	o.d.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: name})
	o.Settle()
}
