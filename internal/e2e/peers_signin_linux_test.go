//go:build peers

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dormer/internal/simulator"
	"dormer/internal/stopwatch"
)

// A signInServer is a real one: start starts it before the front at an address, for
// the redirect address, and gives its own.
type signInServer struct {
	name  string
	start func(c *computer, front, redirect string) (server string)
}

func doorkeeper(env ...string) func(c *computer, front, redirect string) string {
	return func(c *computer, front, redirect string) string {
		at := freePort(c.t)
		c.peer(c.path("doorkeeper"), append([]string{
			"CLIENT_ID=" + simulator.ClientID, "CLIENT_SECRET=" + simulator.ClientSecret, "REDIRECTS=" + redirect,
		}, env...), "puma", "--bind", "tcp://"+at, "--threads", "2:4", "--environment", "production", peerFile(c.t, "doorkeeper.ru"))
		return "http://" + at
	}
}

func oidcProvider(c *computer, front, redirect string) string {
	at := freePort(c.t)
	_, port, _ := strings.Cut(at, ":")
	c.peer(c.path("oidc"), []string{
		"CLIENT_ID=" + simulator.ClientID, "CLIENT_SECRET=" + simulator.ClientSecret, "REDIRECTS=" + redirect, "ISSUER=http://" + front,
	}, "node", modules(c.t)+"/oidc.mjs", port)
	return "http://" + at
}

var signInServers = []signInServer{
	{"Doorkeeper", doorkeeper()},
	{"Doorkeeper without the columns of PKCE", doorkeeper("WITHOUT_PKCE=1")},
	{"Doorkeeper without previous_refresh_token", doorkeeper("WITHOUT_PREVIOUS=1")},
	{"oidc-provider", oidcProvider},
}

func (p probed) version() string {
	if p.OIDC != "" {
		return p.OIDC
	}
	return fmt.Sprintf("%s under Rails %s", p.Doorkeeper, p.Rails)
}

// TestPeersSignIn goes with Chromium through all that can happen at the sign-in of
// a real server.
func TestPeersSignIn(t *testing.T) {
	for _, peer := range signInServers {
		t.Run(peer.name, func(t *testing.T) {
			f, at := behindFront(t, house("71"))
			c := f.c
			back := "http://" + freePort(t) + "/oauth/callback"
			f.open(at, peer.start(c, at, back))
			c.launch("--redirect-url", back)
			c.ask("status", "--wait", "setup", "--timeout", patience.String())
			name := peer.name + " " + f.probe("").version()

			// Whoever denies, or has the secret wrong, is told so at once.
			login := c.verb(nil, "login", "--timeout", "5m")
			e := c.person(login.line(), "deny")
			watch := stopwatch.Start()
			a := login.end()
			if took := watch.Stop(); a.code != 1 || took > 10*time.Second {
				t.Errorf("after the consent was denied (page %d, %q) login ended so after %s:\n%s", e.Status, e.Text, watch, a)
			}
			passed(t, name, "consent denied: login ends with that")
			c.typing("not-the-secret-of-it\n", "config", "set", "hover_client_secret", "-")
			login = c.verb(nil, "login", "--timeout", "5m")
			e = c.person(login.line(), "grant")
			if a := login.end(); a.code != 1 || !strings.Contains(a.said, "secret") {
				t.Errorf("with a wrong client secret (page %d, %q) login ended so:\n%s", e.Status, e.Text, a)
			}
			passed(t, name, "a wrong client secret: login and the page say so")
			c.typing(simulator.ClientSecret+"\n", "config", "set", "hover_client_secret", "-")

			// Who grants is in, also if the page is loaded again.
			login = c.verb(nil, "login", "--timeout", "5m")
			e = c.person(login.line(), "grant", "reload")
			if a := login.end(); a.code != 0 || e.Status != 200 || !strings.Contains(e.Text, "You are signed in") {
				t.Fatalf("the browser ends at %d %q by %v, and login so:\n%s", e.Status, e.Text, e.Seen, a)
			}
			if e.Again == nil || !strings.Contains(strings.ToLower(e.Again.Text), "signed in") {
				t.Errorf("loaded again, the page says %+v", e.Again)
			}
			c.ask("status", "--wait", "ready", "--timeout", patience.String())
			c.remember()
			passed(t, name, "consent in "+e.Browser+" to the callback, loaded again; ready")

			// The tokens rotate, as often as their time is over.
			for range 3 {
				n := f.bearers()
				f.expire()
				c.ask("jobs")
				c.dormer("capture", "--name", "Ann", "--email", "ann@example.com", "--address", "9 Oak St")
				eventually(t, "another bearer", func() bool { return f.bearers() > n })
				c.remember()
			}
			if s := row[statusJSON](c, "status"); !s.Hover.SignedIn {
				t.Errorf("after three rotations the status is %+v", s.Hover)
			}
			passed(t, name, "tokens rotate three times")

			// A house is told, its PDF is there.
			if err := c.hover.CompleteJob("71"); err != nil {
				t.Fatal(err)
			}
			if told := c.told(1); len(told) != 1 || len(pdfsBelow(t, c.downloads)) != 1 {
				t.Errorf("told: %+v", told)
			}
			passed(t, name, "a house is told, its PDF saved")

			// A restart needs no sign-in; a second one leaves no token of the first.
			c.stop()
			c.launch("--redirect-url", back)
			c.ask("status", "--wait", "ready", "--timeout", patience.String())
			login = c.verb(nil, "login", "--timeout", "5m")
			e = c.person(login.line(), "grant")
			if a := login.end(); a.code != 0 {
				t.Errorf("the second sign-in, at %d %q:\n%s", e.Status, e.Text, a)
			}
			c.remember()
			if f.probe("").OIDC == "" {
				eventually(t, "but one token lives", func() bool { return f.probe("").Living <= 1 })
			}
			passed(t, name, "a second sign-in leaves no token of the first")

			c.ask("logout")
			if f.probe("").OIDC == "" {
				eventually(t, "no token lives", func() bool { return f.probe("").Living == 0 })
			}
			if hooks := c.hover.Webhooks(); len(hooks) != 0 {
				t.Errorf("after the sign-out Hover has %+v", hooks)
			}
			passed(t, name, "sign-out: tokens revoked, no webhook left")
		})
	}
}
