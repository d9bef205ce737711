//go:build linux || freebsd || netbsd || openbsd || dragonfly

package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// The Secret Service of the desktop: gnome-keyring, KWallet, KeePassXC.
const (
	ssName       = "org.freedesktop.secrets"
	ssPath       = dbus.ObjectPath("/org/freedesktop/secrets")
	ssLogin      = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	ssService    = "org.freedesktop.Secret.Service"
	ssCollection = "org.freedesktop.Secret.Collection"
	ssItem       = "org.freedesktop.Secret.Item"
	ssPrompt     = "org.freedesktop.Secret.Prompt"
	noObject     = dbus.ObjectPath("/")
)

// service is a Secret Service as the module go-keyring, which Dormer used here
// before, lays entries down: in the collection "login" or else the default one,
// with the attributes "service" and "username". That module waits for prompts for
// ever, prompts for every entry, and starts a bus where there is none.
type service struct {
	name string // the attribute "service" of our entries

	mu      sync.Mutex // protects all below
	conn    *dbus.Conn
	session dbus.ObjectPath // of conn; "" if there is none yet
	closed  bool
}

func newRing(name string) ring { return &service{name: name} }

// ssSecret is a secret as it goes over the bus.
type ssSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// busAddress gives the address of the session's bus; "" if there is none. None is
// ever started.
func busAddress() string {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && !strings.HasPrefix(address, "autolaunch:") {
		return address
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		bus := filepath.Join(dir, "bus")
		if _, err := os.Stat(bus); err == nil {
			return "unix:path=" + dbus.EscapeBusAddressValue(bus)
		}
	}
	return ""
}

// dial gives the connection to the bus. It is our own: closing it ends every call
// on it, and a prompt that stands still holds up nobody else.
func (s *service) dial(ctx context.Context) (*dbus.Conn, error) {
	s.mu.Lock()
	conn, closed := s.conn, s.closed
	s.mu.Unlock()
	if conn != nil && conn.Connected() {
		return conn, nil
	}
	address := busAddress()
	if closed || address == "" {
		return nil, fmt.Errorf("%w (there is no session bus)", errAbsent)
	}
	type dialed struct {
		conn *dbus.Conn
		err  error
	}
	answer := make(chan dialed, 1)
	go func() { // a bus that says nothing keeps it, and nobody else
		conn, err := dbus.Connect(address)
		answer <- dialed{conn, err}
	}()
	select {
	case d := <-answer:
		if d.err != nil {
			return nil, fmt.Errorf("%w (%w)", errAbsent, d.err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.closed {
			_ = d.conn.Close() // nobody wants it any more
			return nil, errAbsent
		}
		s.conn, s.session = d.conn, ""
		return d.conn, nil
	case <-ctx.Done():
		go func() {
			if d := <-answer; d.conn != nil {
				_ = d.conn.Close() // it came too late
			}
		}()
		return nil, ErrSilent
	}
}

func (s *service) close() {
	s.mu.Lock()
	conn := s.conn
	s.closed, s.conn = true, nil
	s.mu.Unlock()
	if conn != nil {
		_ = conn.Close() // it has gone either way
	}
}

// call calls a method of an object and stores what it answers.
func (s *service) call(ctx context.Context, path dbus.ObjectPath, method string, args []any, into ...any) error {
	conn, err := s.dial(ctx)
	if err != nil {
		return err
	}
	call := conn.Object(ssName, path).CallWithContext(ctx, method, 0, args...)
	if call.Err == nil {
		return call.Store(into...)
	}
	s.mu.Lock()
	s.session = "" // it may have ended with the service
	s.mu.Unlock()
	if ctx.Err() != nil {
		return ErrSilent
	}
	if e, ok := errors.AsType[dbus.Error](call.Err); ok {
		switch {
		case e.Name == "org.freedesktop.DBus.Error.ServiceUnknown", e.Name == "org.freedesktop.DBus.Error.NameHasNoOwner",
			strings.HasPrefix(e.Name, "org.freedesktop.DBus.Error.Spawn."):
			return fmt.Errorf("%w (%w)", errAbsent, call.Err)
		case e.Name == "org.freedesktop.Secret.Error.IsLocked":
			return ErrLocked
		}
	}
	return call.Err
}

func (s *service) property(ctx context.Context, path dbus.ObjectPath, of, name string, into any) error {
	var v dbus.Variant
	if err := s.call(ctx, path, "org.freedesktop.DBus.Properties.Get", []any{of, name}, &v); err != nil {
		return err
	}
	return v.Store(into)
}

// collection finds the collection of our entries.
func (s *service) collection(ctx context.Context) (dbus.ObjectPath, error) {
	var all []dbus.ObjectPath
	if err := s.property(ctx, ssPath, ssService, "Collections", &all); err != nil {
		return "", err
	}
	if slices.Contains(all, ssLogin) {
		return ssLogin, nil
	}
	var path dbus.ObjectPath
	if err := s.call(ctx, ssPath, ssService+".ReadAlias", []any{"default"}, &path); err != nil {
		return "", err
	}
	if path == noObject || path == "" {
		return "", fmt.Errorf("%w (it has no collection)", errAbsent)
	}
	return path, nil
}

func (s *service) locked(ctx context.Context) (locked bool, err error) {
	path, err := s.collection(ctx)
	if err != nil {
		return false, err
	}
	err = s.property(ctx, path, ssCollection, "Locked", &locked)
	return locked, err
}

func (s *service) unlock(ctx context.Context) error {
	path, err := s.collection(ctx)
	if err != nil {
		return err
	}
	return s.open(ctx, []dbus.ObjectPath{path})
}

// open unlocks a collection or items, all with one question.
func (s *service) open(ctx context.Context, paths []dbus.ObjectPath) error {
	var open []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := s.call(ctx, ssPath, ssService+".Unlock", []any{paths}, &open, &prompt); err != nil {
		return err
	}
	return s.prompt(ctx, prompt)
}

// prompt has the service ask a person, and waits for what they say. A question
// that nobody waits for any more is taken back.
func (s *service) prompt(ctx context.Context, path dbus.ObjectPath) error {
	if path == noObject || path == "" {
		return nil
	}
	conn, err := s.dial(ctx)
	if err != nil {
		return err
	}
	match := []dbus.MatchOption{
		dbus.WithMatchObjectPath(path), dbus.WithMatchInterface(ssPrompt), dbus.WithMatchMember("Completed"),
	}
	if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
		return err
	}
	heard := make(chan *dbus.Signal, 16)
	conn.Signal(heard)
	defer func() {
		conn.RemoveSignal(heard)
		later, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.RemoveMatchSignalContext(later, match...) // ends with the connection at the latest
	}()
	if err := s.call(ctx, path, ssPrompt+".Prompt", []any{""}); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			// No answer is waited for: the service may stand still.
			conn.Object(ssName, path).Go(ssPrompt+".Dismiss", dbus.FlagNoReplyExpected, nil)
			return ErrSilent
		case signal, ok := <-heard:
			switch {
			case !ok:
				return ErrSilent
			case signal.Path != path || signal.Name != ssPrompt+".Completed" || len(signal.Body) < 1:
			case signal.Body[0] == true:
				return errDismissed
			default:
				return nil
			}
		}
	}
}

