//go:build linux

package notify

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/notify/bustest"
)

// privateBus is a session bus of this test's own.
type privateBus struct {
	t       *testing.T
	dir     string
	address string
	stop    func()
}

func newBus(t *testing.T) *privateBus {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") // a socket's path is at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	b := &privateBus{t: t, dir: dir}
	b.start()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", b.address)
	return b
}

// start starts the bus, anew where it was before.
func (b *privateBus) start() {
	b.t.Helper()
	address, stop, err := bustest.Start(b.dir, func(daemon *exec.Cmd) {
		daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		daemon.Stderr = b.t.Output()
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.address, b.stop = address, sync.OnceFunc(stop)
	b.t.Cleanup(b.stop)
}

// recorder is a notification service that shows nothing and remembers all.
type recorder struct {
	t       *testing.T
	conn    *dbus.Conn
	notices chan recorded
	closed  chan uint32 // ids that were taken back
	mu      sync.Mutex  // protects what follows
	next    uint32
	early   func(id uint32)
	afresh  bool // a notice that replaces another gets a new id
}

type recorded struct {
	ID uint32
	bustest.Notice
}

func newRecorder(t *testing.T, b *privateBus, caps ...string) *recorder {
	t.Helper()
	return newRecorderFrom(t, b, 1, caps...)
}

// newRecorderFrom starts a service whose notices have the ids from first on.
func newRecorderFrom(t *testing.T, b *privateBus, first uint32, caps ...string) *recorder {
	t.Helper()
	conn, err := dbus.Connect(b.address)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{t: t, conn: conn, next: first, notices: make(chan recorded, 10), closed: make(chan uint32, 10)}
	t.Cleanup(r.stop)
	err = bustest.Serve(conn, bustest.Service{Capabilities: caps, Show: r.show, Close: func(id uint32) { r.closed <- id }})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *recorder) show(n bustest.Notice) (id uint32) {
	r.mu.Lock()
	id, early, afresh := n.Replaces, r.early, r.afresh
	if id == 0 || afresh {
		id = r.next
		r.next++
	}
	r.mu.Unlock()
	if early != nil {
		early(id)
	}
	r.notices <- recorded{id, n}
	return id
}

// beforeReply sets what is done with each notice's id before the reply tells it.
func (r *recorder) beforeReply(early func(id uint32)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.early = early
}

func (r *recorder) stop() { r.conn.Close() }

func (r *recorder) emit(signal string, values ...any) {
	r.t.Helper()
	if err := r.conn.Emit(busPath, busName+"."+signal, values...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *recorder) click(id uint32, action string) { r.t.Helper(); r.emit("ActionInvoked", id, action) }

// within receives what must come soon.
func within[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatalf("%s did not come", what)
		panic("unreachable")
	}
}

// newDesktopOn gives a Desktop and the clicks that it tells.
func newDesktopOn(t *testing.T) (*Desktop, <-chan click) {
	t.Helper()
	clicks := make(chan click, 10)
	d := New(Options{AppName: "Dormer", Icon: "/var/icons/dormer icon.png", OnAction: func(_ context.Context, key, action string) { clicks <- click{key, action} }})
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, clicks
}

func (r *recorder) shown(d *Desktop, n Notice) recorded {
	r.t.Helper()
	if err := d.Show(r.t.Context(), n); err != nil {
		r.t.Fatal(err)
	}
	return within(r.t, "the notice", r.notices)
}

var measured = Notice{
	Key: "job 1", Title: "1420 Sycamore Lane is measured", Body: "House & <b>Garage</b>",
	Actions: []Action{{DefaultAction, "Open"}, {"pdf", "Open PDF"}, {"folder", "Show folder"}},
}

func TestNoticeArrivesWithItsButtonsAndHints(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions", "body", "body-markup")
	d, _ := newDesktopOn(t)
	got := r.shown(d, measured)
	if got.App != "Dormer" || got.Summary != measured.Title || got.Icon != "file:///var/icons/dormer%20icon.png" || got.Expire != -1 || got.Replaces != 0 {
		t.Errorf("got %+v", got)
	}
	if want := "House &amp; &lt;b&gt;Garage&lt;/b&gt;"; got.Body != want {
		t.Errorf("body %q, want %q", got.Body, want)
	}
	if want := []string{"default", "Open", "pdf", "Open PDF", "folder", "Show folder"}; !slices.Equal(got.Actions, want) {
		t.Errorf("actions %q, want %q", got.Actions, want)
	}
	for name, want := range map[string]any{"urgency": byte(1), "desktop-entry": "dormer", "category": "x-dormer.job", "suppress-sound": true} {
		if v := got.Hints[name].Value(); v != want {
			t.Errorf("hint %s is %v, want %v", name, v, want)
		}
	}

	loud := measured
	loud.Key, loud.Urgent, loud.Sound = "job 2", true, true
	got = r.shown(d, loud)
	if got.Hints["urgency"].Value() != byte(2) || got.Hints["sound-name"].Value() == nil || got.Hints["suppress-sound"].Value() != nil {
		t.Errorf("an urgent one with sound has %v", got.Hints)
	}
}

func TestServiceGetsOnlyWhatItCanShow(t *testing.T) {
	r := newRecorder(t, newBus(t), "body")
	d, _ := newDesktopOn(t)
	got := r.shown(d, measured)
	if got.Body != measured.Body {
		t.Errorf("body %q is escaped for a service without markup", got.Body)
	}
	if len(got.Actions) != 0 {
		t.Errorf("actions %q for a service without them", got.Actions)
	}
}

func TestClickIsToldWithItsNotice(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions")
	d, clicks := newDesktopOn(t)
	first := r.shown(d, measured)
	other := measured
	other.Key = "job 2"
	second := r.shown(d, other)
	r.click(second.ID, "pdf")
	r.click(first.ID, "default")
	told := []click{within(t, "a click", clicks), within(t, "the other click", clicks)} // each goes its own way
	for _, want := range []click{{"job 2", "pdf"}, {"job 1", "default"}} {
		if !slices.Contains(told, want) {
			t.Errorf("told %v, want %v", told, want)
		}
	}
}

func TestClickOnWhatIsBeingReplacedIsNotLost(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions")
	d, clicks := newDesktopOn(t)
	r.shown(d, measured)
	r.beforeReply(func(id uint32) { r.emit("ActionInvoked", id, "folder") })
	r.shown(d, measured)
	if got := within(t, "the click", clicks); got != (click{"job 1", "folder"}) {
		t.Errorf("told %v", got)
	}
}

func TestSignalFromBeforeANoticeIsNotAboutIt(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions")
	d, clicks := newDesktopOn(t)
	r.shown(d, Notice{Key: "earlier", Title: "x"}) // it is connected by now
	r.beforeReply(func(id uint32) {
		r.emit("ActionInvoked", id, "pdf")
		r.emit("NotificationClosed", id, uint32(2))
	})
	n := r.shown(d, measured)
	r.beforeReply(nil)
	r.click(n.ID, "folder")
	if got := within(t, "the click", clicks); got != (click{"job 1", "folder"}) {
		t.Errorf("told %v", got)
	}
}

func TestOnlyClicksOnWhatWasOfferedCount(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions")
	d, clicks := newDesktopOn(t)
	n := r.shown(d, measured)
	r.click(n.ID+100, "pdf")         // another program's notice
	r.click(n.ID, "format the disk") // not one of its actions
	r.emit("ActionInvoked")
	r.emit("ActionInvoked", "pdf", n.ID)
	r.emit("ActionInvoked", n.ID)
	r.emit("NotificationClosed", "what", "ever")
	r.emit("SomethingNew", n.ID)
	r.click(n.ID, "pdf")
	if got := within(t, "the click", clicks); got != (click{"job 1", "pdf"}) {
		t.Errorf("told %v", got)
	}
}

func TestSameKeyReplacesInPlaceWhileItIsOpen(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions")
	d, clicks := newDesktopOn(t)
	follows := measured
	follows.Body = "PDF follows"
	first := r.shown(d, follows)
	again := r.shown(d, measured)
	if again.Replaces != first.ID {
		t.Errorf("it replaces %d, want %d", again.Replaces, first.ID)
	}
	other := r.shown(d, Notice{Key: "job 2", Title: "x", Actions: measured.Actions})
	if other.Replaces != 0 {
		t.Errorf("another key replaces %d", other.Replaces)
	}
	for range 2 {
		if n := r.shown(d, Notice{Title: "x"}); n.Replaces != 0 {
			t.Errorf("no key replaces %d", n.Replaces)
		}
	}

	r.emit("NotificationClosed", again.ID, uint32(2))
	r.click(other.ID, "pdf")
	within(t, "the click", clicks) // signals are taken in order: it was closed before
	if n := r.shown(d, measured); n.Replaces != 0 {
		t.Errorf("a closed one is replaced: %d", n.Replaces)
	}
}

func TestServiceThatGivesANewIDWhenReplacingIsFollowed(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions")
	r.mu.Lock()
	r.afresh = true
	r.mu.Unlock()
	d, clicks := newDesktopOn(t)
	for range 5 { // each chance to take an older one is a coin's toss
		last := r.shown(d, measured)
		if n := r.shown(d, measured); n.Replaces != last.ID {
			t.Fatalf("it replaces %d, want the newest, %d", n.Replaces, last.ID)
		}
	}
	r.click(1, "pdf") // replaced long ago
	r.click(10, "folder")
	if got := within(t, "the click", clicks); got != (click{"job 1", "folder"}) {
		t.Errorf("told %v", got)
	}
}

func TestServiceThatIsRestartedIsUsedAfresh(t *testing.T) {
	b := newBus(t)
	r := newRecorder(t, b, "actions", "body-markup")
	d, clicks := newDesktopOn(t)
	r.shown(d, measured)
	r.stop()
	if err := d.Show(t.Context(), measured); !errors.Is(err, ErrNoService) {
		t.Errorf("without a service: %v", err)
	}
	r = newRecorderFrom(t, b, 100, "actions")
	within(t, "the hint that there is somebody again", d.Somebody())
	n := r.shown(d, Notice{Key: "job 2", Title: "x", Body: "a & b", Actions: measured.Actions})
	r.click(n.ID, "pdf")
	if got := within(t, "the click", clicks); got != (click{"job 2", "pdf"}) {
		t.Errorf("told %v", got)
	}
	if n := r.shown(d, measured); n.Replaces != 0 {
		t.Errorf("the new service is asked to replace the old one's notice %d", n.Replaces)
	}
	if n := r.shown(d, Notice{Key: "job 3", Title: "x", Body: "a & b"}); n.Body != "a & b" {
		t.Errorf("body %q is written for the old service", n.Body)
	}
}

func TestBusThatIsRestartedIsFoundAgain(t *testing.T) {
	b := newBus(t)
	r := newRecorder(t, b, "actions")
	d, clicks := newDesktopOn(t)
	r.shown(d, measured)
	b.stop()
	if err := d.Show(t.Context(), measured); !errors.Is(err, ErrNoService) {
		t.Errorf("without a bus: %v", err)
	}
	b.start()
	r = newRecorder(t, b, "actions")
	n := r.shown(d, measured)
	r.click(n.ID, "pdf")
	if got := within(t, "the click", clicks); got != (click{"job 1", "pdf"}) {
		t.Errorf("told %v", got)
	}
}

func TestBusRestartThatNobodyNoticedCostsNoNotice(t *testing.T) {
	b := newBus(t)
	r := newRecorder(t, b, "actions")
	d, _ := newDesktopOn(t)
	r.shown(d, measured)
	b.stop()
	b.start()
	r = newRecorder(t, b, "actions")
	r.shown(d, measured)
}

func TestWithoutABusThereIsNoDesktop(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	d, _ := newDesktopOn(t)
	if err := d.Show(t.Context(), measured); !errors.Is(err, ErrNoDesktop) {
		t.Errorf("Show gave %v", err)
	}
	if _, _, err := d.Available(t.Context()); !errors.Is(err, ErrNoDesktop) {
		t.Errorf("Available gave %v", err)
	}
}

func TestServiceIsNamedForTheDoctor(t *testing.T) {
	b := newBus(t)
	d, _ := newDesktopOn(t)
	if _, _, err := d.Available(t.Context()); !errors.Is(err, ErrNoService) {
		t.Errorf("a bus without a service: %v", err)
	}
	newRecorder(t, b, "actions", "body")
	server, caps, err := d.Available(t.Context())
	if server != "recorder 1.0" || !slices.Equal(caps, []string{"actions", "body"}) || err != nil {
		t.Errorf("got %q, %q, %v", server, caps, err)
	}
}

func TestBusThatAcceptsAndSaysNothingIsGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+path)
	d, _ := newDesktopOn(t)
	ctx, cancel := context.WithCancel(t.Context())
	shown := make(chan error, 1)
	go func() { shown <- d.Show(ctx, measured) }()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cancel()
	if err := within(t, "the end of Show", shown); err == nil {
		t.Error("it was shown to nobody")
	}
}

