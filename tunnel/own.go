package tunnel

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

// OwnOptions say where the user's own public address ends.
type OwnOptions struct {
	// PublicURL is the https address that leads to Listen, by a reverse proxy
	// or a router. http is taken for a loopback host alone.
	PublicURL string
	Listen    string       // host:port on this computer
	Log       *slog.Logger // nil: no log
}

// Own is a tunnel that somebody else digs: it serves plain HTTP at an address
// of this computer, to which the user's own public address leads.
type Own struct {
	o       OwnOptions
	running atomic.Bool
}

var _ Tunnel = (*Own)(nil)

// NewOwn makes a tunnel; nothing happens before Run.
func NewOwn(o OwnOptions) *Own {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Own{o: o}
}

// Name is "own".
func (w *Own) Name() string { return "own" }

// Renew does nothing: a listening socket outlives sleep and a change of
// network, and the way to it is not ours.
func (w *Own) Renew(string) {}

// Run listens and serves; see [Tunnel]. Online means that it listens: whether
// the public address leads here, only a [Pinger] can tell.
func (w *Own) Run(ctx context.Context, h http.Handler, report func(Status)) error {
	b := &board{report: report}
	if !w.running.CompareAndSwap(false, true) {
		b.fail(errRunning)
		return errRunning
	}
	defer w.running.Store(false)
	b.change(func(s *Status) { s.State, s.Attempt = Connecting, 1 })
	url, l, failure := w.open(ctx, "open")
	if failure != nil {
		b.fail(failure)
		return failure
	}
	s := serve(l, h, w.o.Log)
	w.o.Log.Info("tunnel: listening", "address", l.Addr().String(), "url", url)
	b.change(func(s *Status) { s.State, s.URL, s.Attempt = Online, url, 0 })
	select {
	case <-ctx.Done():
		b.close()
	case <-s.served:
		failure = &Error{
			Op: "serve", Fatal: true, Err: s.err,
			Says: say.T("tunnel.own.stopped", "address", w.o.Listen),
			Do:   say.T("tunnel.own.stopped.do"),
		}
		b.fail(failure)
	}
	s.shutdown(answerTime)
	if !s.ended(endTime) {
		w.o.Log.Warn("tunnel: a request is still being handled")
	}
	if failure != nil {
		return failure
	}
	return nil
}

// Diagnose says whether it could listen, or does; the way from the public
// address is not looked at.
func (w *Own) Diagnose(ctx context.Context) error {
	if w.running.Load() {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		c, err := new(net.Dialer).DialContext(ctx, "tcp", w.o.Listen)
		if err != nil {
			return &Error{
				Op: "diagnose", Err: err,
				Says: say.T("tunnel.own.silent", "address", w.o.Listen),
				Do:   say.T("tunnel.own.silent.do"),
			}
		}
		_ = c.Close() // it has answered
		return nil
	}
	_, l, failure := w.open(ctx, "diagnose")
	if failure != nil {
		return failure
	}
	_ = l.Close() // nothing was accepted
	return nil
}

// open checks the public address and listens.
func (w *Own) open(ctx context.Context, op string) (url string, l net.Listener, failure *Error) {
	url, err := publicURL(w.o.PublicURL)
	if err != nil {
		return "", nil, &Error{
			Op: op, Fatal: true, Err: err,
			Says: say.T("error.what_why", "what", say.T("tunnel.public_address"), "why", err),
			Do:   say.T("tunnel.public_address.own.do"),
		}
	}
	l, err = new(net.ListenConfig).Listen(ctx, "tcp", w.o.Listen)
	if err == nil {
		return url, l, nil
	}
	failure = &Error{
		Op: op, Fatal: true, Err: err,
		Says: say.T("tunnel.own.no_listening", "address", w.o.Listen),
		Do:   say.T("tunnel.own.no_listening.do"),
	}
	switch {
	case netfault.IsBusy(err):
		failure.Says = say.T("tunnel.own.busy", "address", w.o.Listen)
		failure.Do = say.T("tunnel.own.busy.do")
	case isForbidden(err):
		failure.Says = say.T("tunnel.own.forbidden", "address", w.o.Listen)
		failure.Do = say.T("tunnel.own.forbidden.do")
	}
	return "", nil, failure
}
