package setup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/setup"
	"dormer/internal/simulator"
	"dormer/storage"
)

// shared is one Hover with two organisations.
type shared struct {
	*httptest.Server
	a, b *simulator.Simulator

	mu      sync.Mutex
	next    *simulator.Simulator            // whoever signs in next is of it
	holders map[string]*simulator.Simulator // by token
}

func newShared(t *testing.T) *shared {
	t.Helper()
	h := &shared{holders: map[string]*simulator.Simulator{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	org := func(id hover.OrgID) *simulator.Simulator {
		account := simulator.Demo()
		account.Org = id
		s := simulator.New(simulator.Options{APIURL: h.URL, Account: account})
		s.SetFaults(func(f *simulator.Faults) { f.AutoApprove = true })
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	h.a, h.b = org("785"), org("999/../x")
	h.next = h.a
	return h
}

// ServeHTTP leads a request to the organisation whose token it holds, or else to
// the one that signs in.
func (h *shared) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	h.mu.Lock()
	to := h.next
	for _, token := range []string{strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), form.Get("refresh_token"), form.Get("token")} {
		if s := h.holders[token]; s != nil {
			to = s
		}
	}
	h.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	rec := httptest.NewRecorder()
	to.Handler().ServeHTTP(rec, r)
	if r.URL.Path == "/oauth/token" {
		h.mu.Lock()
		for _, word := range strings.Split(rec.Body.String(), `"`) {
			if len(word) > 20 {
				h.holders[word] = to
			}
		}
		h.mu.Unlock()
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
}

// signIn does what a person of an organisation does in the browser, and gives how
// it ended.
func (h *shared) signIn(t *testing.T, d *setup.Dormer, as *simulator.Simulator) error {
	t.Helper()
	h.mu.Lock()
	h.next = as
	h.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	login, err := d.Engine().BeginLogin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(login.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return d.Engine().WaitLogin(ctx, login.ID)
}

// freePort finds an address on loopback that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func jobsOf(t *testing.T, r engine.Reads) (n int) {
	t.Helper()
	for _, err := range r.Jobs(t.Context(), engine.JobFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestAStrangerBeginsAnewAndWhatWasThereIsKept(t *testing.T) {
	h := newShared(t)
	port := freePort(t)
	f := folder(t)
	f.HoverURL, f.Tunnel, f.Listen, f.PublicURL = h.URL, "own", port, "http://"+port
	e := env{"DORMER_HOVER_CLIENT_ID": simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET": simulator.ClientSecret}
	ready := func(s engine.Status) bool {
		return s.State == engine.StateReady && s.CatchUp.LastRun.After(time.Time{})
	}

	d := open(t, f, e)
	ended := make(chan error, 1)
	go func() { ended <- d.Run(t.Context()) }()
	if err := h.signIn(t, d, h.a); err != nil {
		t.Fatal(err)
	}
	until(t, d, "ready", ready)
	if jobsOf(t, d.Engine()) == 0 {
		t.Fatal("the first organisation has no jobs")
	}
	for key, value := range map[string]string{engine.KeyTheme: "dark", engine.KeyPrefetch: "none"} {
		if err := d.Engine().Set(t.Context(), engine.Values{key: value}); err != nil {
			t.Fatal(err)
		}
	}
	actingUser, hook := d.Engine().Value(engine.KeyActingUser), d.Engine().HookPath()
	if err := os.MkdirAll(filepath.Join(f.DataDir, "backups"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.Engine().Backup(t.Context(), filepath.Join(f.DataDir, "backups", "dormer-2026-11-21.db")); err != nil {
		t.Fatal(err)
	}
	if err := d.Engine().AcceptStranger(t.Context()); err == nil {
		t.Error("nobody is accepted")
	}

	// Somebody signs in for another organisation: nothing changes yet.
	if err := h.signIn(t, d, h.b); err == nil || !strings.Contains(err.Error(), "another Hover organization") {
		t.Errorf("the stranger's sign-in ended with %v", err)
	}
	s, ok, err := d.Engine().Stranger(t.Context())
	if err != nil || !ok || s.Ours.ID != "785" || s.Theirs.ID != "999/../x" {
		t.Errorf("%+v, %v, %v", s, ok, err)
	}
	if err := d.Engine().CatchUp(t.Context()); err != nil {
		t.Errorf("the sign-in that there was is gone: %v", err)
	}
	if st, _ := d.Engine().Status(t.Context()); st.State != engine.StateReady || st.Hover.OrgID != "785" || len(h.b.Webhooks()) != 0 {
		t.Errorf("%+v", st)
	}
	kept := jobsOf(t, d.Engine())

	// They are sure.
	if err := d.Engine().AcceptStranger(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, engine.ErrStartAgain) {
		t.Errorf("it ended with %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(h.a.Webhooks()); n != 0 {
		t.Errorf("%d webhooks are left at the first organisation", n)
	}
	for _, pattern := range []string{"dormer.db.785-2*", "backups.785-2*/dormer-2026-11-21.db"} {
		if list, _ := filepath.Glob(filepath.Join(f.DataDir, pattern)); len(list) != 1 {
			t.Errorf("%s: %q", pattern, list)
		}
	}
	aside, _ := filepath.Glob(filepath.Join(f.DataDir, "dormer.db.785-2*"))
	private(t, aside[0], 0o600)
	private(t, filepath.Join(f.DataDir, "dormer.db"), 0o600)

	// The next start is signed in, with the person's settings and nothing else.
	d = open(t, f, nil)
	if v := d.Engine(); v.Value(engine.KeyTheme) != "dark" || v.Value(engine.KeyPrefetch) != "none" || v.Value(engine.KeyActingUser) != "" || jobsOf(t, v) != 0 {
		t.Errorf("it begins with %q, %q, acting user %q, %d jobs", v.Value(engine.KeyTheme), v.Value(engine.KeyPrefetch), v.Value(engine.KeyActingUser), jobsOf(t, v))
	}
	if d.Engine().HookPath() == hook {
		t.Error("the organisation that was left knows the webhook's path")
	}
	runs(t, d)
	until(t, d, "ready", ready)
	st, _ := d.Engine().Status(t.Context())
	if st.Hover.OrgID != "999/../x" || len(h.b.Webhooks()) != 1 || jobsOf(t, d.Engine()) == 0 {
		t.Errorf("%+v", st)
	}
	if _, ok, _ := d.Engine().Stranger(t.Context()); ok {
		t.Error("still a stranger")
	}
	for a, err := range d.Engine().Alerts(t.Context()) {
		t.Errorf("the account's history is told: %+v, %v", a, err)
	}
	if actingUser == "" {
		t.Error("the first organisation had no acting user")
	}

	// What was kept is whole.
	old, err := storage.Open(aside[0], storage.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = old.View(func(tx *storage.Tx) error {
		for _, err := range tx.Jobs(storage.JobQuery{}) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err = errors.Join(err, old.Close()); err != nil || n != kept {
		t.Errorf("%d of %d jobs were kept, %v", n, kept, err)
	}
}

func TestASignInNeverMeetsAnotherOrganisationsDatabase(t *testing.T) {
	h := newShared(t)
	port := freePort(t)
	f := folder(t)
	f.HoverURL, f.Tunnel, f.Listen, f.PublicURL = h.URL, "own", port, "http://"+port
	e := env{"DORMER_HOVER_CLIENT_ID": simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET": simulator.ClientSecret}
	live := func(do func(*setup.Dormer)) {
		t.Helper()
		d := open(t, f, e)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		do(d)
		stop()
		if err := errors.Join(<-ended, d.Close()); err != nil {
			t.Error(err)
		}
	}
	copyOf := filepath.Join(t.TempDir(), "copy.db")
	live(func(d *setup.Dormer) {
		if err := h.signIn(t, d, h.a); err != nil {
			t.Fatal(err)
		}
		if err := d.Engine().Backup(t.Context(), copyOf); err != nil {
			t.Fatal(err)
		}
	})
	if err := os.Remove(filepath.Join(f.DataDir, "dormer.db")); err != nil {
		t.Fatal(err)
	}
	live(func(d *setup.Dormer) {
		if err := d.Engine().Logout(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := h.signIn(t, d, h.b); err != nil {
			t.Fatal(err)
		}
	})
	if err := setup.Restore(t.Context(), load(t, f, e), copyOf); err != nil {
		t.Fatal(err)
	}
	live(func(d *setup.Dormer) {
		until(t, d, "signed out", func(s engine.Status) bool { return s.State == engine.StateSetup })
		if s, ok, err := d.Engine().Stranger(t.Context()); err != nil || !ok || s.Ours.ID != "785" || s.Theirs.ID != "999/../x" {
			t.Errorf("%+v, %v, %v", s, ok, err)
		}
	})
}

func TestARedirectToThisComputerIsListenedOnAsSoonAsItIsSet(t *testing.T) {
	h := newShared(t)
	f := folder(t)
	f.HoverURL = h.URL // and no tunnel
	d := open(t, f, env{"DORMER_HOVER_CLIENT_ID": simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET": simulator.ClientSecret})
	runs(t, d)
	for range 2 { // it may be moved
		address := freePort(t)
		if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRedirectURL: "http://" + address + "/signed-in"}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		for {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
			if err == nil {
				_ = conn.Close()
				break
			}
			if ctx.Err() != nil {
				t.Fatal("nobody listens")
			}
			runtime.Gosched()
		}
		cancel()
		if err := h.signIn(t, d, h.a); err != nil {
			t.Error(err)
		}
	}
}
