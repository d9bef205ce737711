package setup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/reach"
	"dormer/internal/say"
	"dormer/internal/setup"
	"dormer/tunnel/edgetest"
)

// beside starts an ngrok on this computer and gives flags that lead there.
func beside(t *testing.T, o edgetest.Options) (*edgetest.Edge, setup.Flags) {
	t.Helper()
	edge, err := edgetest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := edge.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(strings.Join(edge.Log(), "\n"))
		}
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, edge.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	f := folder(t)
	f.NgrokServer, f.NgrokCA = edge.ConnectAddr(), ca
	return edge, f
}

// runs runs a Dormer until the test ends.
func runs(t *testing.T, d *setup.Dormer) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = d.Close()
	})
}

// until waits until the status is as wanted.
func until(t *testing.T, d *setup.Dormer, what string, want func(engine.Status) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for range d.Engine().Watch(ctx) {
		s, err := d.Engine().Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if want(s) {
			return
		}
	}
	s, _ := d.Engine().Status(t.Context())
	t.Fatalf("never %s: %+v", what, s)
}

func TestATokenIsTriedBesideTheTunnelThatIsOpen(t *testing.T) {
	edge, f := beside(t, edgetest.Options{
		Tokens:       map[string]edgetest.Account{"mine": {Name: "Acme Roofing"}, "yours": {Name: "Bolt Siding"}},
		LoopbackURLs: true,
	})
	d := open(t, f, env{"NGROK_AUTHTOKEN": "mine"})
	runs(t, d)
	e := d.Engine()
	online := func(token string) func(engine.Status) bool {
		url, err := edge.URL(edge.DevDomain(token))
		if err != nil {
			t.Fatal(err)
		}
		return func(s engine.Status) bool { return s.Tunnel.State == "online" && s.Tunnel.URL == url }
	}
	until(t, d, "online with the first token", online("mine"))

	before := edge.Stats()
	url, err := e.TryToken(t.Context(), " yours\n")
	if want, _ := edge.URL(edge.DevDomain("yours")); err != nil || url != want {
		t.Errorf("the other account's address is %q, %v", url, err)
	}
	if err := edge.Await(t.Context(), func(s edgetest.Stats) bool { return s.Sessions == 1 }); err != nil {
		t.Errorf("the trial stays open: %v", err)
	}
	if now := edge.Stats(); now.Auths != before.Auths+1 || e.Value(engine.KeyNgrokToken) != "mine" {
		t.Errorf("%+v became %+v", before, now)
	}
	if url, err := e.TryToken(t.Context(), "mine"); err != nil || url == "" || edge.Stats().Auths != before.Auths+1 {
		t.Errorf("the token that is in use: %q, %v", url, err)
	}
	if s, _ := e.Status(t.Context()); s.Tunnel.State != "online" {
		t.Errorf("the trials have disturbed the tunnel: %+v", s.Tunnel)
	}

	// Set, it is in force at once.
	if err := e.Set(t.Context(), engine.Values{engine.KeyNgrokToken: "yours"}); err != nil {
		t.Fatal(err)
	}
	until(t, d, "online with the second token", online("yours"))
}

func TestATokenThatIsNotTakenIsSaidInPlainWords(t *testing.T) {
	edge, f := beside(t, edgetest.Options{Tokens: map[string]edgetest.Account{"mine": {}}, LoopbackURLs: true, MaxSessions: 1})
	d := open(t, f, nil)
	runs(t, d)
	try := func(token string, right bool, words ...string) {
		t.Helper()
		url, err := d.Engine().TryToken(t.Context(), token)
		said, ok := errors.AsType[*say.Error](err)
		if !ok || url != "" || said.Do.IsZero() || errors.Is(err, reach.ErrTokenRight) != right {
			t.Errorf("%q, %v", url, err)
			return
		}
		for _, w := range append(words, "") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v does not say %q", err, w)
			}
		}
		if strings.Contains(err.Error(), "keeps trying") || strings.Contains(err.Error(), "hushhush") {
			t.Errorf("it says %v", err)
		}
	}
	try("", false, "There is no ngrok token yet")
	try("hushhush", false, "That isn't an ngrok token", "ERR_NGROK_105", "Copy the whole token")
	edge.RefuseAuth("ERR_NGROK_107", "revoked", 1)
	try("mine", false, "does not know this token", "ERR_NGROK_107")
	edge.RefuseAuth("ERR_NGROK_108", "limited", 1)
	try("mine", true, "As many programs are connected", "the token itself is right", "Quit Dormer or ngrok")
	edge.RefuseBind("ERR_NGROK_334", "already online", 1)
	try("mine", true, "in use by another computer", "Quit Dormer or ngrok")
	edge.Down()
	try("mine", false, "Check the internet connection")
	edge.Up()
	if url, err := d.Engine().TryToken(t.Context(), "mine"); err != nil || url == "" {
		t.Errorf("the right one: %q, %v", url, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Engine().TryToken(ctx, "mine"); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits for it: %v", err)
	}
}

func TestADemoAsksNgrokNothing(t *testing.T) {
	on := true
	d := open(t, setup.Flags{DataDir: t.TempDir(), Demo: &on}, nil)
	if _, err := d.Engine().TryToken(t.Context(), "mine"); err == nil || !strings.Contains(err.Error(), "demo") {
		t.Errorf("%v", err)
	}
}
