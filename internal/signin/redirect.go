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

// listening is what we do on the loopback redirect address that is set.
type listening struct {
	mu   sync.Mutex // protects all below
	at   string     // the address; "" while we listen on none
	stop func()     // ends it, and waits for that
	over bool       // Run has ended
}

// end stops listening. The caller holds mu.
func (l *listening) end() {
	if l.at != "" {
		l.stop()
		l.at = ""
	}
}

// Run listens on the loopback redirect address that is set, if one is, and asks what the
// company is called where that is missing, until ctx ends.
func (s *SignIn) Run(ctx context.Context) {
	s.Moved()
	for ctx.Err() == nil {
		select {
		case <-s.name:
			s.learnOrg(ctx)
		case <-ctx.Done():
		}
	}
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	s.back.over = true
	s.back.end()
}

// Moved hears that the redirect address was set.
func (s *SignIn) Moved() { _ = s.listen() } // who signs in is told

// listen listens on the redirect address that is set if it is on this computer, and on
// no other. One that was taken is tried anew.
func (s *SignIn) listen() error {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	u, ok := s.ownRedirect()
	if ok && s.back.at == u.String() {
		return nil
	}
	s.back.end()
	switch {
	case !ok:
		return nil
	case s.back.over:
		return taken(u, say.Because("signin.no_listener"))
	}
	all, err := listenAll(u)
	if err != nil {
		s.o.Log.Error("nobody can sign in: the redirect address is taken", "address", u.Host, "error", err)
		return taken(u, err)
	}
	s.back.at, s.back.stop = u.String(), s.serve(u, all)
	return nil
}

// ownRedirect gives the redirect address that is set, if we are to listen there.
func (s *SignIn) ownRedirect() (u *url.URL, ok bool) {
	u, err := url.Parse(s.o.Records.Value(records.KeyRedirectURL))
	return u, err == nil && isOwn(u)
}

// isOwn says of an address whether we listen there ourselves: it is on this computer.
func isOwn(u *url.URL) bool { return u.Scheme == "http" && records.Loopback(u.Hostname()) }

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

// serve takes browsers back; stop ends that and waits for it.
func (s *SignIn) serve(u *url.URL, all []net.Listener) (stop func()) {
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
