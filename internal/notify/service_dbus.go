//go:build !windows && !darwin

package notify

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

// The names of the Desktop Notifications Specification 1.2.
const (
	busName      = "org.freedesktop.Notifications"
	busPath      = "/org/freedesktop/Notifications"
	desktopEntry = "dormer"       // the .desktop file, by which desktops group notices
	category     = "x-dormer.job" // of our own, as the specification allows
	soundName    = "message-new-instant"
)

// bus shows notices through the session bus. It has a connection of its own,
// never the one that godbus shares: others on that one (Fyne's tray) stop
// working when they see signals that are ours.
type bus struct {
	o       Options
	clicked func(key, action string)
	came    func()
	// lock protects what follows, and is held while the service is called, so
	// that a click is only looked at after the reply that tells its notice's id.
	lock    chan struct{}
	conn    *dbus.Conn       // nil before the first call
	session bool             // there was a bus once: this is a desktop
	caps    *capabilities    // of the present service; nil until it was asked
	open    map[uint32]shown // by the service's id
	readers sync.WaitGroup   // one for each connection whose signals have not ended
}

type capabilities struct {
	names []string
	since dbus.Sequence // of the reply that told them
}

// shown is a notice that was not yet closed.
type shown struct {
	key     string
	actions []Action
	since   dbus.Sequence // of the reply that first told its id
	renewed dbus.Sequence // of the reply to the last replacing
}

func newService(o Options, clicked func(key, action string), came func()) service {
	return &bus{o: o, clicked: clicked, came: came, lock: make(chan struct{}, 1), open: map[uint32]shown{}}
}

func (b *bus) show(ctx context.Context, n Notice) error {
	return b.call(ctx, func() error {
		caps, err := b.capabilities(ctx)
		if err != nil {
			return err
		}
		body := n.Body
		if slices.Contains(caps, "body-markup") {
			body = html.EscapeString(body)
		}
		var actions []string
		if slices.Contains(caps, "actions") { // some others show a dialog instead
			for _, a := range n.Actions {
				actions = append(actions, a.Key, a.Label)
			}
		}
		var id uint32
		replaced, obsolete := b.openID(n.Key), []uint32{}
		for _, key := range n.Instead {
			switch id := b.openID(key); {
			case id == 0 || id == replaced:
			case replaced == 0:
				replaced = id
			default:
				obsolete = append(obsolete, id)
			}
		}
		c := b.service().CallWithContext(ctx, busName+".Notify", 0,
			b.o.AppName, replaced, fileURI(b.o.Icon), n.Title, body, actions, hints(n), int32(-1))
		if err := c.Store(&id); err != nil {
			return err
		}
		now := shown{n.Key, n.Actions, c.ResponseSequence, c.ResponseSequence}
		if replaced != 0 && replaced == id {
			now.since = b.open[id].since
		}
		delete(b.open, replaced)
		b.open[id] = now
		for _, id := range obsolete {
			// What a person has closed meanwhile is an error here, and as well.
			_ = b.service().CallWithContext(ctx, busName+".CloseNotification", 0, id).Err
			delete(b.open, id)
		}
		return nil
	})
}

func (b *bus) available(ctx context.Context) (server string, names []string, err error) {
	err = b.call(ctx, func() error {
		var name, vendor, version, spec string
		c := b.service().CallWithContext(ctx, busName+".GetServerInformation", 0)
		if err := c.Store(&name, &vendor, &version, &spec); err != nil {
			return err
		}
		server = name + " " + version
		names, err = b.capabilities(ctx)
		return err
	})
	return server, names, err
}

func (b *bus) close() {
	b.lock <- struct{}{}
	b.disconnect()
	<-b.lock
	b.readers.Wait()
}

// call runs f with a connection. A bus that has just gone is often noticed only
// when f writes to it: then f runs once more, with a new connection. An answer
// of the service, even a bad one, is an answer.
func (b *bus) call(ctx context.Context, f func() error) error {
	select {
	case b.lock <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("notify: %w", ctx.Err())
	}
	defer func() { <-b.lock }()
	for again := true; ; again = false {
		switch err := b.connect(ctx); {
		case err != nil && ctx.Err() != nil:
			return fmt.Errorf("notify: the session bus did not answer: %w", ctx.Err())
		case err != nil && b.session:
			return fmt.Errorf("%w: the session bus has gone: %w", ErrNoService, err)
		case err != nil:
			return fmt.Errorf("%w: %w", ErrNoDesktop, err)
		}
		err := f()
		var answer dbus.Error
		switch {
		case err == nil:
			return nil
		case errors.As(err, &answer):
			if slices.Contains(noService, answer.Name) {
				return fmt.Errorf("%w: %w", ErrNoService, err)
			}
			return fmt.Errorf("notify: the notification service refused: %w", err)
		case ctx.Err() != nil:
			b.caps = nil // asked first by whoever comes next: that shows nothing when it is answered late
			return fmt.Errorf("%w: %w", errSilent, ctx.Err())
		case !again:
			return fmt.Errorf("notify: the session bus broke off: %w", err)
		}
		b.disconnect()
	}
}

