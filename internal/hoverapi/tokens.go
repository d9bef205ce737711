package hoverapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/say"

	"golang.org/x/oauth2"
)

// Saved is what is kept of a sign-in, durably and secretly.
type Saved struct {
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
	// Expiry is when the access token ends by what Hover said; zero if it did
	// not say.
	Expiry    time.Time   `json:"expiry,omitzero"`
	OwnerID   hover.OrgID `json:"owner_id,omitempty"`
	OwnerType string      `json:"owner_type,omitempty"` // "orgs" (Hover's docs)
}

// Org gives the organisation that signed in, empty if it is not known.
func (s Saved) Org() hover.OrgID {
	return hover.Owner(s.OwnerID, s.OwnerType)
}

// TokenOptions is what tokens are made from.
type TokenOptions struct {
	BaseURL *url.URL // nil means DefaultBaseURL
	// Client gives the integration's client id and secret; empty ones are not
	// set. It is asked anew for every use, because a person may change them.
	Client func() (id, secret string)
	// RedirectURL gives the address that Hover sends the code to, as it is
	// registered there. It is asked at Begin.
	RedirectURL func() string
	// Load gives what was saved last, the zero Saved if nothing was. It does not
	// wait; while nobody is signed in it is asked again, for what it gives may only
	// be known later.
	Load func() (Saved, error)
	// Save keeps tokens durably: it returns nil only once a crash cannot lose
	// them. The zero Saved means to delete them.
	Save func(context.Context, Saved) error
	// Writable says whether Save would succeed, as far as that can be known: it is
	// asked before a refresh token is spent, which cannot be undone. Optional.
	Writable  func(context.Context) error
	Transport http.RoundTripper // nil means NewTransport
	Budget    *Budget
	Version   string // of the product, for User-Agent
	Now       func() time.Time
}

const (
	renewAhead    = time.Minute
	renewAgain    = 15 * time.Second // after an early renewal that failed
	revokeTimeout = 5 * time.Second
	closeGrace    = time.Second
)

// Tokens holds the sign-in: it gives out the access token and renews it.
//
// Hover's refresh tokens are spent by use, so there is one renewal at a time,
// whose result all callers share, and a new pair is saved before anybody gets
// to see it. A renewal runs to its end even if nobody waits for it any more:
// its reply holds the only token that is still good.
type Tokens struct {
	o    TokenOptions
	wire *wire
	busy chan struct{} // holds one value while a renewal, an exchange or a forgetting is under way

	mu      sync.Mutex
	loaded  bool
	present Saved
	// unsaved is what Hover gave and Save would not take. Nobody may use it;
	// the next caller has it saved again.
	unsaved *Saved
	// renewAt is when the present token is to be renewed; zero: never by time.
	renewAt time.Time
	stale   bool      // Hover refused the present access token
	ended   *Error    // Hover ended the sign-in
	endings int       // how often it said so since it last gave tokens
	askAt   time.Time // when to ask again all the same: it may have been a slip
	noPKCE  bool      // Hover's server takes no PKCE, which it does not document
	flight  *flight
	closed  bool
	running sync.WaitGroup
	life    context.Context
	end     context.CancelFunc
}

// flight is a renewal that somebody waits for.
type flight struct {
	done   chan struct{}
	access string
	err    error
}

// NewTokens makes the tokens. Nothing is loaded or sent before it is needed.
func NewTokens(o TokenOptions) *Tokens {
	if o.Now == nil {
		o.Now = time.Now
	}
	t := &Tokens{o: o, busy: make(chan struct{}, 1), wire: newWire(o.BaseURL, o.Transport, o.Budget, o.Version)}
	t.life, t.end = context.WithCancel(context.Background())
	return t
}

// Close waits for a renewal under way until ctx ends, and then ends it. There
// is none after it.
func (t *Tokens) Close(ctx context.Context) error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	ended := make(chan struct{})
	go func() { t.running.Wait(); close(ended) }()
	defer t.end()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	t.end()
	select {
	case <-ended: // as a request ends with its context
	case <-time.After(closeGrace): // a Save that hangs
	}
	return ctx.Err()
}

// SignedIn says whether there is a sign-in that Hover has not ended.
func (t *Tokens) SignedIn() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.load() == nil && t.ended == nil && t.present != Saved{}
}

// Worth says whether it is worth to ask Hover anything: somebody is signed in, or
// Hover has ended the sign-in some time ago and may have done so by a slip.
func (t *Tokens) Worth() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.load() == nil && t.present != Saved{} && (t.ended == nil || !t.o.Now().Before(t.askAt))
}

