package hoverapi

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"dormer/internal/say"

	"golang.org/x/oauth2"
)

// Login is one sign-in that was begun. It lives from Begin to Exchange, in
// memory only: it holds the PKCE verifier.
type Login struct {
	State       string // 128 random bits, comes back with the code
	Verifier    string // PKCE; empty if that is turned off
	RedirectURL string // must be the same at Exchange, byte for byte
	URL         string // where the person signs in and presses "Allow"
}

// Matches compares the state that came back, in constant time.
func (l Login) Matches(state string) bool {
	return l.State != "" && subtle.ConstantTimeCompare([]byte(l.State), []byte(state)) == 1
}

// Begin starts a sign-in: the caller opens the login's URL in a browser.
func (t *Tokens) Begin() (Login, error) {
	c := t.config()
	if c.ClientID == "" || c.ClientSecret == "" {
		return Login{}, &Error{Op: "sign in", Kind: BadClient, Err: say.New("hover.client.not_set")}
	}
	if c.RedirectURL == "" {
		return Login{}, &Error{Op: "sign in", Kind: Invalid, Err: say.Because("hover.why.no_redirect")}
	}
	state := make([]byte, 16)
	_, _ = rand.Read(state) // never fails: it ends the program rather
	l := Login{State: hex.EncodeToString(state), RedirectURL: c.RedirectURL}
	// No scope: it is undocumented, and a reply without one was asked for says
	// "all".
	var options []oauth2.AuthCodeOption
	t.mu.Lock()
	noPKCE := t.noPKCE
	t.mu.Unlock()
	if !noPKCE {
		l.Verifier = oauth2.GenerateVerifier()
		options = append(options, oauth2.S256ChallengeOption(l.Verifier))
	}
	l.URL = c.AuthCodeURL(l.State, options...)
	return l, nil
}

// Exchange ends a sign-in: it spends the code for tokens and saves them. The
// caller has compared the state, where one came with the code. An error of kind
// SignInAgain speaks of the code; it does not end a sign-in that there was. accept
// is shown the tokens first: its error is Exchange's, and the sign-in that there
// was goes on. nil accepts whoever comes.
func (t *Tokens) Exchange(ctx context.Context, l Login, code string, accept func(Saved) error) error {
	const op = "sign in"
	if err := t.take(ctx); err != nil {
		return unreached(op, err)
	}
	defer t.give()
	c := t.config()
	c.RedirectURL = l.RedirectURL
	token, err := t.ask(ctx, op, []string{code, l.Verifier}, func(ctx context.Context) (*oauth2.Token, error) {
		if l.Verifier == "" {
			return c.Exchange(ctx, code)
		}
		return c.Exchange(ctx, code, oauth2.VerifierOption(l.Verifier))
	})
	if l.Verifier != "" && refusesPKCE(err) {
		// Doorkeeper 5.0 to 5.4 without its optional columns refuses a verifier. It
		// has not spent the code; the client secret still says who we are.
		token, err = t.ask(ctx, op, []string{code},
			func(ctx context.Context) (*oauth2.Token, error) { return c.Exchange(ctx, code) })
		if err == nil {
			t.withoutPKCE()
		}
	}
	if err != nil {
		// Here invalid_grant speaks of the code, not of tokens that we have.
		if e, ok := errors.AsType[*Error](err); ok && e.Kind == SignInAgain && e.Says == "" {
			e.Says = "the code is wrong, was used before, or is older than ten minutes"
		}
		return err
	}
	s := t.saved(token, Saved{})
	if accept != nil {
		if err := accept(s); err != nil {
			return err
		}
	}
	t.mu.Lock()
	old := t.present
	t.mu.Unlock()
	if err := t.keep(op, s); err != nil {
		return err
	}
	t.Revoke(old)
	return nil
}

// refusesPKCE says whether an error may mean that Hover's server takes no PKCE.
func refusesPKCE(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status < 500 && (e.Code == "invalid_request" || namesPKCE.MatchString(e.Code+" "+e.Says))
}

var namesPKCE = regexp.MustCompile(`(?i)\bpkce\b|code[ _]?(verifier|challenge)`)

