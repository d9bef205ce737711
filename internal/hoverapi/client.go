package hoverapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"dormer/internal/hover"
	"dormer/internal/netfault"
	"dormer/internal/say"
)

// Options is what a client is made from.
type Options struct {
	BaseURL   *url.URL          // see ParseBaseURL; nil means DefaultBaseURL
	Transport http.RoundTripper // nil means NewTransport
	Budget    *Budget           // shared with the tokens
	Tokens    *Tokens
	// ActingUser gives the person on whose behalf the integration acts, empty
	// while none is chosen. Hover refuses writes and artifacts without one
	// (422; observed: 401).
	ActingUser func() hover.UserID
	Version    string // of the product, for User-Agent
	Now        func() time.Time
	Log        *slog.Logger
}

// Client makes Hover's calls. It is safe for concurrent use.
type Client struct {
	o    Options
	wire *wire
	told atomic.Pointer[clocks]

	answered atomic.Pointer[func(error)]
}

// Answered has f told of how Hover answers: nil after an answer, be it a refusal of
// the one thing that was asked for, else why there is none. It must not block.
func (c *Client) Answered(f func(error)) { c.answered.Store(&f) }

// note tells how a call ended, if that says something of Hover.
func (c *Client) note(err error) {
	f := c.answered.Load()
	if f == nil {
		return
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		(*f)(nil)
	case !ok:
	case e.Kind == Cancelled, e.Kind == NotSignedIn, e.Kind == RateLimited && e.Status == 0: // it was not asked
	case e.Kind == NotFound, e.Kind == Invalid && e.Status != 0:
		(*f)(nil)
	case e.Kind == Unauthorized, e.Kind == Forbidden: // of one thing, or of all: who asks for all knows
	case e.Kind == Invalid:
	default:
		(*f)(err)
	}
}

// ClockAhead asks whoever answers at Hover's address how far this computer's clock
// is ahead of theirs: see [netfault.Ahead].
func (c *Client) ClockAhead(ctx context.Context) (ahead time.Duration, told bool) {
	return netfault.Ahead(ctx, c.wire.base, netfault.Proxy(os.Getenv))
}

// New makes a client. It sends nothing.
func New(o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.ActingUser == nil {
		o.ActingUser = func() hover.UserID { return "" }
	}
	c := &Client{o: o, wire: newWire(o.BaseURL, o.Transport, o.Budget, o.Version)}
	c.wire.seen = func(r *http.Response) {
		if date, err := http.ParseTime(r.Header.Get("Date")); err == nil {
			c.told.Store(&clocks{hover: date, ours: o.Now(), at: time.Now()})
		}
	}
	return c
}

const (
	maxReply = 1 << 20
	maxList  = 32 << 20
	maxPaper = 4 << 20 // a material list of thousands of lines
	maxTries = 3
	// A pause that Hover asks for is sat out by a call under way up to here; a
	// longer one is told to the caller.
	maxPatience = 90 * time.Second
	firstDelay  = 500 * time.Millisecond
)

// call is one call of the API.
type call struct {
	op     string // for errors, "list the jobs"
	method string
	path   string // below the base URL, escaped
	query  url.Values
	body   map[string]any // of a POST; current_user_id is added
	limit  int64          // of the reply's body; 0 means maxReply
	once   bool           // sending it twice could do something twice
	link   bool           // the reply may be a redirect, which is the answer
	as     hover.UserID   // instead of the acting user
}

// reply is a success.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// do makes a call: with the bearer, in its turn, again after failures where that
// is safe, and once more with a renewed token after a 401.
func (c *Client) do(ctx context.Context, k call) (_ reply, err error) {
	defer func() { c.note(err) }()
	renewed := false
	for try := 1; ; {
		access, err := c.o.Tokens.Token(ctx)
		if err != nil {
			return reply{}, renamed(k.op, err)
		}
		r, failure := c.try(ctx, k, access)
		if failure == nil {
			return r, nil
		}
		if failure.Kind == Unauthorized && !renewed {
			// What Hover said of the token's life need not be so. A refused call
			// did nothing, so it may be repeated whatever it is.
			renewed = true
			c.o.Tokens.Invalidate(access)
			continue
		}
		delay, again := c.again(k, failure, try)
		if !again || ctx.Err() != nil {
			return reply{}, failure
		}
		c.o.Log.Debug("hover call is repeated", "op", k.op, "try", try, "after", delay, "err", failure)
		try++
		if sleep(ctx, delay) != nil {
			return reply{}, failure
		}
	}
}