// OrgID gives the organisation that signed in, empty if it is not known.
func (t *Tokens) OrgID() hover.OrgID {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.load() != nil {
		return ""
	}
	return t.present.Org()
}

// Token gives an access token, renewed if it ends within the minute. Its errors
// are of kind NotSignedIn, SignInAgain, BadClient, NotSaved or what kept the
// token endpoint from answering; only the first two mean that a person must
// sign in.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	const op = "renew the sign-in"
	t.mu.Lock()
	if err := t.load(); err != nil {
		t.mu.Unlock()
		return "", err
	}
	if access, err, ok := t.ready(); ok {
		t.mu.Unlock()
		return access, err
	}
	if t.closed {
		t.mu.Unlock()
		return "", &Error{Op: op, Kind: Cancelled, Err: context.Canceled}
	}
	f := t.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		t.flight = f
		t.running.Go(func() { t.fly(context.WithoutCancel(ctx), f) })
	}
	t.mu.Unlock()

	select {
	case <-f.done:
		return f.access, f.err
	case <-ctx.Done():
		return "", unreached(op, ctx.Err())
	}
}

// Invalidate tells that Hover refused an access token, so that the next Token
// renews it; of a token that was replaced meanwhile it changes nothing.
func (t *Tokens) Invalidate(access string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if access != "" && t.present.Access == access {
		t.stale = true
	}
}

// Forget deletes the sign-in on this machine, and then tells Hover, as far as
// it listens. Only what this machine cannot delete is an error.
func (t *Tokens) Forget(ctx context.Context) error {
	const op = "sign out"
	if err := t.take(ctx); err != nil {
		return unreached(op, err)
	}
	defer t.give()
	t.mu.Lock()
	_ = t.load() // what cannot be read can still be deleted
	old := t.present
	t.mu.Unlock()
	if err := t.o.Save(ctx, Saved{}); err != nil {
		return &Error{Op: op, Kind: NotSaved, Err: err}
	}
	t.mu.Lock()
	t.become(Saved{}, 0)
	t.mu.Unlock()
	t.revoke(ctx, old)
	return nil
}

// Revoke tells Hover that a sign-in is not needed any more, as far as it listens:
// in the background, bounded, and its outcome matters to nobody.
func (t *Tokens) Revoke(s Saved) {
	t.mu.Lock()
	defer t.mu.Unlock()
	same := s.Access == t.present.Access || s.Refresh != "" && s.Refresh == t.present.Refresh
	if t.closed || s == (Saved{}) || same { // a server may give the same tokens out again
		return
	}
	t.running.Go(func() { t.revoke(t.life, s) })
}

// load reads what was saved, until there is a sign-in. The caller holds mu.
func (t *Tokens) load() error {
	if t.loaded && t.ended == nil && t.present != (Saved{}) || t.unsaved != nil {
		return nil
	}
	s, err := t.o.Load()
	switch {
	case err != nil && t.loaded: // it was known before
		return nil
	case err != nil:
		return &Error{Op: "read the sign-in", Kind: NotSaved, Err: err}
	case !t.loaded || s != t.present:
		t.become(s, renewAhead)
	}
	return nil
}

// become makes s the present sign-in, to be renewed some time before it ends.
// The caller holds mu.
func (t *Tokens) become(s Saved, ahead time.Duration) {
	t.present, t.unsaved, t.stale, t.ended, t.endings, t.loaded = s, nil, false, nil, 0, true
	t.renewAt = time.Time{}
	if !s.Expiry.IsZero() {
		t.renewAt = s.Expiry.Add(-ahead)
	}
}

// ready gives what Token answers without asking Hover; ok is false if it must.
// The caller holds mu.
func (t *Tokens) ready() (access string, err error, ok bool) {
	switch {
	case t.unsaved != nil:
		return "", nil, false
	case t.ended != nil && t.o.Now().Before(t.askAt):
		e := *t.ended
		return "", &e, true
	case t.present == Saved{}:
		return "", &Error{Op: "ask Hover", Kind: NotSignedIn}, true
	case t.ended != nil || t.stale || t.present.Access == "" || !t.renewAt.IsZero() && !t.o.Now().Before(t.renewAt):
		return "", nil, false
	}
	return t.present.Access, nil, true
}

// fly renews and tells everybody who waits.
func (t *Tokens) fly(ctx context.Context, f *flight) {
	ctx, cancel := context.WithCancel(ctx)
	defer context.AfterFunc(t.life, cancel)()
	defer cancel()
	f.access, f.err = t.renew(ctx)
	t.mu.Lock()
	t.flight = nil
	t.mu.Unlock()
	close(f.done)
}

