package edgetest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"

	_ "dormer/internal/hermetic"
	"dormer/tunnel/edgetest"
)

// An agent of the unmodified SDK that serves h on the edge until the test ends.
func serve(t *testing.T, e *edgetest.Edge, token string, h http.HandlerFunc, opts ...ngrok.EndpointOption) (url string) {
	t.Helper()
	ln := listen(t, e, token, opts...)
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(ln)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return ln.URL().String()
}

func agent(t *testing.T, e *edgetest.Edge, token string) ngrok.Agent {
	t.Helper()
	a, err := ngrok.NewAgent(
		ngrok.WithAuthtoken(token),
		ngrok.WithAgentConnectURL(e.ConnectAddr()),
		ngrok.WithAgentConnectCAs(e.CAs()),
		ngrok.WithHeartbeatInterval(time.Hour), // short ones are a data race inside the SDK
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Disconnect() })
	return a
}

// listen opens an endpoint. Its end is no end of the context: on that the SDK closes
// the session while the test's cleanup closes the endpoint, a data race inside the SDK.
func listen(t *testing.T, e *edgetest.Edge, token string, opts ...ngrok.EndpointOption) ngrok.EndpointListener {
	t.Helper()
	ln, err := agent(t, e, token).Listen(context.WithoutCancel(t.Context()), opts...)
	if err != nil {
		t.Fatalf("listen: %v\n%s", err, strings.Join(e.Log(), "\n"))
	}
	return ln
}