// noService are the bus's own answers where nobody has the name and nobody can
// be started to take it.
var noService = []string{
	"org.freedesktop.DBus.Error.ServiceUnknown",
	"org.freedesktop.DBus.Error.NameHasNoOwner",
	"org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
	"org.freedesktop.DBus.Error.Spawn.ExecFailed",
	"org.freedesktop.DBus.Error.Spawn.ChildExited",
	"org.freedesktop.DBus.Error.Spawn.Failed",
}

// connect sees to it that there is a live connection.
func (b *bus) connect(ctx context.Context) error {
	if b.conn != nil && b.conn.Connected() {
		return nil
	}
	b.disconnect()
	// Signals are taken in order. The plain constructor would start a bus of its
	// own with dbus-launch where there is none; this one only looks.
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return err
	}
	// The handshake takes no context, but ends when the connection does.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err = b.greet(ctx, conn)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return err
	}
	signals := make(chan *dbus.Signal)
	conn.Signal(signals)
	b.conn, b.session = conn, true
	b.readers.Go(func() { b.read(conn, signals) })
	return nil
}

func (b *bus) greet(ctx context.Context, conn *dbus.Conn) error {
	if err := conn.Auth(nil); err != nil {
		return err
	}
	if err := conn.Hello(); err != nil {
		return err
	}
	err := conn.AddMatchSignalContext(ctx,
		dbus.WithMatchSender(busName), dbus.WithMatchInterface(busName), dbus.WithMatchObjectPath(busPath))
	if err != nil {
		return err
	}
	return conn.AddMatchSignalContext(ctx, dbus.WithMatchSender("org.freedesktop.DBus"),
		dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, busName))
}

// disconnect drops the connection and what was known through it.
func (b *bus) disconnect() {
	if b.conn != nil {
		b.conn.Close()
	}
	b.conn, b.caps = nil, nil
	clear(b.open)
}

func (b *bus) service() dbus.BusObject { return b.conn.Object(busName, busPath) }

// capabilities asks the service once what it can do.
func (b *bus) capabilities(ctx context.Context) ([]string, error) {
	if b.caps == nil {
		c := b.service().CallWithContext(ctx, busName+".GetCapabilities", 0)
		var names []string
		if err := c.Store(&names); err != nil {
			return nil, err
		}
		b.caps = &capabilities{names, c.ResponseSequence}
	}
	return b.caps.names, nil
}

// openID gives the id of the open notice with that key, 0 if there is none.
func (b *bus) openID(key string) uint32 {
	for id, s := range b.open {
		if key != "" && s.key == key {
			return id
		}
	}
	return 0
}

// read takes a connection's signals until it ends.
func (b *bus) read(conn *dbus.Conn, signals <-chan *dbus.Signal) {
	for s := range signals {
		b.lock <- struct{}{}
		if b.conn == conn { // what an earlier one still has to say means nothing now
			b.take(s)
		}
		<-b.lock
	}
}

// take looks at one signal. Any program on the bus can send one, so its shape is
// checked, and only clicks on a notice of ours, on an action that it has, count.
// A signal older than the reply that told an id is about an earlier notice; a
// click on what was being replaced at that moment is still meant.
func (b *bus) take(s *dbus.Signal) {
	switch s.Name {
	case busName + ".ActionInvoked":
		var id uint32
		var action string
		if dbus.Store(s.Body, &id, &action) != nil {
			return
		}
		n, ours := b.open[id]
		offered := slices.ContainsFunc(n.actions, func(a Action) bool { return a.Key == action })
		if ours && offered && s.Sequence > n.since {
			b.clicked(n.key, action)
		}
	case busName + ".NotificationClosed":
		var id, reason uint32
		if dbus.Store(s.Body, &id, &reason) == nil && s.Sequence > b.open[id].renewed {
			delete(b.open, id)
		}
	case "org.freedesktop.DBus.NameOwnerChanged":
		// Another service, another count of ids: ours may be anybody's now.
		for id, n := range b.open {
			if s.Sequence > n.renewed {
				delete(b.open, id)
			}
		}
		if b.caps != nil && s.Sequence > b.caps.since {
			b.caps = nil
		}
		var name, before, now string
		if dbus.Store(s.Body, &name, &before, &now) == nil && now != "" {
			b.came()
		}
	}
}

func hints(n Notice) map[string]dbus.Variant {
	urgency := byte(1)
	if n.Urgent {
		urgency = 2
	}
	h := map[string]dbus.Variant{
		"urgency":       dbus.MakeVariant(urgency),
		"desktop-entry": dbus.MakeVariant(desktopEntry),
		"category":      dbus.MakeVariant(category),
	}
	if n.Sound {
		h["sound-name"] = dbus.MakeVariant(soundName)
	} else {
		h["suppress-sound"] = dbus.MakeVariant(true)
	}
	return h
}

// fileURI gives a path as the specification wants an icon.
func fileURI(path string) string {
	if path == "" {
		return ""
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
