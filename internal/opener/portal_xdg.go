//go:build !windows && !darwin

package opener

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	answerWithin = 5 * time.Second  // the bus, and who is started to answer on it
	dialogWithin = 10 * time.Minute // a person in a dialog of the desktop's
)

// errPortal is the answer of a portal that could not do it.
var errPortal = errors.New("the desktop's portal could not do it")

// session connects to the session bus, and starts none.
func session(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return nil, err
	}
	// The handshake takes no context, but ends when the connection does.
	limit, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	stop := context.AfterFunc(limit, func() { _ = conn.Close() })
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if !stop() && err == nil {
		err = limit.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// portal asks the desktop's portal for something that its own programs do, "Print.Print".
// arguments gives the call's, which hold files open until release is called. What is not
// refused soon is under way: the portal gives it up when our connection ends, which is
// kept for as long as a person may take.
func portal(ctx context.Context, method string, arguments func(options map[string]dbus.Variant) (args []any, release func(), err error)) error {
	conn, err := session(ctx)
	if err != nil {
		return err
	}
	ended := make(chan response, 1)
	if err = request(ctx, conn, method, newToken(), arguments, ended); err != nil {
		_ = conn.Close()
		return err
	}
	answer := make(chan error, 1)
	go func() { // ends with the dialog, with the bus, or at dialogWithin
		defer conn.Close()
		timer := time.NewTimer(dialogWithin)
		defer timer.Stop()
		select {
		case r := <-ended:
			answer <- r.err
		case <-conn.Context().Done():
			answer <- conn.Context().Err()
		case <-timer.C:
		}
	}()
	timer := time.NewTimer(openWithin)
	defer timer.Stop()
	select {
	case err := <-answer:
		return err
	case <-timer.C:
		return nil
	case <-ctx.Done():
		_ = conn.Close()
		return ctx.Err()
	}
}

const (
	portalName    = "org.freedesktop.portal.Desktop"
	portalPath    = "/org/freedesktop/portal/desktop"
	portalRequest = "org.freedesktop.portal.Request"
)

// response is what a portal says at the end: nothing where the person has changed their
// mind.
type response struct {
	results map[string]dbus.Variant
	err     error
}

func newToken() string { return "dormer" + strings.ToLower(rand.Text()) }

// request makes the call and has ended told how it went, once it has.
func request(
	ctx context.Context, conn *dbus.Conn, method, token string,
	arguments func(options map[string]dbus.Variant) ([]any, func(), error), ended chan<- response,
) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	sender := strings.ReplaceAll(strings.TrimPrefix(conn.Names()[0], ":"), ".", "_")
	handle := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
	// The portal may be done before it has answered the call, so it is heard first.
	signals := make(chan *dbus.Signal, 4)
	conn.Signal(signals)
	err := conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(handle), dbus.WithMatchInterface(portalRequest))
	if err != nil {
		return err
	}
	go func() { // ends with the connection
		for s := range signals {
			var code uint32
			if s.Path != handle || s.Name != portalRequest+".Response" || len(s.Body) != 2 || dbus.Store(s.Body[:1], &code) != nil {
				continue
			}
			var r response
			switch code {
			case 0: // done
				r.results, _ = s.Body[1].(map[string]dbus.Variant)
			case 1: // the person's own no
			default:
				r.err = fmt.Errorf("%w: %s", errPortal, method)
			}
			ended <- r
			return
		}
	}()
	args, release, err := arguments(map[string]dbus.Variant{"handle_token": dbus.MakeVariant(token)})
	if err != nil {
		return err
	}
	defer release()
	return conn.Object(portalName, portalPath).CallWithContext(ctx, "org.freedesktop.portal."+method, 0, args...).Err
}
