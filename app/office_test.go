//go:build !nogui

package app

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/view/viewtest"
	"dormer/app/windowtest"
	"dormer/app/words"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
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

func (d *desk) Measurements(context.Context, hover.JobID, hover.ModelID) (m engine.Measurements, ok bool, err error) {
	return m, false, nil
}

func (d *desk) Events(context.Context, engine.EventFilter) iter.Seq2[engine.EventView, error] {
	return func(func(engine.EventView, error) bool) {}
}

func (d *desk) Act(_ context.Context, action string, id hover.JobID, _ hover.ModelID) error {
	d.Note(action, " ", id)
	return nil
}

// panel is a host for the tray that may be there.
type panel struct {
	mu   sync.Mutex // protects here
	here bool
	no   bool // there can be none
}

func (p *panel) comes(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.here = yes
}

func (p *panel) possible() bool { return !p.no }

func (p *panel) there(context.Context) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.here
}

func (p *panel) await(ctx context.Context) bool {
	if !p.there(ctx) {
		<-ctx.Done()
	}
	return p.there(ctx)
}

func (p *panel) keep(ctx context.Context) { <-ctx.Done() }

// system is Fyne's test app with a tray.
type system struct {
	fyne.App
	menus []*fyne.Menu
	icons []string
	quit  int
}

var _ fynedesktop.App = (*system)(nil)

func (s *system) SetSystemTrayMenu(m *fyne.Menu)     { s.menus = append(s.menus, m) }
func (s *system) SetSystemTrayIcon(r fyne.Resource)  { s.icons = append(s.icons, r.Name()) }
func (s *system) SetSystemTrayWindow(fyne.Window)    {}
func (s *system) Quit()                              { s.quit++ }
func (s *system) NewWindow(title string) fyne.Window { return s.App.NewWindow(title) }

// office is the desktop with the world around it.
type office struct {
	*windowtest.Screen
	t      *testing.T
	desk   *desk
	panel  *panel
	system *system
	raised chan struct{}
	d      *desktop
}

// inOffice tells a story of the desktop. before changes the world that it begins
// in; nil changes nothing.
func inOffice(t *testing.T, before func(o *office, w *Wiring), tell func(t *testing.T, o *office)) {
	t.Helper()
	a := test.NewTempApp(t)
	t.Cleanup(func() { _ = words.Use(words.English) })
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) {
		o := &office{t: t, desk: newDesk(), panel: &panel{here: true}, system: &system{App: a}, raised: make(chan struct{}, 1)}
		o.desk.Saves(engine.KeyLanguage, "en", engine.KeyTheme, "light")
		w := Wiring{Desk: o.desk, DataDir: t.TempDir(), Version: "1.2.3", Raised: o.raised}
		if before != nil {
			before(o, &w)
		}
		o.d = newDesktop(o.system, w, thread.Deps(o.desk), o.panel)
		if !o.d.begin(t.Context()) {
			t.Fatal("the window was not made")
		}
		o.Screen = windowtest.On(t, thread, o.d.window)
		o.d.started()
		o.Settle()
		o.news()
		tell(t, o)
		if o.d.visible {
			o.d.hide() // what the page in sight has running ends
		}
		o.Settle()
		o.d.window.Close()
	})
}

// news has the desktop hear that something changed, and everything that follows.
func (o *office) news() {
	o.desk.Hints <- engine.Hint{}
	o.Settle()
	time.Sleep(menuDue) // sleep: the bubble's own, until the tray is read again
	o.Settle()
}

// menuDue is longer than the tray waits with reading its jobs.
const menuDue = 2 * time.Second

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

// menu gives the last menu of the tray as text.
func (o *office) menu() string {
	var b strings.Builder
	var write func(m *fyne.Menu, in string)
	write = func(m *fyne.Menu, in string) {
		for _, i := range m.Items {
			fmt.Fprintf(&b, "%s%s\n", in, i.Label)
			if i.ChildMenu != nil {
				write(i.ChildMenu, in+"  ")
			}
		}
	}
	write(o.system.menus[len(o.system.menus)-1], "")
	return b.String()
}

// choose clicks an entry of the tray's menu, as over D-Bus: grey ones too.
func (o *office) choose(label string) {
	o.t.Helper()
	var found *fyne.MenuItem
	var look func(m *fyne.Menu)
	look = func(m *fyne.Menu) {
		for _, i := range m.Items {
			if i.Label == label {
				found = i
			}
			if i.ChildMenu != nil {
				look(i.ChildMenu)
			}
		}
	}
	look(o.system.menus[len(o.system.menus)-1])
	if found == nil {
		o.t.Fatalf("there is no entry %q in\n%s", label, o.menu())
	}
	if found.Action != nil {
		found.Action()
	}
	o.Settle()
}
