package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"dormer/internal/control"
	"dormer/internal/say"
	"dormer/internal/setup"
	"dormer/internal/window"
)

// beWindow is the process of a window, as far as its watcher can tell: it draws
// nothing, but does what it is told. cannot is why it has to give up.
func beWindow(socket, cannot string) int {
	ctx := context.Background()
	c, err := control.Dial(ctx, socket)
	if err != nil {
		return 3
	}
	if cannot != "" {
		_ = c.CannotDraw(ctx, window.RefusalOf(&say.Error{What: say.Words("No window can be opened"), Why: say.Words(cannot)}))
		return 1
	}
	for o, err := range c.Attend(ctx, os.Getpid()) {
		switch {
		case err != nil:
			return 4
		case o.Leave:
			return 0
		case o.N > 0:
			if err := c.Drawn(ctx, o.N); err != nil {
				return 5
			}
		}
	}
	return 6
}

// icon is one in a tray that may be there.
type icon struct {
	w     IconWiring
	there bool
	ran   chan IconWiring // hears when it is shown
}

func (i *icon) Run(ctx context.Context) {
	if i.ran != nil {
		i.ran <- i.w
	}
	<-ctx.Done()
}
func (i *icon) There(context.Context) bool { return i.there }
func (i *icon) Await(context.Context) bool { return i.there }
func (*icon) Close()                       {}

// home is an open house that notes what its person was told.
type home struct {
	open
	ran chan struct{} // has an element for each run

	mu   sync.Mutex // protects told
	told []error
}

func (h *home) Run(ctx context.Context) error {
	h.ran <- struct{}{}
	return h.open.Run(ctx)
}

func (h *home) Tell(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, err)
}

// withWindow gives the program a window and an icon.
func (d *desk) withWindow(there bool) (h *home, i *icon) {
	h = &home{open: open{d.svc}, ran: make(chan struct{}, 4)}
	i = &icon{there: there, ran: make(chan IconWiring, 4)}
	d.desktop = Desktop{
		Check:  func() error { return nil },
		Window: func(context.Context, WindowWiring) error { return nil },
		Icon:   func(w IconWiring) Icon { i.w = w; return i },
	}
	dir := d.t.TempDir()
	d.rooms.load = func(flags, func(string) string) (place, error) {
		return place{dataDir: dir, at: d.place(), start: func(context.Context, io.Writer) (house, error) { return h, nil }}, nil
	}
	d.t.Setenv("WINDOW_OF", d.socket)
	self, err := os.Executable()
	if err != nil {
		d.t.Fatal(err)
	}
	d.io = func(w *IO) { w.Self = self }
	return h, i
}

// answers waits until the Dormer that was started can be asked.
func (d *desk) answers() {
	d.t.Helper()
	for {
		c, err := control.Dial(d.t.Context(), d.socket)
		if err == nil {
			_ = c.Close()
			return
		}
		if !errors.Is(err, control.ErrNotRunning) {
			d.t.Fatal(err)
		}
	}
}

func TestWithoutAVerbTheWindowOpens(t *testing.T) {
	d := newDesk(t)
	d.want(exitFailed, "", "dormer: This build of Dormer has no window. Start it without one: dormer run --headless\n")
	h, _ := d.withWindow(true)
	for _, verb := range [][]string{nil, {"run"}, {"--hidden"}, {"run", "--hidden"}} {
		first := make(chan int, 1)
		go func() { first <- d.into(t.Context(), io.Discard, io.Discard, verb...) }()
		<-h.ran
		d.answers()
		d.want(exitFailed, "", fmt.Sprintf("dormer: Dormer is already running with a window, as process %d. To stop it: …\n", os.Getpid()), "run")
		d.want(exitDone, "", "") // a second start: the window is drawn, or started and drawn
		c, err := control.Dial(t.Context(), d.socket)
		if err != nil {
			t.Fatal(err)
		}
		if there, err := c.Tray(t.Context()); !there || err != nil {
			t.Errorf("there is a tray: %v, %v", there, err)
		}
		if err := c.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		_ = c.Close()
		if code := <-first; code != exitDone {
			t.Errorf("%v ended with %d", verb, code)
		}
	}
	if len(h.told) > 0 {
		t.Errorf("the person was told %v", h.told)
	}
}

