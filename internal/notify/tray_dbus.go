//go:build !windows && !darwin

package notify

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// trayWatcher is the name of who collects tray icons (the StatusNotifierItem
// specification of freedesktop.org, under the name that KDE gave it).
const trayWatcher = "org.kde.StatusNotifierWatcher"

// TrayHost says, within 2 s, whether this session has a tray that shows icons.
// An error says that there is no session to ask.
func TrayHost(ctx context.Context) (there bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, showLimit)
	defer cancel()
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return false, ErrNoDesktop
	}
	defer func() { _ = conn.Close() }()                         // nothing is left to be said on it
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // the handshake takes no context
	if conn.Auth(nil) != nil || conn.Hello() != nil {
		return false, ErrNoDesktop
	}
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, trayWatcher).Store(&there)
	return there, err
}