// items finds our entries, or the one of a name.
func (s *service) items(ctx context.Context, collection dbus.ObjectPath, name string) (found []dbus.ObjectPath, err error) {
	attributes := map[string]string{"service": s.name}
	if name != "" {
		attributes["username"] = name
	}
	err = s.call(ctx, collection, ssCollection+".SearchItems", []any{attributes}, &found)
	return found, err
}

func (s *service) any(ctx context.Context) bool {
	path, err := s.collection(ctx)
	if err != nil {
		return false
	}
	found, err := s.items(ctx, path, "")
	return err == nil && len(found) > 0
}

// load reads all that is asked for at once, so that a keyring that asks a person
// about entries asks once.
func (s *service) load(ctx context.Context, names []string) (map[string]string, error) {
	collection, err := s.collection(ctx)
	if err != nil {
		return nil, err
	}
	one := ""
	if len(names) == 1 {
		one = names[0]
	}
	found, err := s.items(ctx, collection, one)
	if err != nil {
		return nil, err
	}
	paths, of := []dbus.ObjectPath{}, map[dbus.ObjectPath]string{}
	for _, path := range found {
		var attributes map[string]string
		if err := s.property(ctx, path, ssItem, "Attributes", &attributes); err != nil {
			return nil, err
		}
		if name := attributes["username"]; slices.Contains(names, name) {
			paths, of[path] = append(paths, path), name
		}
	}
	entries := map[string]string{}
	if len(paths) == 0 {
		return entries, nil
	}
	if err := s.open(ctx, paths); err != nil {
		return nil, err
	}
	session, err := s.talk(ctx)
	if err != nil {
		return nil, err
	}
	var secrets map[dbus.ObjectPath]ssSecret
	if err := s.call(ctx, ssPath, ssService+".GetSecrets", []any{paths, session}, &secrets); err != nil {
		return nil, err
	}
	for path, name := range of {
		secret, given := secrets[path]
		if !given {
			return nil, errDismissed // of some, or of all
		}
		entries[name] = string(secret.Value)
	}
	return entries, nil
}

// talk gives the session in which secrets go over the bus.
func (s *service) talk(ctx context.Context) (dbus.ObjectPath, error) {
	s.mu.Lock()
	session := s.session
	s.mu.Unlock()
	if session != "" {
		return session, nil
	}
	var none dbus.Variant
	if err := s.call(ctx, ssPath, ssService+".OpenSession", []any{"plain", dbus.MakeVariant("")}, &none,
		&session); err != nil {
		return "", err
	}
	s.mu.Lock()
	s.session = session
	s.mu.Unlock()
	return session, nil
}

func (s *service) put(ctx context.Context, name, value string) error {
	collection, err := s.collection(ctx)
	if err != nil {
		return err
	}
	session, err := s.talk(ctx)
	if err != nil {
		return err
	}
	properties := map[string]dbus.Variant{
		ssItem + ".Label":      dbus.MakeVariant(fmt.Sprintf("Password for '%s' on '%s'", name, s.name)),
		ssItem + ".Attributes": dbus.MakeVariant(map[string]string{"service": s.name, "username": name}),
	}
	secret := ssSecret{Session: session, Parameters: []byte{}, Value: []byte(value), ContentType: "text/plain; charset=utf8"}
	var item, prompt dbus.ObjectPath
	if err := s.call(ctx, collection, ssCollection+".CreateItem", []any{properties, secret, true}, &item,
		&prompt); err != nil {
		return err
	}
	return s.prompt(ctx, prompt)
}

func (s *service) drop(ctx context.Context, name string) error {
	collection, err := s.collection(ctx)
	if err != nil {
		return err
	}
	found, err := s.items(ctx, collection, name)
	if err != nil {
		return err
	}
	for _, item := range found {
		var prompt dbus.ObjectPath
		if err := s.call(ctx, item, ssItem+".Delete", nil, &prompt); err != nil {
			return err
		}
		if err := s.prompt(ctx, prompt); err != nil {
			return err
		}
	}
	return nil
}