func TestWithoutADisplayNothingIsStarted(t *testing.T) {
	d := newDesk(t)
	h, _ := d.withWindow(true)
	d.desktop.Check = func() error { return errors.New("there is no display") }
	d.want(exitFailed, "", "dormer: there is no display\n")
	d.want(exitFailed, "", "dormer: there is no display\n", "--hidden")
	if len(h.ran) > 0 {
		t.Error("it ran")
	}
}

// TestNothingRunsBehindAWindowThatIsNotThere: no tunnel is opened and no webhook
// registered for a display that turns out not to draw.
func TestNothingRunsBehindAWindowThatIsNotThere(t *testing.T) {
	d := newDesk(t)
	h, _ := d.withWindow(false)
	t.Setenv("WINDOW_CANNOT", "the display offers no OpenGL")
	d.want(exitFailed, "", "dormer: No window can be opened: the display offers no OpenGL\n")
	if len(h.ran) > 0 {
		t.Error("it ran without a window")
	}
}

// TestWhereThereIsATrayDormerWorksWithoutAWindow, and says that there is none.
func TestWhereThereIsATrayDormerWorksWithoutAWindow(t *testing.T) {
	d := newDesk(t)
	h, i := d.withWindow(true)
	t.Setenv("WINDOW_CANNOT", "the display offers no OpenGL")
	ended := make(chan int, 1)
	go func() { ended <- d.into(t.Context(), io.Discard, io.Discard) }()
	<-h.ran
	(<-i.ran).Quit()
	if code := <-ended; code != exitDone {
		t.Errorf("it ended with %d", code)
	}
	if len(h.told) != 1 || !strings.Contains(h.told[0].Error(), "no OpenGL") {
		t.Errorf("the person was told %v", h.told)
	}
}

// TestAStartIntoTheTrayShowsTheWindowWhereNobodyWouldFindIt, and ends where there is
// neither.
func TestAStartIntoTheTrayShowsTheWindowWhereNobodyWouldFindIt(t *testing.T) {
	d := newDesk(t)
	h, _ := d.withWindow(false)
	t.Setenv("WINDOW_CANNOT", "it was asked for")
	d.want(exitFailed, "", "dormer: No window can be opened: it was asked for\n", "--hidden")
	<-h.ran
}

func TestAStartWhileTheLastOneIsEndingWaitsForItsEnd(t *testing.T) {
	d := newDesk(t)
	h, i := d.withWindow(true)
	starts := 0
	d.rooms.load = func(flags, func(string) string) (place, error) {
		return place{dataDir: t.TempDir(), at: d.place(), start: func(context.Context, io.Writer) (house, error) {
			if starts++; starts < 3 {
				return nil, setup.ErrInUse
			}
			return h, nil
		}}, nil
	}
	ended := make(chan int, 1)
	go func() { ended <- d.into(t.Context(), io.Discard, io.Discard) }()
	<-h.ran
	(<-i.ran).Quit()
	if code := <-ended; code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}

// TestOverAHeadlessDormerTheWindowIsThisProcess: that one keeps none.
func TestOverAHeadlessDormerTheWindowIsThisProcess(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{PID: 42, Headless: true})
	d.want(exitFailed, "", "dormer: Dormer is already running without a window, as process 42. To stop it: …42\n")
	d.withWindow(true)
	opened := 0
	d.desktop.Window = func(_ context.Context, w WindowWiring) error {
		opened++
		if s, err := w.Desk.Status(t.Context()); err != nil || s.PID != 42 || w.Watcher != nil {
			t.Errorf("the window is wired to %+v (%v), kept by %v", s, err, w.Watcher)
		}
		return nil
	}
	d.want(exitDone, "", "")
	d.want(exitFailed, "", "dormer: Dormer is already running without a window, as process 42. To stop it: …42\n", "run")
	if opened != 1 {
		t.Errorf("%d windows were opened", opened)
	}
}