// withoutPKCE remembers that Hover's server takes no PKCE.
func (t *Tokens) withoutPKCE() {
	t.mu.Lock()
	t.noPKCE = true
	t.mu.Unlock()
}

// Refused hears of an error with which Hover sent a browser back: the next sign-in
// begins without PKCE if it was about that.
func (t *Tokens) Refused(err error) {
	if e, ok := errors.AsType[*Error](err); ok && namesPKCE.MatchString(e.Code+" "+e.Says) {
		t.withoutPKCE()
	}
}

// CheckPair asks Hover whether it knows a client id and secret, with a code that
// cannot be right: of kind BadClient if it does not, nil if it does. An error of
// any other kind means that it could not be found out.
func (t *Tokens) CheckPair(ctx context.Context, id, secret string) error {
	const op = "check the client id and secret"
	c := t.config()
	c.ClientID, c.ClientSecret = id, secret
	if c.ClientID == "" || c.ClientSecret == "" {
		return &Error{Op: op, Kind: BadClient, Err: say.New("hover.client.they_not_set")}
	}
	if c.RedirectURL == "" {
		c.RedirectURL = DefaultBaseURL
	}
	_, err := t.ask(ctx, op, []string{secret}, func(ctx context.Context) (*oauth2.Token, error) {
		return c.Exchange(ctx, "dormer-asks-only-whether-the-client-is-known")
	})
	switch KindOf(err) {
	case SignInAgain, Invalid, Unauthorized, Forbidden, NotFound:
		return nil
	}
	return err
}

// maxPasted bounds what a person pastes: a code is some 43 characters.
const maxPasted = 8 << 10

// ParsePasted reads the code, and the state if there is one, out of what a
// person pasted: the whole address that the browser ended at, the part of it
// behind the question mark, or the bare code. If the address says that Hover or
// the person refused, that is the error.
func ParsePasted(s string) (code, state string, err error) {
	const op = "read the pasted address"
	s = strings.Trim(strings.TrimSpace(s), `"'<>`)
	switch {
	case s == "":
		return "", "", &Error{Op: op, Kind: Invalid, Err: say.New("pasted.nothing")}
	case len(s) > maxPasted:
		return "", "", &Error{Op: op, Kind: Invalid, Err: say.New("pasted.too_long")}
	}
	address, query, isAddress := strings.Cut(s, "?")
	if !isAddress {
		query = address
	}
	isQuery := strings.HasPrefix(query, "code=") || strings.HasPrefix(query, "error=") ||
		strings.Contains(query, "&code=") || strings.Contains(query, "&error=")
	if isAddress || isQuery {
		query, _, _ = strings.Cut(query, "#")
		values, err := url.ParseQuery(query)
		if err != nil {
			return "", "", &Error{Op: op, Kind: Invalid, Err: say.New("pasted.damaged")}
		}
		return ParseCallback(values)
	}
	if strings.Contains(s, "://") || !codeLike(s) {
		return "", "", &Error{Op: op, Kind: Invalid, Err: say.New("pasted.no_code")}
	}
	return s, "", nil
}

// ParseCallback reads the code and the state out of the query with which Hover
// sends a browser back. If it says that Hover or the person refused, that is
// the error; its Says is Hover's reason. The state is given with every error,
// too: a refusal with a wrong state is none.
func ParseCallback(query url.Values) (code, state string, err error) {
	const op = "read Hover's answer to the sign-in"
	state = query.Get("state")
	if reason := query.Get("error"); reason != "" {
		e := &Error{Op: op, Kind: Forbidden, Code: oneLine(reason), Says: oneLine(reason)}
		if more := oneLine(query.Get("error_description")); more != "" {
			e.Says += ": " + more
		}
		return "", state, e
	}
	code = query.Get("code")
	if !codeLike(code) {
		return "", state, &Error{Op: op, Kind: Invalid, Err: say.New("pasted.no_code")}
	}
	return code, state, nil
}

// codeLike says whether s can be an authorization code: printable ASCII without
// spaces (RFC 6749), of a credible length.
func codeLike(s string) bool {
	return len(s) >= 4 && len(s) <= 2048 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
