//go:build !nogui && unix && !darwin

package tray

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The names of the tray's protocol.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
)

// trayHost is who shows tray icons: a panel, which may come late, go and come
// back. It is asked on a connection of our own; Fyne's own one stops watching
// when it hears anything unexpected.
type trayHost struct {
	conn *dbus.Conn    // nil where there is no session bus
	wait time.Duration // how long the icon may take to register by itself
}

func newTrayHost() *trayHost {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return &trayHost{}
	}
	return &trayHost{conn: conn, wait: time.Second}
}

// possible says whether there can be a tray here at all.
func (h *trayHost) possible() bool { return h.conn != nil }

// there says whether a host shows tray icons now.
func (h *trayHost) there(ctx context.Context) bool {
	if h.conn == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var has bool
	err := h.conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcherName).Store(&has)
	if err != nil || !has {
		return false
	}
	// A desktop's service may watch for hosts while there is none.
	v, err := h.property(ctx, "IsStatusNotifierHostRegistered")
	registered, known := v.Value().(bool)
	return err != nil || !known || registered
}

// await waits until there is a host, and says whether there is one.
func (h *trayHost) await(ctx context.Context) bool {
	for range h.comings(ctx) {
		if h.there(ctx) {
			return true
		}
	}
	return false
}

// comings tells once at the beginning, and then whenever somebody begins to watch
// over tray icons, until ctx ends.
func (h *trayHost) comings(ctx context.Context) <-chan struct{} {
	out := make(chan struct{}, 1)
	out <- struct{}{}
	if h.conn == nil {
		close(out)
		return out
	}
	signals := make(chan *dbus.Signal, 16)
	h.conn.Signal(signals)
	_ = h.conn.AddMatchSignal( // without it only the beginning is told
		dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchInterface("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcherName),
	)
	go func() { // ends with ctx, which its reader owns, or with the connection
		defer close(out)
		defer h.conn.RemoveSignal(signals)
		for {
			select {
			case <-ctx.Done():
				return
			case s, ok := <-signals:
				if !ok {
					return
				}
				if len(s.Body) < 3 || s.Body[2] == "" {
					continue
				}
				select {
				case out <- struct{}{}:
				default: // it is about to be told
				}
			}
		}
	}()
	return out
}

// keep has our icon shown by every host that comes, until ctx ends: Fyne's tray
// misses one that begins in the instant between its first try and its watch.
func (h *trayHost) keep(ctx context.Context) {
	for range h.comings(ctx) {
		select {
		case <-time.After(h.wait):
		case <-ctx.Done():
			return
		}
		if !h.there(ctx) || h.listed(ctx) {
			continue
		}
		// it is tried again with the next host
		_ = h.conn.Object(watcherName, watcherPath).CallWithContext(ctx, watcherName+".RegisterStatusNotifierItem", 0,
			itemName()).Err
	}
}

// itemName is the name under which Fyne's tray is on the bus.
func itemName() string { return fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", os.Getpid()) }

// listed says whether our icon is among those that the host shows. Where nobody
// can tell, it is: an icon must not be there twice.
func (h *trayHost) listed(ctx context.Context) bool {
	v, err := h.property(ctx, "RegisteredStatusNotifierItems")
	items, ok := v.Value().([]string)
	if err != nil || !ok {
		return true
	}
	var owner string
	if h.conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, itemName()).Store(&owner) != nil {
		return true // there is no icon of ours
	}
	for _, item := range items {
		name, _, _ := strings.Cut(item, "/")
		if name = strings.TrimSuffix(name, "@"); name == owner || name == itemName() {
			return true
		}
	}
	return false
}

func (h *trayHost) property(ctx context.Context, name string) (v dbus.Variant, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err = h.conn.Object(watcherName, watcherPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		watcherName, name).Store(&v)
	return v, err
}

func (h *trayHost) close() {
	if h.conn != nil {
		_ = h.conn.Close() // of no consequence any more
	}
}
