package simulator

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// codeLife is how long an authorization code may be exchanged (Hover's docs by
// way of a public client; Doorkeeper's default).
const codeLife = 600 * time.Second

// authorize is the page on which a person presses "Allow".
func (s *Simulator) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID {
		page(w, http.StatusUnauthorized, "Unknown integration", "No integration has this client ID.", "")
		return
	}
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !s.mayRedirect(redirect) {
		page(w, http.StatusUnprocessableEntity, "Redirect URI refused", "The redirect URI must be an HTTPS/SSL URI.", "")
		return
	}
	if q.Get("response_type") != "code" {
		s.redirect(w, r, redirect, url.Values{"error": {"unsupported_response_type"}, "state": q["state"]})
		return
	}
	if s.Faults().PKCE == "required" && q.Get("code_challenge") == "" {
		s.redirect(w, r, redirect,
			url.Values{"error": {"invalid_request"}, "error_description": {"Code challenge is required."}, "state": q["state"]})
		return
	}
	answer := q.Get("answer")
	if answer == "" && s.Faults().AutoApprove {
		answer = "allow"
	}
	switch answer {
	case "allow":
		code := s.token(32)
		s.mu.Lock()
		s.codes[code] = codeRow{
			redirect: q.Get("redirect_uri"), until: s.now().Add(codeLife),
			challenge: q.Get("code_challenge"), method: cmp.Or(q.Get("code_challenge_method"), "plain"),
		}
		s.mu.Unlock()
		s.redirect(w, r, redirect, url.Values{"code": {code}, "state": q["state"]})
	case "deny":
		s.redirect(w, r, redirect, url.Values{
			"error": {"access_denied"}, "error_description": {"The resource owner or authorization server denied the request."},
			"state": q["state"],
		})
	default:
		s.askPerson(w, r)
	}
}

func (s *Simulator) redirect(w http.ResponseWriter, r *http.Request, to *url.URL, add url.Values) {
	q := to.Query()
	for k, v := range add {
		if len(v) > 0 && v[0] != "" {
			q.Set(k, v[0])
		}
	}
	u := *to
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusFound)
}

func (s *Simulator) mayRedirect(u *url.URL) bool {
	if u.Host == "" {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "http" && loopback && s.Faults().AllowLoopbackRedirect
}

// exchange is POST /oauth/token, JSON or form.
func (s *Simulator) exchange(w http.ResponseWriter, r *http.Request) {
	f, err := tokenForm(r)
	if err != nil {
		oauthError(w, http.StatusBadRequest, "invalid_request", "The request is malformed.")
		return
	}
	id, secret := f("client_id"), f("client_secret")
	if basicID, basicSecret, ok := r.BasicAuth(); ok {
		id, secret = basicID, basicSecret
	}
	if id != ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(ClientSecret)) != 1 {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Hover", error="invalid_client"`)
		oauthError(w, http.StatusUnauthorized, "invalid_client",
			"Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.")
		return
	}
	var reply map[string]any
	switch f("grant_type") {
	case "authorization_code":
		if f("code") == "" {
			oauthError(w, http.StatusBadRequest, "invalid_request", "Missing required parameter: code.")
			return
		}
		if s.Faults().PKCE == "refused" && f("code_verifier") != "" {
			oauthError(w, http.StatusBadRequest, "invalid_request", "Server does not support pkce.")
			return
		}
		reply = s.redeem(f("code"), f("redirect_uri"), f("code_verifier"))
	case "refresh_token":
		if f("refresh_token") == "" {
			oauthError(w, http.StatusBadRequest, "invalid_request", "Missing required parameter: refresh_token.")
			return
		}
		reply = s.rotate(f("refresh_token"))
		if reply != nil && s.strike(func(f *Faults) *Times { return &f.LoseRefreshReply }) {
			panic(http.ErrAbortHandler)
		}
	default:
		oauthError(w, http.StatusBadRequest, "unsupported_grant_type",
			"The authorization grant type is not supported by the authorization server.")
		return
	}
	if reply == nil {
		status := http.StatusBadRequest
		if s.Faults().InvalidGrant401 {
			status = http.StatusUnauthorized
		}
		oauthError(w, status, "invalid_grant",
			"The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, reply)
}

// tokenForm reads the parameters of a token request.
func tokenForm(r *http.Request) (func(string) string, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		return r.PostForm.Get, nil
	}
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, err
	}
	return func(k string) string {
		v, _ := body[k].(string)
		return v
	}, nil
}

