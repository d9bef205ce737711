package tunnel_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	_ "dormer/internal/hermetic"
	"dormer/internal/stopwatch"
	"dormer/tunnel"
	"dormer/tunnel/edgetest"
)

// patience is how long a test waits for what must come, on a machine that does
// much else. It is never waited out in a test that passes.
const patience = time.Minute

// TestMain lets nothing outlive the tests but the SDK's heartbeats, which do
// not end with their connection but with their interval, an hour here.
func TestMain(m *testing.M) {
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(patience); code == 0; {
		err := goleak.Find(
			goleak.IgnoreAnyFunction("golang.ngrok.com/muxado/v2.(*Heartbeat).requester"),
			goleak.IgnoreAnyFunction("golang.ngrok.com/muxado/v2.(*Heartbeat).check"),
		)
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// life is a tunnel that runs in a test.
type life struct {
	t      *testing.T
	cancel context.CancelFunc
	done   chan struct{}
	err    error // of Run, once done is closed

	mu      sync.Mutex
	changed chan struct{}
	history []tunnel.Status
	read    int // how much of history was awaited
}

// live runs a tunnel until the test ends.
func live(t *testing.T, tun tunnel.Tunnel, h http.Handler) *life {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &life{t: t, cancel: cancel, done: make(chan struct{}), changed: make(chan struct{})}
	go func() {
		defer close(l.done)
		l.err = tun.Run(ctx, h, l.report)
	}()
	t.Cleanup(func() { l.stop() })
	return l
}

func (l *life) report(s tunnel.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.history = append(l.history, s)
	close(l.changed)
	l.changed = make(chan struct{})
}

// await gives the next status, from the last awaited one on, that is as wanted.
func (l *life) await(what string, want func(tunnel.Status) bool) tunnel.Status {
	l.t.Helper()
	tooLong := time.After(patience)
	for {
		l.mu.Lock()
		for l.read < len(l.history) {
			s := l.history[l.read]
			l.read++
			if want(s) {
				l.mu.Unlock()
				return s
			}
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-tooLong:
			l.t.Fatalf("never %s:\n%s", what, l)
		}
	}
}

func (l *life) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, s := range l.history {
		fmt.Fprintf(&b, "%s %s attempt=%d %v\n", s.State, s.URL, s.Attempt, s.Err)
	}
	return b.String()
}

func (l *life) online() tunnel.Status {
	l.t.Helper()
	return l.await("online", func(s tunnel.Status) bool { return s.State == tunnel.Online })
}

func (l *life) reconnecting() tunnel.Status {
	l.t.Helper()
	return l.await("reconnecting", func(s tunnel.Status) bool { return s.State == tunnel.Reconnecting })
}

// saying waits for a status whose error says so.
func (l *life) saying(words string) tunnel.Status {
	l.t.Helper()
	return l.await("saying "+words, func(s tunnel.Status) bool { return s.Err != nil && strings.Contains(s.Err.Error(), words) })
}

// failed waits until Run has given up.
func (l *life) failed(code string) *tunnel.Error {
	l.t.Helper()
	select {
	case <-l.done:
	case <-time.After(patience):
		l.t.Fatalf("still running:\n%s", l)
	}
	e, ok := l.err.(*tunnel.Error)
	if !ok || e.Code != code || !e.Fatal {
		l.t.Fatalf("ended with %v, want a fatal %s", l.err, code)
	}
	if e.Says.IsZero() || e.Next().IsZero() {
		l.t.Errorf("no words for people in %#v", e)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if last := l.history[len(l.history)-1]; last.State != tunnel.Failed || last.Code != code || last.Err != l.err {
		l.t.Errorf("the last status was %+v", last)
	}
	return e
}

// stop ends the tunnel and gives how long that took, by a watch.
func (l *life) stop() time.Duration {
	l.t.Helper()
	watch := stopwatch.Start()
	defer watch.Stop()
	l.cancel()
	select {
	case <-l.done:
	case <-time.After(patience):
		l.t.Fatal("Run does not return")
	}
	return watch.Shows()
}

// logbook is a log that a test can search.
type logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logbook) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug - 10}))
}

// quick are times for tests: nothing waits for long, and there are no
// heartbeats, which are a data race inside the SDK.
var quick = tunnel.Tuning{
	Heartbeat:  time.Hour,
	Tolerance:  time.Hour,
	Grace:      2 * time.Second,
	BackoffMin: 5 * time.Millisecond,
	BackoffMax: 40 * time.Millisecond,
	Slow:       30 * time.Millisecond,
}

// options are for a tunnel to the edge with the token "token".
func options(e *edgetest.Edge) tunnel.NgrokOptions {
	return tunnel.NgrokOptions{
		Token:   "token",
		Server:  e.ConnectAddr(),
		CAs:     e.CAs(),
		Version: "1.2.3",
		Tuning:  quick,
	}
}

func start(t *testing.T, o edgetest.Options) *edgetest.Edge {
	t.Helper()
	e, err := edgetest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(strings.Join(e.Log(), "\n"))
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// settle waits until the edge is as wanted.
func settle(t *testing.T, e *edgetest.Edge, want func(edgetest.Stats) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := e.Await(ctx, want); err != nil {
		t.Fatal(err)
	}
}

// post posts a webhook and gives the status and body of the answer.
func post(t *testing.T, e *edgetest.Edge, url, body string) (int, string) {
	t.Helper()
	c := e.Client()
	defer c.CloseIdleConnections()
	resp, err := c.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// echo answers with what was posted.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, _ = w.Write(b)
})
