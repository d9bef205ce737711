package tunnel_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dormer/internal/netfault"
	"dormer/tunnel"
)

// site is an HTTP server until the test ends.
func site(t *testing.T, h http.Handler) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// never fails the test when a request gets past the pinger.
func never(t *testing.T) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) { t.Errorf("the handler saw %s %s", r.Method, r.URL) }
}

func TestAPingThatComesBackProvesTheAddress(t *testing.T) {
	p := tunnel.NewPinger()
	s := site(t, p.Wrap(never(t)))
	for range 20 { // more than may be on their way at a time
		if latency, err := p.Ping(t.Context(), s.Client(), s.URL+"/hover/1"); err != nil || latency <= 0 {
			t.Fatalf("%v, %v", latency, err)
		}
	}
}

func TestAPingIsAnsweredOnce(t *testing.T) {
	p := tunnel.NewPinger()
	wrapped := p.Wrap(never(t))
	repeat := httptest.NewRecorder()
	s := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wrapped.ServeHTTP(w, r)
		wrapped.ServeHTTP(repeat, r) // somebody repeats it
	}))
	if _, err := p.Ping(t.Context(), s.Client(), s.URL); err != nil {
		t.Error(err)
	}
	if repeat.Code != http.StatusNotFound || repeat.Header().Get("Dormer-Pong") != "" {
		t.Errorf("the repeat was answered %d %v", repeat.Code, repeat.Header())
	}
}

// TestAPingThatNobodyWaitsForIsNobodysBusiness: one that comes late, from an
// earlier run, from another computer or with an odd nonce is no delivery to refuse.
func TestAPingThatNobodyWaitsForIsNobodysBusiness(t *testing.T) {
	mine, theirs := tunnel.NewPinger(), tunnel.NewPinger()
	s := site(t, mine.Wrap(never(t)))
	if _, err := theirs.Ping(t.Context(), s.Client(), s.URL); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("another pinger's: %v", err)
	}
	for _, nonces := range [][]string{{""}, {"x"}, {strings.Repeat("x", 10_000)}, {"a", "b"}} {
		for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodPut} {
			r := httptest.NewRequest(method, "/hover/1", strings.NewReader("{}"))
			r.Header["Dormer-Ping"] = nonces
			w := httptest.NewRecorder()
			mine.Wrap(never(t)).ServeHTTP(w, r)
			if w.Code != http.StatusNotFound {
				t.Errorf("%s %q: %d", method, nonces, w.Code)
			}
		}
	}
	passed := false
	mine.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true })).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/hover/1", strings.NewReader("{}")))
	if !passed {
		t.Error("what is no ping was not passed on")
	}
}

func TestAnEchoIsNoProof(t *testing.T) {
	p := tunnel.NewPinger()
	s := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Dormer-Pong", r.Header.Get("Dormer-Ping"))
	}))
	if _, err := p.Ping(t.Context(), s.Client(), s.URL); err == nil {
		t.Error("an echo passed")
	}
}

func TestAPingFollowsNoRedirect(t *testing.T) {
	p := tunnel.NewPinger()
	home := site(t, p.Wrap(never(t)))
	s := site(t, http.RedirectHandler(home.URL, http.StatusTemporaryRedirect))
	if _, err := p.Ping(t.Context(), s.Client(), s.URL); err == nil || !strings.Contains(err.Error(), "307") {
		t.Errorf("it says %v", err)
	}
}

func TestAPingSaysWhatAnsweredInstead(t *testing.T) {
	p := tunnel.NewPinger()
	for header, want := range map[string]string{
		"ERR_NGROK_3200": "ERR_NGROK_3200",
		"ERR_NGROK_727":  "ERR_NGROK_727",
		"<script>":       "",
		"":               "",
	} {
		s := site(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Ngrok-Error-Code", header)
			w.WriteHeader(http.StatusNotFound)
		}))
		var failure *tunnel.Error
		_, err := p.Ping(t.Context(), s.Client(), s.URL+"/hover/secret")
		if !errors.As(err, &failure) || failure.Code != want || failure.Says.IsZero() || failure.Do.IsZero() {
			t.Errorf("%q: %v", header, err)
		}
		if !strings.Contains(err.Error(), "404") || strings.Contains(err.Error(), "script") {
			t.Errorf("%q: %v", header, err)
		}
	}
}

func TestAPingTellsNobodyFromSomebodyElse(t *testing.T) {
	p := tunnel.NewPinger()
	page := site(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<h1>Blocked</h1>")
	}))
	offline := site(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Ngrok-Error-Code", "ERR_NGROK_3200")
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
	}))
	untrusted := httptest.NewTLSServer(p.Wrap(never(t)))
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer untrusted.Close()
	for url, want := range map[string]netfault.Kind{
		page.URL: netfault.Page, offline.URL: netfault.Else, site(t, http.NotFoundHandler()).URL: netfault.Else,
		"http://" + freeAddr(t): netfault.Refused, untrusted.URL: netfault.Signer,
	} {
		_, err := p.Ping(t.Context(), &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, url+"/hover/secret")
		if f := netfault.Look(err); f == nil || f.Kind != want || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s, want %s: %v", url, want, err)
		}
	}
}

func TestAPingToADeadAddressKeepsThePathToItself(t *testing.T) {
	p := tunnel.NewPinger()
	_, err := p.Ping(t.Context(), http.DefaultClient, "http://"+freeAddr(t)+"/hover/secret")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("it says %v", err)
	}
}

func TestPingsOnTheirWayAreBounded(t *testing.T) {
	p := tunnel.NewPinger()
	held, release := make(chan struct{}), make(chan struct{})
	s := site(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		held <- struct{}{}
		<-release
	}))
	done := make(chan struct{})
	const limit = 8
	for range limit {
		go func() {
			_, _ = p.Ping(t.Context(), s.Client(), s.URL)
			done <- struct{}{}
		}()
		<-held
	}
	if _, err := p.Ping(t.Context(), s.Client(), s.URL); err == nil || !strings.Contains(err.Error(), "Too many") {
		t.Errorf("one more: %v", err)
	}
	close(release)
	for range limit {
		<-done
	}
}
