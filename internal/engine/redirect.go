package engine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/records"
	"dormer/internal/say"
)

// listening is how it went to listen on the loopback redirect address.
type listening struct {
	mu      sync.Mutex // protects all below
	address string     // the setting that was tried; "" before the first
	err     error      // why nobody listens there
	tried   chan struct{}
}

// now gives how it went for an address; changed is closed when it is tried again.
func (l *listening) now(address string) (known bool, changed <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tried == nil {
		l.tried = make(chan struct{})
	}
	return l.address == address, l.tried, l.err
}

func (l *listening) set(address string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.address, l.err = address, err
	if l.tried != nil {
		close(l.tried)
	}
	l.tried = make(chan struct{})
}

// ownRedirect gives the redirect address that is set, if we are to listen there.
func (e *Engine) ownRedirect() (u *url.URL, ok bool) {
	u, err := url.Parse(e.Value(records.KeyRedirectURL))
	if err != nil || u.Scheme != "http" || !records.Loopback(u.Hostname()) {
		return nil, false
	}
	return u, true
}

// listenWithin bounds how long a sign-in waits for the redirect address.
const listenWithin = 5 * time.Second

// waitListening waits until somebody listens on the redirect address, if it is on
// this computer. One that was taken is tried once more.
func (e *Engine) waitListening(ctx context.Context) error {
	u, ok := e.ownRedirect()
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, listenWithin)
	defer cancel()
	for again := true; ; {
		known, changed, err := e.login.back.now(u.String())
		switch {
		case known && err == nil:
			return nil
		case known && !again:
			return taken(u, err)
		case known:
			again = false
			kick(e.login.moved)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return taken(u, say.Because("signin.no_listener"))
		}
	}
}

func taken(u *url.URL, err error) error {
	e := &say.Error{
		What: say.T("signin.no_way_back", "host", u.Host), Err: err,
		Do: say.T("signin.no_way_back.do"),
	}
	if netfault.IsBusy(err) {
		e.Why = say.T("signin.port_taken")
		e.Do = say.T("signin.port_taken.do")
	}
	return e
}

// listensThere says that we listen on the redirect address that is set.
func (e *Engine) listensThere() bool {
	u, ok := e.ownRedirect()
	if !ok {
		return false
	}
	known, _, err := e.login.back.now(u.String())
	return known && err == nil
}

// runRedirect listens on the loopback redirect address that is set, if one is.
func (e *Engine) runRedirect(ctx context.Context) {
	for ctx.Err() == nil {
		stop := e.listenRedirect()
		for wait := true; wait; {
			select {
			case <-ctx.Done():
				wait = false
			case <-e.login.moved:
				wait = e.listensThere() // whoever waits for it has been told so already
			}
		}
		stop()
	}
}

// listenRedirect begins to listen on the address that is set; stop ends it and
// waits for it.
func (e *Engine) listenRedirect() (stop func()) {
	u, ok := e.ownRedirect()
	if !ok {
		return func() {}
	}
	all, err := listenAll(u)
	e.login.back.set(u.String(), err)
	if err != nil {
		e.log.Error("nobody can sign in: the redirect address is taken", "address", u.Host, "error", err)
		return func() {}
	}
	only := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != u.Path && r.URL.Path+u.Path != "/" {
			http.NotFound(w, r)
			return
		}
		e.callback(w, r)
	})
	srv := redirectServer(only)
	var serving sync.WaitGroup
	for _, ln := range all {
		serving.Go(func() {
			if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
				e.log.Error("the redirect address is closed", "error", err)
			}
		})
	}
	return func() {
		_ = srv.Close() // what is under way is the browser's
		serving.Wait()
		e.login.back.set("", nil)
	}
}

// listenAll listens wherever the browser may come back: localhost means both
// addresses of this computer, as far as it has both.
func listenAll(u *url.URL) (all []net.Listener, err error) {
	hosts := []string{u.Hostname()}
	if hosts[0] == "localhost" {
		hosts = []string{"127.0.0.1", "::1"}
	}
	for _, host := range hosts {
		ln, failed := net.Listen("tcp", net.JoinHostPort(host, portOf(u)))
		if failed == nil {
			all = append(all, ln)
		} else if err == nil || netfault.IsBusy(failed) {
			err = failed
		}
	}
	if len(all) > 0 && !netfault.IsBusy(err) {
		return all, nil
	}
	for _, ln := range all {
		_ = ln.Close() // the other one is somebody else's: the browser might go there
	}
	return nil, err
}

// redirectServer serves the loopback redirect address. It is a browser that
// comes there, but every program of this computer can.
func redirectServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
	}
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return "80"
}
