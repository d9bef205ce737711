package signin

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
	address string // the setting that was tried; "" before the first
	err     error  // why nobody listens there
	tried   chan struct{}
}

// listens gives how it went for an address; changed is closed when it is tried again.
func (s *SignIn) listens(address string) (known bool, changed <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.back.address == address, s.back.tried, s.back.err
}

func (s *SignIn) tried(address string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.back.tried)
	s.back = listening{address: address, err: err, tried: make(chan struct{})}
}

// ownRedirect gives the redirect address that is set, if we are to listen there.
func (s *SignIn) ownRedirect() (u *url.URL, ok bool) {
	u, err := url.Parse(s.o.Records.Value(records.KeyRedirectURL))
	return u, err == nil && isOwn(u)
}

// isOwn says of an address whether we listen there ourselves: it is on this computer.
func isOwn(u *url.URL) bool { return u.Scheme == "http" && records.Loopback(u.Hostname()) }

// Moved hears that the redirect address was set.
func (s *SignIn) Moved() {
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

// listenWithin bounds how long a sign-in waits for the redirect address.
const listenWithin = 5 * time.Second

// waitListening waits until somebody listens on the redirect address, if it is on
// this computer. One that was taken is tried once more.
func (s *SignIn) waitListening(ctx context.Context) error {
	u, ok := s.ownRedirect()
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, listenWithin)
	defer cancel()
	for again := true; ; {
		known, changed, err := s.listens(u.String())
		switch {
		case known && err == nil:
			return nil
		case known && !again:
			return taken(u, err)
		case known:
			again = false
			s.Moved()
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
func (s *SignIn) listensThere() bool {
	u, ok := s.ownRedirect()
	if !ok {
		return false
	}
	known, _, err := s.listens(u.String())
	return known && err == nil
}

// Run listens on the loopback redirect address that is set, if one is.
func (s *SignIn) Run(ctx context.Context) {
	for ctx.Err() == nil {
		stop := s.listenRedirect()
		for wait := true; wait; {
			select {
			case <-ctx.Done():
				wait = false
			case <-s.moved:
				wait = s.listensThere() // whoever waits for it has been told so already
			}
		}
		stop()
	}
}

// listenRedirect begins to listen on the address that is set; stop ends it and
// waits for it.
func (s *SignIn) listenRedirect() (stop func()) {
	u, ok := s.ownRedirect()
	if !ok {
		return func() {}
	}
	all, err := listenAll(u)
	s.tried(u.String(), err)
	if err != nil {
		s.o.Log.Error("nobody can sign in: the redirect address is taken", "address", u.Host, "error", err)
		return func() {}
	}
	only := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != u.Path && r.URL.Path+u.Path != "/" {
			http.NotFound(w, r)
			return
		}
		s.ServeHTTP(w, r)
	})
	srv := redirectServer(only)
	var serving sync.WaitGroup
	for _, ln := range all {
		serving.Go(func() {
			if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
				s.o.Log.Error("the redirect address is closed", "error", err)
			}
		})
	}
	return func() {
		_ = srv.Close() // what is under way is the browser's
		serving.Wait()
		s.tried("", nil)
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
