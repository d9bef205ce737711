//go:build !nogui && linux

package tray

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"

	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/notify/bustest"
)

// newBus gives the test a session bus of its own.
func newBus(t *testing.T) (end func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") // a socket's path is at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	address, stop, err := bustest.Start(dir, func(daemon *exec.Cmd) {
		daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		daemon.Stderr = t.Output()
	})
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(stop)
	t.Cleanup(stop)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	return stop
}

func connect(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// own takes a name on the bus, release gives it back.
func own(t *testing.T, conn *dbus.Conn, name string) (release func()) {
	t.Helper()
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%s: %v, %v", name, reply, err)
	}
	return func() {
		if _, err := conn.ReleaseName(name); err != nil {
			t.Error(err)
		}
	}
}

// watcher is the panel's service.
type watcher struct {
	conn       *dbus.Conn
	shows      bool          // a panel shows what registers
	items      []string      // that have registered
	registered chan string   // by a call
	asked      chan struct{} // for the items
}

func newWatcher(t *testing.T) *watcher {
	w := &watcher{conn: connect(t), shows: true, registered: make(chan string, 8), asked: make(chan struct{}, 64)}
	for iface, methods := range map[string]map[string]any{
		watcherName: {"RegisterStatusNotifierItem": func(item string) *dbus.Error {
			w.registered <- item
			return nil
		}},
		"org.freedesktop.DBus.Properties": {"Get": func(_, name string) (dbus.Variant, *dbus.Error) {
			if name == "RegisteredStatusNotifierItems" {
				defer func() { w.asked <- struct{}{} }()
				return dbus.MakeVariant(slices.Clone(w.items)), nil
			}
			return dbus.MakeVariant(w.shows), nil
		}},
	} {
		if err := w.conn.ExportMethodTable(methods, watcherPath, iface); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func newHost(t *testing.T) *trayHost {
	h := newTrayHost()
	h.wait = 0
	t.Cleanup(h.close)
	return h
}

func TestWithoutASessionBusThereIsNoTray(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nothing"))
	h := newHost(t)
	if h.possible() || h.there(t.Context()) || h.await(t.Context()) {
		t.Error("there is one")
	}
	h.keep(t.Context())
}

func TestAPanelThatComesLateIsNoticed(t *testing.T) {
	newBus(t)
	h := newHost(t)
	if !h.possible() || h.there(t.Context()) {
		t.Error("a panel is there before it was started")
	}
	w := newWatcher(t)
	came := make(chan bool)
	go func() { came <- h.await(t.Context()) }()
	release := own(t, w.conn, watcherName)
	if !<-came || !h.there(t.Context()) {
		t.Error("it was not noticed")
	}
	release()
	if h.there(t.Context()) {
		t.Error("a panel that has gone is still there")
	}
	w.shows = false
	own(t, w.conn, watcherName)
	if h.there(t.Context()) {
		t.Error("a service that has no panel is taken for one")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if h.await(ctx) {
		t.Error("nothing came, and it was noticed")
	}
}

func TestAnIconThatAPanelMissedIsRegisteredOnce(t *testing.T) {
	newBus(t)
	tray := connect(t) // as Fyne's tray is on the bus
	own(t, tray, itemName())
	h := newHost(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); h.keep(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	w := newWatcher(t)

	release := own(t, w.conn, watcherName)
	if got := <-w.registered; got != itemName() {
		t.Errorf("it registered %q", got)
	}
	<-w.asked
	for _, listed := range []string{itemName(), tray.Names()[0] + "/StatusNotifierItem", tray.Names()[0] + "@/StatusNotifierItem"} {
		release()
		w.items = []string{":1.99/StatusNotifierItem", listed}
		release = own(t, w.conn, watcherName)
		<-w.asked
	}
	release()
	w.items = nil
	own(t, w.conn, watcherName)
	<-w.registered
	if n := len(w.registered); n != 0 { // what was wrong before would be there by now
		t.Errorf("an icon that was listed was registered %d times more", n)
	}
}

// A session bus ends at a logout, or is started anew: the icon is gone, and nothing else.
func TestABusThatGoesTakesOnlyTheIconWithIt(t *testing.T) {
	if ran.Swap(true) {
		t.Skip("systray runs once in a process")
	}
	bus := newBus(t)
	d := &desk{Desk: viewtest.NewDesk(), groups: map[engine.Group][]engine.JobView{}}
	d.Saves(engine.KeyLanguage, "en")
	log := make(lines, 64)
	tray := New(Options{Desk: d, Log: slog.New(slog.NewTextHandler(log, nil)), Tell: func(error) {}})
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer tray.Close()
		tray.Run(ctx)
	}()
	conn := connect(t)
	for shown := false; !shown; {
		if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, itemName()).Store(&shown); err != nil {
			t.Fatal(err)
		}
	}
	bus()
	<-conn.Context().Done()
	for n, told := 0, false; !told; n++ {
		d.Stands(func(st *engine.Status) { st.State = []engine.State{engine.StateOffline, engine.StateReady}[n%2] })
		select {
		case line := <-log:
			told = strings.Contains(line, "the tray's icon cannot be drawn")
		case d.Hints <- engine.Hint{}: // until the icon's own connection has ended, too
		}
	}
	end()
	<-ended
}

var ran atomic.Bool

// lines are what is written to a log.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	select {
	case l <- string(b):
	default: // nobody reads so much
	}
	return len(b), nil
}
