package hoverapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

const (
	// callTimeout is a little over the 60 s after which Hover itself gives up
	// (Hover's docs), so that its answer is seen rather than cut off.
	callTimeout = 65 * time.Second
	maxHops     = 5
)

// NewTransport gives a transport for Hover and for storage hosts: the
// environment's proxy and certificates, and limits on everything that can hang.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	proxy := netfault.Proxy(os.Getenv)
	t.Proxy = func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
	t.OnProxyConnectResponse = netfault.Connected
	t.DialContext = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 15 * time.Second
	t.IdleConnTimeout = time.Minute
	t.MaxResponseHeaderBytes = 1 << 20
	t.MaxIdleConnsPerHost = 8
	return t
}

// wire sends single requests. It follows no redirects: whoever may follow one
// decides what goes along.
type wire struct {
	transport http.RoundTripper
	budget    *Budget
	base      *url.URL
	agent     string
	seen      func(*http.Response) // told of every reply of Hover's origin
}

func newWire(base *url.URL, transport http.RoundTripper, budget *Budget, version string) *wire {
	if base == nil {
		base, _ = url.Parse(DefaultBaseURL)
	}
	if transport == nil {
		transport = NewTransport()
	}
	if version == "" {
		version = "dev"
	}
	return &wire{transport: transport, budget: budget, base: base, agent: "Dormer/" + version}
}

// send sends one request and gives what came: headers have come, the body has
// not. A request to Hover's origin waits for its turn first; the waiting does
// not count as time without a reply. The context of the request must end some
// time after the body was read; see deadline.
func (w *wire) send(d *deadline, r *http.Request) (*http.Response, time.Duration, error) {
	if err := checkWeb(r.URL, w.base); err != nil {
		return nil, 0, &Error{Op: "ask a web address", Kind: Invalid, Err: err}
	}
	turn := &Turn{}
	hover := sameOrigin(r.URL, w.base)
	if hover {
		var err error
		if turn, err = w.budget.Wait(r.Context()); err != nil {
			e := &Error{Op: "wait for the request budget", Kind: RateLimited, RetryAfter: w.budget.Paused(), Err: err}
			if errors.Is(err, context.Canceled) {
				e.Kind = Cancelled
			}
			return nil, 0, e
		}
	}
	r.Header.Set("User-Agent", w.agent)
	d.start(callTimeout)
	response, err := w.transport.RoundTrip(r)
	if err != nil {
		turn.Done(nil)
		if err = d.explain(err); errors.Is(err, context.Canceled) {
			return nil, 0, err
		}
		return nil, 0, netfault.Of(r.URL.Host, err)
	}
	response.Request = r // whatever the transport is
	pause := turn.Done(response)
	if hover && w.seen != nil {
		w.seen(response)
	}
	return response, pause, nil
}

// deadline ends a context when a time has passed that can be set anew. It lets
// a call wait as long as it must for its turn and then limits the request.
type deadline struct {
	cancel context.CancelCauseFunc
	ctx    context.Context

	mu    sync.Mutex
	timer *time.Timer
}

// errSilent is the cause of a context that its deadline ended.
var errSilent error = silent{}

type silent struct{}

func (silent) Error() string   { return "no answer in time" }
func (silent) Timeout() bool   { return true }
func (silent) Temporary() bool { return true }

func newDeadline(ctx context.Context) *deadline {
	d := &deadline{}
	d.ctx, d.cancel = context.WithCancelCause(ctx)
	return d
}

func (d *deadline) start(after time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer == nil {
		d.timer = time.AfterFunc(after, func() { d.cancel(errSilent) })
		return
	}
	d.timer.Reset(after)
}

// pause lets time pass until the next start.
func (d *deadline) pause() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
	}
}

// end releases the context.
func (d *deadline) end() {
	d.pause()
	d.cancel(context.Canceled)
}

// explain says what ended a request whose context may have ended.
func (d *deadline) explain(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case context.Cause(d.ctx) == errSilent:
		return errSilent
	case d.ctx.Err() != nil:
		return d.ctx.Err()
	}
	return err
}

// readAll reads a body up to a limit and closes it.
func readAll(body io.ReadCloser, limit int64) ([]byte, error) {
	defer body.Close()
	b, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, errTooLong
	}
	return b, err
}

var errTooLong = say.Because("hover.why.too_long")

// drop ends a response that nobody reads, so that its connection can be used
// again where that is cheap.
func drop(r *http.Response) {
	_, _ = io.CopyN(io.Discard, r.Body, 64<<10)
	r.Body.Close()
}