func TestServiceThatHangsIsGivenUpAndUsedAgain(t *testing.T) {
	r := newRecorder(t, newBus(t), "actions")
	d, _ := newDesktopOn(t)
	r.shown(d, Notice{Key: "earlier", Title: "x"})
	hang, release := make(chan struct{}), make(chan struct{})
	r.beforeReply(func(uint32) { close(hang); <-release })
	ctx, cancel := context.WithCancel(t.Context())
	shown := make(chan error, 1)
	go func() { shown <- d.Show(ctx, measured) }()
	within(t, "the call", hang)
	cancel()
	if err := within(t, "the end of Show", shown); !errors.Is(err, context.Canceled) {
		t.Errorf("Show gave %v", err)
	}
	r.beforeReply(nil)
	close(release)
	within(t, "the late notice", r.notices)
	r.shown(d, measured)
}

func TestASummaryTakesThePlaceOfWhatWasShownBefore(t *testing.T) {
	b := newBus(t)
	r := newRecorder(t, b, "actions")
	d, clicks := newDesktopOn(t)
	open := Action{Key: DefaultAction, Label: "Show job"}
	first := r.shown(d, Notice{Key: "first", Title: "One is measured", Actions: []Action{open}})
	second := r.shown(d, Notice{Key: "second", Title: "Two is measured", Actions: []Action{open}})
	other := r.shown(d, Notice{Key: "other", Title: "Something else"})

	sum := Notice{Key: "burst", Instead: []string{"gone", "first", "second"}, Title: "3 jobs were measured", Actions: []Action{open}}
	shown := r.shown(d, sum)
	if shown.Replaces != first.ID {
		t.Errorf("it replaces %d, not the first, %d", shown.Replaces, first.ID)
	}
	if id := within(t, "the taking back", r.closed); id != second.ID {
		t.Errorf("%d was taken back, not %d", id, second.ID)
	}
	r.click(shown.ID, DefaultAction)
	if c := within(t, "the click", clicks); c.key != "burst" {
		t.Errorf("the click is on %+v", c)
	}
	sum.Title, sum.Instead = "4 jobs were measured", nil
	if again := r.shown(d, sum); again.Replaces != shown.ID {
		t.Errorf("grown, it replaces %d and not %d", again.Replaces, shown.ID)
	}
	if len(r.closed) > 0 || shown.ID == other.ID {
		t.Error("what has nothing to do with it was touched")
	}
}

func TestATrayIsFoundOnceThereIsOne(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
	if _, err := TrayHost(t.Context()); !errors.Is(err, ErrNoDesktop) {
		t.Errorf("without a bus: %v", err)
	}
	b := newBus(t)
	if there, err := TrayHost(t.Context()); there || err != nil {
		t.Errorf("without a panel: %v, %v", there, err)
	}
	conn, err := dbus.Connect(b.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.RequestName(trayWatcher, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	if there, err := TrayHost(t.Context()); !there || err != nil {
		t.Errorf("with a panel: %v, %v", there, err)
	}
}
