package hoverapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/hover"
)

// sent is one request as it arrived.
type sent struct {
	at     time.Time
	line   string // "GET https://hover.to/api/v3/jobs?page=1"
	header http.Header
	body   string
}

// internet is a network without wires: a handler for every host. Hover is
// hover.to, whose token endpoint is played by oauth.
type internet struct {
	hosts map[string]http.HandlerFunc // by host and port
	oauth oauth

	mu  sync.Mutex
	log []sent
}

func (n *internet) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	n.mu.Lock()
	n.log = append(n.log, sent{time.Now(), r.Method + " " + r.URL.String(), r.Header.Clone(), string(body)})
	n.mu.Unlock()
	handler := n.hosts[r.URL.Host]
	if r.URL.Host == "hover.to" && strings.HasPrefix(r.URL.Path, "/oauth/") {
		handler = n.oauth.serve
	}
	if handler == nil {
		return nil, fmt.Errorf("dial tcp: lookup %s: no such host", r.URL.Host)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.Body = io.NopCloser(strings.NewReader(string(body)))
	w := httptest.NewRecorder()
	var broken error
	func() {
		defer func() {
			if p := recover(); p != nil {
				broken, _ = p.(error)
			}
		}()
		handler(w, in)
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if broken != nil {
		return nil, broken
	}
	return w.Result(), nil
}

// lines gives the requests, without those of the token endpoint.
func (n *internet) lines() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var lines []string
	for _, s := range n.log {
		if !strings.Contains(s.line, "/oauth/") {
			lines = append(lines, s.line)
		}
	}
	return lines
}

func (n *internet) last() sent {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.log[len(n.log)-1]
}

// oauth plays the token endpoint: access and refresh tokens are a1 and r1, a2
// and r2, ...; a refresh token is good once.
type oauth struct {
	mu     sync.Mutex
	good   int             // the number of the tokens that are good now
	spent  []string        // refresh tokens and codes, in order
	before func() int      // may answer with a status first; 0: go on
	reply  map[string]any  // replaces fields of the reply; nil value: leaves out
	form   url.Values      // of the last request
	wait   <-chan struct{} // holds the answer back
}

func (o *oauth) serve(w http.ResponseWriter, r *http.Request) {
	if o.wait != nil {
		<-o.wait
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = r.ParseForm()
	o.form = r.PostForm
	if strings.HasSuffix(r.URL.Path, "/revoke") {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fail := func(status int, code string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":%q,"error_description":"because of %s and %s"}`, code, r.PostForm.Get("client_secret"), r.PostForm.Get("refresh_token"))
	}
	if o.before != nil {
		if status := o.before(); status != 0 {
			fail(status, map[int]string{400: "invalid_grant", 401: "invalid_client"}[status])
			return
		}
	}
	if r.PostForm.Get("client_secret") != "s3cret" {
		fail(401, "invalid_client")
		return
	}
	key := r.PostForm.Get("refresh_token")
	if r.PostForm.Get("grant_type") == "authorization_code" {
		key = r.PostForm.Get("code")
	}
	if key != fmt.Sprintf("r%d", o.good) && key != "good-code" {
		fail(400, "invalid_grant")
		return
	}
	o.spent = append(o.spent, key)
	o.good++
	reply := map[string]any{
		"access_token": fmt.Sprintf("a%d", o.good), "refresh_token": fmt.Sprintf("r%d", o.good),
		"token_type": "Bearer", "expires_in": 7200, "owner_id": 785, "owner_type": "orgs",
	}
	for name, value := range o.reply {
		reply[name] = value
	}
	_ = json.NewEncoder(w).Encode(reply)
}

// keeper is a durable place for tokens.
type keeper struct {
	mu     sync.Mutex
	saved  Saved
	saves  int
	broken error
}

func (k *keeper) load() (Saved, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.saved, k.broken
}

func (k *keeper) save(_ context.Context, s Saved) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.broken != nil {
		return k.broken
	}
	k.saved, k.saves = s, k.saves+1
	return nil
}

func (k *keeper) breaks(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.broken = err
}

// world is a client, what it keeps, and what it is connected to.
type world struct {
	*Client
	net    *internet
	keeper *keeper
	tokens *Tokens
	budget *Budget
}

// newWorld signs somebody in with tokens a0 and r0, good for two hours.
func newWorld(t *testing.T, api http.HandlerFunc) *world {
	t.Helper()
	w := &world{
		net:    &internet{hosts: map[string]http.HandlerFunc{"hover.to": api}},
		keeper: &keeper{saved: Saved{Access: "a0", Refresh: "r0", Expiry: time.Now().Add(2 * time.Hour), OwnerID: "785", OwnerType: "orgs"}},
		budget: NewBudget(DefaultLimit, DefaultReserved, DefaultWindow, nil),
	}
	w.tokens = NewTokens(TokenOptions{
		Client:      func() (string, string) { return "id", "s3cret" },
		RedirectURL: func() string { return "https://me.ngrok.app/oauth/callback" },
		Load:        w.keeper.load, Save: w.keeper.save, Transport: w.net, Budget: w.budget, Version: "1.2.3",
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = w.tokens.Close(ctx)
	})
	w.Client = New(Options{
		Transport: w.net, Budget: w.budget, Tokens: w.tokens, Version: "1.2.3",
		ActingUser: func() hover.UserID { return "42" },
	})
	return w
}

// answers gives one answer after the other: a status, or a body for 200; the
// last one for ever.
func answers(list ...any) http.HandlerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		a := list[min(n, len(list)-1)]
		n++
		mu.Unlock()
		switch a := a.(type) {
		case int:
			w.WriteHeader(a)
		case string:
			_, _ = io.WriteString(w, a)
		case error:
			panic(a)
		case http.HandlerFunc:
			a(w, r)
		}
	}
}

func wantKind(t *testing.T, err error, kind Kind) {
	t.Helper()
	if KindOf(err) != kind {
		t.Errorf("error %v is of kind %q, want %q", err, KindOf(err), kind)
	}
	if err != nil && (strings.Contains(err.Error(), "s3cret") || slices.ContainsFunc([]string{"a0", "a1", "r0", "r1"}, func(s string) bool {
		return slices.Contains(strings.FieldsFunc(err.Error(), func(r rune) bool { return strings.ContainsRune(" \"':;,.", r) }), s)
	})) {
		t.Errorf("the error tells a secret: %v", err)
	}
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