// again says whether a call is worth another try, and when. The pause after a
// 429 is the budget's; the other delays grow and are strewn, so that many
// clients do not come back together.
func (c *Client) again(k call, e *Error, try int) (time.Duration, bool) {
	if k.once || try >= maxTries || e.RetryAfter > maxPatience {
		return 0, false
	}
	switch e.Kind {
	case RateLimited:
		return 0, e.Status == http.StatusTooManyRequests
	case Network, Timeout, Server:
		delay := firstDelay << (try - 1)
		return max(delay/2+rand.N(delay), e.RetryAfter), true
	}
	return 0, false
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// try sends a call once.
func (c *Client) try(ctx context.Context, k call, access string) (reply, *Error) {
	d := newDeadline(ctx)
	defer d.end()
	r, err := c.request(d.ctx, k)
	if err != nil {
		return reply{}, &Error{Op: k.op, Kind: Invalid, Err: err}
	}
	hops := c.hops(access)
	hops.follow = k.method == http.MethodGet && !k.link
	response, pause, err := hops.send(d, r)
	if err != nil {
		return reply{}, unreached(k.op, err)
	}
	limit := k.limit
	if limit == 0 {
		limit = maxReply
	}
	body, err := readAll(response.Body, limit)
	ok := response.StatusCode < 300 || k.link && response.StatusCode < 400
	if err != nil && ok {
		if errors.Is(err, errTooLong) {
			return reply{}, &Error{Op: k.op, Kind: BadReply, Status: response.StatusCode, Err: err}
		}
		return reply{}, unreached(k.op, d.explain(err))
	}
	if !ok {
		e := refused(k.op, response.StatusCode, response.Header, body)
		if e.Says == "" && e.Status < 500 && e.Kind != NotFound {
			if page := netfault.OfReply(c.wire.base.Host, response); page.Kind == netfault.Page {
				e.Err = page
			}
		}
		e.Says = strings.ReplaceAll(e.Says, access, "…") // as a careless gateway may echo it
		e.RetryAfter = pause
		if e.Kind == Server || e.Kind == Timeout {
			e.RetryAfter, _ = retryAfter(response.Header, c.o.Now())
		}
		return reply{}, e
	}
	return reply{status: response.StatusCode, header: response.Header, body: body}, nil
}

func (c *Client) request(ctx context.Context, k call) (*http.Request, error) {
	for segment := range strings.SplitSeq(k.path, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return nil, say.Because("hover.why.id") // else it would be another call
		}
	}
	u := c.wire.base.JoinPath(k.path)
	query := url.Values{}
	for name, values := range k.query {
		query[name] = values
	}
	user := k.as
	if user == "" {
		user = c.o.ActingUser()
	}
	var body []byte
	if k.method == http.MethodPost {
		// In the body of a POST, in the query of all else (Hover's docs).
		fields := map[string]any{}
		for name, value := range k.body {
			fields[name] = value
		}
		if user != "" {
			fields["current_user_id"] = user.Wire()
		}
		var err error
		if body, err = json.Marshal(fields); err != nil {
			return nil, err
		}
	} else if user != "" {
		query.Set("current_user_id", user.String())
	}
	u.RawQuery = query.Encode()
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, k.method, u.String(), reader)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept", "application/json")
	return r, nil
}

// ask makes a call whose reply is JSON, and reads it into the value.
func (c *Client) ask(ctx context.Context, k call, into any) error {
	r, err := c.do(ctx, k)
	if err != nil {
		return err
	}
	err = k.decode(c.wire.base.Host, r, into)
	if err != nil {
		c.note(err)
	}
	return err
}

func (k call) decode(host string, r reply, into any) error {
	if err := json.Unmarshal(r.body, into); err != nil {
		return &Error{Op: k.op, Kind: BadReply, Status: r.status, Err: notJSON(host, r, err)}
	}
	return nil
}

func notJSON(host string, r reply, err error) error {
	body := bytes.TrimSpace(r.body)
	switch {
	case len(body) == 0:
		return say.Because("hover.why.empty")
	case body[0] == '<':
		return &netfault.Fault{Kind: netfault.Page, Host: host, Status: r.status}
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &say.Error{What: say.T("hover.why.not_json"), Err: err}
	}
	return err
}

// raw makes a call whose reply is JSON that is passed on as it is.
func (c *Client) raw(ctx context.Context, k call) (json.RawMessage, error) {
	var raw json.RawMessage
	k.limit = maxPaper
	err := c.ask(ctx, k, &raw)
	return raw, err
}

// renamed gives an error the name of the call that it ended.
func renamed(op string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		named := *e
		named.Op = op
		return &named
	}
	return &Error{Op: op, Kind: Network, Err: err}
}