func (t *Tokens) renew(ctx context.Context) (string, error) {
	const op = "renew the sign-in"
	if err := t.take(ctx); err != nil {
		return "", unreached(op, err)
	}
	defer t.give()
	t.mu.Lock()
	access, err, ok := t.ready() // an exchange may have come before us
	unsaved, old := t.unsaved, t.present
	t.mu.Unlock()
	if ok {
		return access, err
	}
	if unsaved != nil {
		if err := t.keep(op, *unsaved); err != nil {
			return "", err
		}
		return unsaved.Access, nil
	}
	if old.Refresh == "" {
		return "", t.over(&Error{Op: op, Kind: SignInAgain, Err: say.Because("hover.why.no_refresh")})
	}

	if t.o.Writable != nil {
		if err := t.o.Writable(ctx); err != nil {
			return t.meanwhile(old, &Error{Op: op, Kind: NotSaved, Err: err})
		}
	}
	token, err := t.spend(ctx, op, old.Refresh)
	if kind := KindOf(err); kind == Network || kind == Timeout || kind == BadReply && !errors.Is(err, errOddToken) {
		// The reply may be lost with the new pair in it. Hover's kind of server
		// keeps the old token alive until the new one is used (not documented),
		// so the old one is worth one more try.
		if ctx.Err() == nil {
			token, err = t.spend(ctx, op, old.Refresh)
		}
	}
	if err == nil {
		next := t.saved(token, old)
		if err := t.keep(op, next); err != nil {
			return "", err
		}
		return next.Access, nil
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == SignInAgain {
		return "", t.over(e)
	}
	return t.meanwhile(old, err)
}

// meanwhile goes on with the old access token for as long as it lives, after a
// renewal that failed.
func (t *Tokens) meanwhile(old Saved, err error) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.o.Now(); !t.stale && old.Access != "" && now.Before(old.Expiry) {
		t.renewAt = now.Add(min(renewAgain, old.Expiry.Sub(now)))
		return old.Access, nil
	}
	return "", err
}

func (t *Tokens) spend(ctx context.Context, op, refresh string) (*oauth2.Token, error) {
	return t.ask(ctx, op, []string{refresh}, func(ctx context.Context) (*oauth2.Token, error) {
		return t.config().TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
	})
}

// over remembers that Hover ended the sign-in.
func (t *Tokens) over(e *Error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = e
	t.askAt = t.o.Now().Add(askEnded[min(t.endings, len(askEnded)-1)])
	t.endings++
	return e
}

// askEnded is how long Hover is not asked again after it has ended the sign-in.
var askEnded = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// keep saves what Hover gave, and only then makes it the present sign-in.
func (t *Tokens) keep(op string, s Saved) error {
	err := t.o.Save(t.life, s) // whoever asked may be gone: this pair is the only good one
	t.mu.Lock()
	defer t.mu.Unlock()
	t.loaded = true
	if err != nil {
		t.unsaved = &s
		return &Error{Op: op, Kind: NotSaved, Err: err}
	}
	// A token that lives for a minute must not mean a renewal with every call.
	t.become(s, min(renewAhead, max(s.Expiry.Sub(t.o.Now()), 0)/4))
	return nil
}

// saved is what is kept of a token reply. What the reply leaves out stays as it
// was in old; for the refresh token x/oauth2 sees to that.
func (t *Tokens) saved(token *oauth2.Token, old Saved) Saved {
	s := Saved{Access: token.AccessToken, Refresh: token.RefreshToken, OwnerID: old.OwnerID, OwnerType: old.OwnerType}
	if token.ExpiresIn > 0 {
		s.Expiry = t.o.Now().Add(time.Duration(token.ExpiresIn) * time.Second).UTC().Round(0)
	}
	if id := extra(token, "owner_id"); id != "" {
		s.OwnerID = hover.OrgID(id)
	}
	if kind := extra(token, "owner_type"); kind != "" {
		s.OwnerType = kind
	}
	return s
}

