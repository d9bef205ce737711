//go:build !nogui && linux

package tray

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"

	_ "dormer/internal/hermetic"
	"dormer/internal/notify/bustest"
)

// newBus gives the test a session bus of its own.
func newBus(t *testing.T) {
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
	t.Cleanup(stop)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
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