func TestTheWindowIsConnectedToTheDormerThatKeepsIt(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{PID: 42})
	d.withWindow(true)
	opened := 0
	d.desktop.Window = func(_ context.Context, w WindowWiring) error {
		opened++
		if w.Watcher == nil {
			t.Error("nobody keeps it")
		}
		return nil
	}
	d.want(exitDone, "", "", "window")
	if opened != 1 {
		t.Errorf("%d windows were opened", opened)
	}
}

// TestAWindowWaitsForTheDormerThatStartedIt: it may come up before that can be asked.
func TestAWindowWaitsForTheDormerThatStartedIt(t *testing.T) {
	d := newDesk(t)
	d.withWindow(true)
	opened := 0
	d.desktop.Window = func(context.Context, WindowWiring) error { opened++; return nil }
	asked := make(chan struct{})
	load := d.rooms.load
	d.rooms.load = func(f flags, getenv func(string) string) (place, error) {
		defer close(asked) // the window has begun
		return load(f, getenv)
	}
	ended := make(chan int, 1)
	go func() { ended <- d.into(t.Context(), io.Discard, io.Discard, "window") }()
	<-asked
	d.running(control.Info{PID: 42})
	if code := <-ended; code != exitDone || opened != 1 {
		t.Errorf("it ended with %d, and opened %d windows", code, opened)
	}
}

func TestTheWindowFindsTheSameDataDirectory(t *testing.T) {
	p := &program{place: place{dataDir: "/home/ann/dormer/demo", demo: true}}
	if got := p.windowArgs(); !slices.Equal(got, []string{"window", "--data-dir", filepath.FromSlash("/home/ann/dormer"), "--demo"}) {
		t.Errorf("a demo's: %q", got)
	}
	p.place = place{dataDir: "/home/ann/dormer"}
	if got := p.windowArgs(); !slices.Equal(got, []string{"window", "--data-dir", "/home/ann/dormer"}) {
		t.Errorf("%q", got)
	}
}

// TestAProgramThatWasChangedUnderneathHasTheOldOneStartAgain: the window is of the new
// version, the Dormer that runs of the old one.
func TestAProgramThatWasChangedUnderneathHasTheOldOneStartAgain(t *testing.T) {
	d := newDesk(t)
	d.withWindow(true)
	l, err := net.Listen("unix", d.socket)
	if err != nil {
		t.Fatal(err)
	}
	old := &http.Server{}
	renewed := make(chan struct{})
	old.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/info" {
			_, _ = io.WriteString(w, `{"pid":7,"version":"0.0.9","protocol":"old"}`)
			return
		}
		if r.URL.Path != "/v1/Renew" {
			t.Errorf("asked %s", r.URL.Path)
		}
		_, _ = io.WriteString(w, "[]")
		go func() { // it ends, and the new one begins
			defer close(renewed)
			_ = old.Close()
			d.running(control.Info{PID: 42})
		}()
	})
	ended := make(chan struct{})
	go func() { defer close(ended); _ = old.Serve(l) }()
	opened := 0
	d.desktop.Window = func(_ context.Context, w WindowWiring) error {
		opened++
		if s, err := w.Desk.Status(t.Context()); err != nil || s.PID != 42 {
			t.Errorf("the window is of %+v, %v", s, err)
		}
		return nil
	}
	d.want(exitDone, "", "", "window")
	<-renewed
	<-ended
	if opened != 1 {
		t.Errorf("%d windows were opened", opened)
	}
}