func extra(token *oauth2.Token, key string) string {
	switch v := token.Extra(key).(type) {
	case string:
		return oneLine(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

func (t *Tokens) config() *oauth2.Config {
	id, secret := t.o.Client()
	c := &oauth2.Config{ClientID: id, ClientSecret: secret, Endpoint: oauth2.Endpoint{
		AuthURL:   t.wire.base.JoinPath("oauth/authorize").String(),
		TokenURL:  t.wire.base.JoinPath("oauth/token").String(),
		AuthStyle: oauth2.AuthStyleInParams, // Hover's docs
	}}
	if t.o.RedirectURL != nil {
		c.RedirectURL = t.o.RedirectURL()
	}
	return c
}

// take waits for the right to change the sign-in.
func (t *Tokens) take(ctx context.Context) error {
	select {
	case t.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *Tokens) give() { <-t.busy }

// ask makes one request of the token endpoint through x/oauth2 and turns its
// errors into ours. secrets are what the request holds, for the case that the
// reply echoes them.
func (t *Tokens) ask(
	ctx context.Context, op string, secrets []string, request func(context.Context) (*oauth2.Token, error),
) (*oauth2.Token, error) {
	d := newDeadline(ctx)
	defer d.end()
	post := &tokenPost{wire: t.wire, d: d}
	token, err := request(context.WithValue(d.ctx, oauth2.HTTPClient, &http.Client{Transport: post}))
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		_, secret := t.o.Client()
		return nil, refusedToken(op, e, post.pause, append(secrets, secret))
	}
	switch {
	case post.failed != nil: // the connection, before or after the headers
		return nil, unreached(op, post.failed)
	case err != nil:
		return nil, &Error{Op: op, Kind: BadReply, Status: post.status, Err: post.noToken()}
	case !headerSafe(token.AccessToken) || !headerSafe(token.RefreshToken):
		return nil, &Error{Op: op, Kind: BadReply, Status: post.status, Err: errOddToken}
	}
	return token, nil
}

// errOddToken is a whole reply of the token endpoint that cannot be used: what was
// spent for it is spent.
var errOddToken = say.Because("hover.why.odd_token")

func (p *tokenPost) noToken() error {
	if p.whole {
		return fmt.Errorf("%w: %w", say.Because("hover.why.no_token"), errOddToken)
	}
	return say.Because("hover.why.no_token")
}

// headerSafe says whether s fits into a header line.
func headerSafe(s string) bool {
	return len(s) <= 16<<10 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

func refusedToken(op string, e *oauth2.RetrieveError, pause time.Duration, secrets []string) *Error {
	r := refused(op, e.Response.StatusCode, e.Response.Header, e.Body)
	r.Code = oneLine(e.ErrorCode)
	switch {
	case e.ErrorCode == "invalid_grant" && r.Status < 500:
		r.Kind = SignInAgain // with 400; older servers of this kind say 401
	case e.ErrorCode == "invalid_client" && r.Status < 500:
		r.Kind = BadClient
	case r.Kind == BadReply && e.ErrorCode != "":
		r.Kind = Invalid // an error with a 200
	}
	r.RetryAfter = pause
	for _, s := range secrets {
		if s != "" {
			r.Says = strings.ReplaceAll(r.Says, s, "…")
		}
	}
	return r
}

// tokenPost carries x/oauth2's requests. They hold the client secret and what
// it opens, so no redirect of one is ever followed.
type tokenPost struct {
	wire   *wire
	d      *deadline
	status int
	pause  time.Duration
	whole  bool // the reply was a JSON object
	failed error
}

func (p *tokenPost) RoundTrip(r *http.Request) (*http.Response, error) {
	response, pause, err := p.wire.send(p.d, r)
	if err != nil {
		p.failed = err
		return nil, err
	}
	p.status, p.pause = response.StatusCode, pause
	response.Header.Del("Location")
	body := &tokenBody{ReadCloser: response.Body, p: p}
	response.Body = body
	if p.whole, err = plainReply(response); err != nil {
		if p.failed == nil {
			p.failed = err
		}
		return nil, err
	}
	return response, nil
}

// tokenBody remembers what broke a reply off.
type tokenBody struct {
	io.ReadCloser
	p *tokenPost
}

func (b *tokenBody) Read(buf []byte) (int, error) {
	n, err := b.ReadCloser.Read(buf)
	if err != nil && err != io.EOF {
		b.p.failed = &say.Error{What: say.T("hover.why.broke_off"), Err: b.p.d.explain(err)}
	}
	return n, err
}

// revoke tells Hover that a sign-in is not needed any more. Whether Hover has
// this call is not documented, so nobody may depend on its outcome.
func (t *Tokens) revoke(ctx context.Context, s Saved) {
	token := cmp.Or(s.Refresh, s.Access) // one end of the pair ends the other
	if token == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	d := newDeadline(ctx)
	defer d.end()
	c := t.config()
	form := url.Values{"token": {token}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}}
	r, err := http.NewRequestWithContext(d.ctx, http.MethodPost, t.wire.base.JoinPath("oauth/revoke").String(),
		strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if response, _, err := t.wire.send(d, r); err == nil {
		drop(response)
	}
}