func start(t *testing.T, o edgetest.Options) *edgetest.Edge {
	t.Helper()
	e, err := edgetest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func client(t *testing.T, e *edgetest.Edge) *http.Client {
	c := e.Client()
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func TestAPostArrivesAsItWasSent(t *testing.T) {
	for _, loopback := range []bool{false, true} {
		t.Run(fmt.Sprintf("loopback=%v", loopback), func(t *testing.T) {
			e := start(t, edgetest.Options{LoopbackURLs: loopback})
			body := bytes.Repeat([]byte(`{"event":"job-state-changed"}`+"\r\n"), 3000)
			got := make(chan *http.Request, 1)
			url := serve(t, e, "token", func(w http.ResponseWriter, r *http.Request) {
				b, err := io.ReadAll(r.Body)
				if err != nil || !bytes.Equal(b, body) {
					t.Errorf("the body changed on its way: %d bytes, %v", len(b), err)
				}
				got <- r
				w.Header().Set("Answer", "yes")
				w.WriteHeader(http.StatusAccepted)
			})
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/hover/1?q=%20x", bytes.NewReader(body))
			req.Header.Set("Content-Type", "application/json; charset=utf-8")
			req.Header.Set("Date", "Mon, 11 Sep 2023 16:39:02 GMT")
			req.Header.Set("Hover-Signature-256", "sha256=1:abc=")
			req.Header.Set("X-Forwarded-For", "203.0.113.9")
			poster := client(t, e)
			if loopback {
				poster = http.DefaultClient
			}
			resp, err := poster.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusAccepted || resp.Header.Get("Answer") != "yes" {
				t.Errorf("answer: %s %v", resp.Status, resp.Header)
			}
			r := <-got
			for name, want := range map[string]string{
				"Content-Type":        "application/json; charset=utf-8",
				"Date":                "Mon, 11 Sep 2023 16:39:02 GMT",
				"Hover-Signature-256": "sha256=1:abc=",
				"X-Forwarded-For":     "203.0.113.9, 127.0.0.1",
				"X-Forwarded-Proto":   "https",
				"X-Forwarded-Host":    strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://"),
				"Accept-Encoding":     "gzip",
			} {
				if v := r.Header.Get(name); v != want {
					t.Errorf("%s: %q, want %q", name, v, want)
				}
			}
			if r.RequestURI != "/hover/1?q=%20x" {
				t.Errorf("request line: %s", r.RequestURI)
			}
			if !strings.HasPrefix(r.RemoteAddr, "127.0.0.1:") {
				t.Errorf("poster's address: %s", r.RemoteAddr)
			}
		})
	}
}

func TestATokensAddressIsTheSameEveryTime(t *testing.T) {
	e := start(t, edgetest.Options{LoopbackURLs: true})
	a := agent(t, e, "token")
	first, err := a.Listen(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	other := listen(t, e, "another token")
	if first.URL().String() == other.URL().String() {
		t.Error("two accounts got one address")
	}
	if err := a.Disconnect(); err != nil {
		t.Fatal(err)
	}
	await(t, e, func(s edgetest.Stats) bool { return s.Endpoints == 1 })
	if again := listen(t, e, "token"); again.URL().String() != first.URL().String() {
		t.Errorf("first %s, then %s", first.URL(), again.URL())
	}
}

func await(t *testing.T, e *edgetest.Edge, want func(edgetest.Stats) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := e.Await(ctx, want); err != nil {
		t.Fatalf("%v\n%s", err, strings.Join(e.Log(), "\n"))
	}
}

func TestAnOfflineAddressSaysSo(t *testing.T) {
	e := start(t, edgetest.Options{LoopbackURLs: true})
	url, err := e.URL(e.DevDomain("token"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound || resp.Header.Get("Ngrok-Error-Code") != "ERR_NGROK_3200" {
		t.Errorf("%s %v", resp.Status, resp.Header)
	}
}

func TestABrowserMeetsTheWarningPageOnce(t *testing.T) {
	e := start(t, edgetest.Options{Interstitial: true})
	url := serve(t, e, "token", func(http.ResponseWriter, *http.Request) {})
	get := func(skip bool) string {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/oauth/callback", nil)
		req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
		req.Header.Set("Accept", "text/html,*/*")
		if skip {
			req.Header.Set("ngrok-skip-browser-warning", "1")
		}
		resp, err := client(t, e).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.Header.Get("Ngrok-Error-Code")
	}
	if code := get(false); code != "ERR_NGROK_6024" {
		t.Errorf("a browser got %q", code)
	}
	if code := get(true); code != "" {
		t.Errorf("a browser that skips the warning got %q", code)
	}
}

func TestReservedDomainsBelongToTheirAccounts(t *testing.T) {
	e := start(t, edgetest.Options{
		Tokens:  map[string]edgetest.Account{"mine": {}, "theirs": {DevDomain: "theirs.ngrok-free.app"}},
		Domains: []string{"roofs.example.com"},
	})
	if ln := listen(t, e, "mine", ngrok.WithURL("https://roofs.example.com")); ln.URL().Host != "roofs.example.com" {
		t.Errorf("got %s", ln.URL())
	}
	for url, code := range map[string]string{
		"https://other.example.com":     "ERR_NGROK_319",
		"https://theirs.ngrok-free.app": "ERR_NGROK_320",
		"https://nonsense":              "ERR_NGROK_326",
		"https://roofs.example.com":     "ERR_NGROK_334",
	} {
		_, err := agent(t, e, "mine").Listen(context.WithoutCancel(t.Context()), ngrok.WithURL(url))
		if coded, ok := err.(ngrok.Error); !ok || coded.Code() != code {
			t.Errorf("%s: %v, want %s", url, err, code)
		}
	}
}

func TestTheEdgeEndsAllThatItStarted(t *testing.T) {
	e := start(t, edgetest.Options{LoopbackURLs: true, Heartbeat: time.Minute})
	listen(t, e, "token")
	e.Freeze(true)
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestAClosedListenerGivesItsAddressBack(t *testing.T) {
	e := start(t, edgetest.Options{})
	ln := listen(t, e, "token")
	if urls := e.URLs(); len(urls) != 1 || urls[0] != ln.URL().String() {
		t.Errorf("online: %v", urls)
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
	if s := e.Stats(); s.Unbinds != 1 || s.Endpoints != 0 || len(e.URLs()) != 0 {
		t.Errorf("%+v, online: %v", s, e.URLs())
	}
	listen(t, e, "token")
}

func TestASlowEdgeIsSlow(t *testing.T) {
	e := start(t, edgetest.Options{})
	url := serve(t, e, "token", func(http.ResponseWriter, *http.Request) {})
	e.SetLatency(30 * time.Millisecond)
	// muxado races with itself where a session ends while it writes (observed in
	// v2.0.1, by the race detector).
	t.Cleanup(func() { e.SetLatency(0) })
	began := time.Now()
	resp, err := client(t, e).Post(url, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}

func TestACertificateFromTheFileIsEnough(t *testing.T) {
	e := start(t, edgetest.Options{})
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(e.CAPEM()) {
		t.Fatal("no certificate in it")
	}
	c, err := tls.Dial("tcp", e.ConnectAddr(), &tls.Config{RootCAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}
