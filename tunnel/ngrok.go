package tunnel

import (
	"cmp"
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

// NgrokOptions say which address to open at ngrok, and how to get there.
type NgrokOptions struct {
	Token string // the account's authtoken
	// URL is a reserved domain, with or without "https://"; empty: the
	// account's own dev domain.
	URL    string
	Server string         // host:port of the service; empty: ngrok's own
	CAs    *x509.CertPool // trusted for Server; nil: ngrok's own root alone
	// Proxy says for https://HOST:PORT of the server which proxy leads there:
	// http, https, socks5 or socks5h, or nil for none. Nil: as the environment
	// says (HTTPS_PROXY, NO_PROXY).
	Proxy func(*url.URL) (*url.URL, error)
	// Dial makes the connections, to the server or to the proxy; nil: the system.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Routes and MaxBody make the traffic policy, see [Policy].
	Routes  []Route
	MaxBody int64
	Log     *slog.Logger // nil: no log
	Version string       // of this program, told to ngrok
	Tuning  Tuning
}

// Ngrok is a tunnel through ngrok, by its SDK.
//
// The SDK alone would not do: it never gives up, so that a wrong token looks
// like a slow network; it does not say when the service gave it another
// address; it cannot be told to try again now; and closing it can hang. So
// each connection is an SDK agent of its own (session), watched from outside
// and thrown away when in doubt.
type Ngrok struct {
	o       NgrokOptions
	running atomic.Bool
	renew   chan string // one wish at a time: the next fulfils them all
}

var _ Tunnel = (*Ngrok)(nil)

// NewNgrok makes a tunnel; nothing happens before Run.
func NewNgrok(o NgrokOptions) *Ngrok {
	o.Token = strings.TrimSpace(o.Token)
	o.Tuning = o.Tuning.withDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Proxy == nil {
		o.Proxy = netfault.Proxy(os.Getenv)
	}
	if o.Dial == nil {
		o.Dial = new(net.Dialer).DialContext
	}
	return &Ngrok{o: o, renew: make(chan string, 1)}
}

// Name is "ngrok".
func (n *Ngrok) Name() string { return "ngrok" }

// Renew throws the present connection away and opens a new one at once.
func (n *Ngrok) Renew(why string) {
	select {
	case n.renew <- why:
	default: // it is about to happen
	}
}

// Run opens the tunnel and keeps it open; see [Tunnel].
func (n *Ngrok) Run(ctx context.Context, h http.Handler, report func(Status)) error {
	b := &board{report: report}
	address, err := n.check()
	if err == nil && !n.running.CompareAndSwap(false, true) {
		err = errRunning
	}
	if err != nil {
		b.fail(err)
		return err
	}
	defer n.running.Store(false)

	policy := Policy(n.o.Routes, n.o.MaxBody)
	var tries retry
	for {
		select {
		case <-n.renew: // what comes now is new anyway
		default:
		}
		b.change(func(s *Status) { s.State, s.Attempt = cmp.Or(s.State, Connecting), s.Attempt+1 })
		end := n.attempt(ctx, h, b, address, policy)
		if end.online {
			tries = retry{}
		}
		if ctx.Err() != nil {
			b.close()
			return nil
		}
		if end.renewed != "" {
			n.o.Log.Info("tunnel: renewing the connection", "why", end.renewed)
			tries = retry{}
			b.change(func(s *Status) { s.State = Reconnecting })
			continue
		}
		code := codeOf(end.err)
		if isPolicyCode(code) && policy != "" {
			n.o.Log.Warn("tunnel: ngrok refuses the traffic policy; going on without it", "code", code)
			policy = ""
			b.change(func(s *Status) { s.PolicyDropped = true })
			continue
		}
		var failure *Error
		wait, lasting := tries.failed(time.Now(), code, adviceFor(code), n.o.Tuning)
		if end.atOnce {
			wait, tries = 0, retry{}
			failure = n.explainLoss(end.err, code)
		} else {
			failure = n.explain(ctx, end.err, code, lasting)
		}
		if failure.Fatal {
			n.o.Log.Error("tunnel: giving up", "says", failure.Says.String(), "code", code)
			b.fail(failure)
			return failure
		}
		if end.slow {
			wait = n.o.Tuning.Slow
		}
		n.o.Log.Warn("tunnel: not connected", "says", failure.Says.String(), "code", code, "cause", failure.Err,
			"attempt", b.now.Attempt, "next_in", wait)
		b.lose(failure)
		if !n.wait(ctx, wait) {
			b.close()
			return nil
		}
	}
}

// wait sleeps for d, or until somebody wishes a new attempt; false when ctx
// has ended.
func (n *Ngrok) wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
	case why := <-n.renew:
		n.o.Log.Info("tunnel: trying again now", "why", why)
	}
	return true
}

var errRunning = &Error{
	Op: "open", Fatal: true,
	Says: say.T("tunnel.open"),
	Do:   say.T("tunnel.open.do"),
}

// check looks at the options that a person filled in. It gives the address to
// ask ngrok for, "" for the account's own.
func (n *Ngrok) check() (address string, failure *Error) {
	if n.o.Token == "" {
		a := adviceFor("ERR_NGROK_4018")
		return "", &Error{Op: "open", Code: "ERR_NGROK_4018", Says: a.says, Do: a.do, Fatal: true}
	}
	if _, _, err := net.SplitHostPort(n.server()); err != nil {
		return "", &Error{
			Op: "open", Fatal: true, Err: err,
			Says: say.T("tunnel.server_address"),
			Do:   say.T("tunnel.server_address.do"),
		}
	}
	if n.o.URL == "" {
		return "", nil
	}
	address, err := publicURL(n.o.URL)
	if err != nil {
		return "", &Error{
			Op: "open", Fatal: true, Err: err,
			Says: say.T("error.what_why", "what", say.T("tunnel.public_address"), "why", err),
			Do:   say.T("tunnel.public_address.ngrok.do"),
		}
	}
	return address, nil
}
