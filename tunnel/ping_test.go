package tunnel_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
	passed := 0
	wrapped := p.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }))
	s := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wrapped.ServeHTTP(w, r)
		wrapped.ServeHTTP(httptest.NewRecorder(), r) // somebody repeats it
	}))
	if _, err := p.Ping(t.Context(), s.Client(), s.URL); err != nil {
		t.Error(err)
	}
	if passed != 1 {
		t.Errorf("%d repeats went on to the handler", passed)
	}
}

func TestAPingOfSomebodyElseIsARequestLikeAnyOther(t *testing.T) {
	mine, theirs := tunnel.NewPinger(), tunnel.NewPinger()
	var seen *http.Request
	s := site(t, mine.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		w.WriteHeader(http.StatusTeapot)
	})))
	_, err := theirs.Ping(t.Context(), s.Client(), s.URL)
	if seen == nil || seen.Header.Get("Dormer-Ping") == "" {
		t.Errorf("the handler saw %v", seen)
	}
	if err == nil || !strings.Contains(err.Error(), "418") {
		t.Errorf("the pinger says %v", err)
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
		if !errors.As(err, &failure) || failure.Code != want || failure.Says == "" || failure.Do == "" {
			t.Errorf("%q: %v", header, err)
		}
		if !strings.Contains(err.Error(), "404") || strings.Contains(err.Error(), "script") {
			t.Errorf("%q: %v", header, err)
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