// redeem exchanges a code, once; nil if it cannot.
func (s *Simulator) redeem(code, redirect, verifier string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.codes[code]
	delete(s.codes, code)
	if !ok || s.now().After(row.until) || row.redirect != redirect || !s.proves(row, verifier) {
		return nil
	}
	reply, _, _ := s.grant()
	return reply
}

// proves checks a PKCE verifier; a client that sent no challenge needs none. The
// caller holds mu.
func (s *Simulator) proves(row codeRow, verifier string) bool {
	if row.challenge == "" || s.faults.PKCE == "refused" || s.faults.PKCE == "ignored" {
		return true
	}
	if row.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(verifier), []byte(row.challenge)) == 1
}

// rotate spends a refresh token for a new pair; nil if it is not worth one.
func (s *Simulator) rotate(old string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.refresh[old]
	if !ok || row.spent && !s.faults.OldRefreshLives {
		return nil
	}
	reply, access, refresh := s.grant()
	if s.faults.OldRefreshLives {
		// It dies when the new pair is first used: see uses.
		s.refresh[old] = refreshRow{access: row.access, spent: true, next: access}
		return reply
	}
	delete(s.access, row.access)
	delete(s.refresh, old)
	s.refresh[refresh] = refreshRow{access: access}
	return reply
}

// grant makes a new pair and the reply that tells it; callers hold mu.
func (s *Simulator) grant() (reply map[string]any, access, refresh string) {
	access, refresh = "eyJhbGciOiJub25lIn0."+s.token(48), s.token(18)
	s.access[access] = s.now().Add(s.faults.TokenLife)
	s.refresh[refresh] = refreshRow{access: access}
	owner, kind := s.org.Wire(), "orgs"
	if s.shape(ShapeUserOwner) {
		owner, kind = s.users[0].ID.Wire(), "User"
	}
	return map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(s.faults.TokenLife.Seconds()),
		"refresh_token": refresh, "scope": "all", "created_at": s.now().Unix(),
		"owner_id": owner, "owner_type": kind,
	}, access, refresh
}

// Tokens is a pair of OAuth tokens.
type Tokens struct {
	Access, Refresh string
	ExpiresIn       time.Duration
}

// SignIn gives a new pair, for callers that need no OAuth dance.
func (s *Simulator) SignIn() Tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, access, refresh := s.grant()
	return Tokens{Access: access, Refresh: refresh, ExpiresIn: s.faults.TokenLife}
}

// SignOut forgets every token, as removing the integration in Hover's settings
// does: the next refresh is answered invalid_grant.
func (s *Simulator) SignOut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
	clear(s.refresh)
	clear(s.codes)
}

// ExpireAccess ends the life of all access tokens; refresh tokens live on.
func (s *Simulator) ExpireAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
}

func (s *Simulator) revoke(w http.ResponseWriter, r *http.Request) {
	f, err := tokenForm(r)
	if err != nil || f("client_id") != ClientID || f("client_secret") != ClientSecret {
		oauthError(w, http.StatusForbidden, "unauthorized_client", "You are not authorized to revoke this token.")
		return
	}
	s.mu.Lock()
	token := f("token")
	delete(s.access, s.refresh[token].access)
	delete(s.refresh, token)
	delete(s.access, token)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{})
}

// uses says whether an access token is good, and lets the pair before it die.
func (s *Simulator) uses(access string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.access[access]
	if !ok || !s.now().Before(until) {
		return false
	}
	for token, row := range s.refresh {
		if row.next == access {
			delete(s.access, row.access)
			delete(s.refresh, token)
		}
	}
	return true
}

func bearer(r *http.Request) (string, bool) {
	kind, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, ok && strings.EqualFold(kind, "Bearer")
}

func oauthError(w http.ResponseWriter, status int, code, text string) {
	writeJSON(w, status, map[string]any{"error": code, "error_description": text})
}

// The credentials of the one integration that the simulated account has.
const (
	ClientID     = "dormer-simulated-client"
	ClientSecret = "dormer-simulated-secret"
)
