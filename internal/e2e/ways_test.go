//go:build unix

package e2e

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// freePort gives an address on loopback where nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestAnAddressOfOnesOwnAndARedirectToThisComputer(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "71", State: hover.JobWorking}}})
	own, back := freePort(t), "http://"+freePort(t)+"/back"
	c.launch("--tunnel", "own", "--listen", own, "--public-url", "http://"+own, "--redirect-url", back)
	c.ask("status", "--wait", "setup")
	login := c.verb(nil, "login")
	address := login.line()
	if u, err := url.Parse(address); err != nil || u.Query().Get("redirect_uri") != back {
		t.Errorf("the address to sign in at is %s", address)
	}
	if status, text := allow(t, browser(), address); status != http.StatusOK {
		t.Fatalf("the browser ends at status %d:\n%s", status, text)
	}
	if a := login.end(); a.code != 0 {
		t.Fatal(a)
	}
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	c.remember()
	if err := c.hover.CompleteJob("71"); err != nil {
		t.Fatal(err)
	}
	if told := c.told(1); len(told) != 1 || len(pdfsBelow(t, c.downloads)) != 1 {
		t.Errorf("told: %+v", told)
	}
	if n := c.ngrok.Stats().Connections; n != 0 {
		t.Errorf("ngrok was asked %d times all the same", n)
	}
	for path, want := range map[string]int{"/": 404, "/hover/0123456789abcdef0123456789abcdef": 404, "/oauth/callback?code=x&state=y": 400} {
		if status, _, _ := visit(t, browser(), "http://"+own+path); status != want {
			t.Errorf("a stranger at %s is answered %d, want %d", path, status, want)
		}
	}
}

func TestSigningInByPasting(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"--address", "--code"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, simulator.Account{})
			c.launch("--redirect-url", "https://crm.invalid/signed-in")
			c.ask("status", "--wait", "setup")
			login := c.verb(nil, "login")
			strangeEnd := errors.New("the browser cannot go there")
			b := browser()
			var ended *url.URL
			b.CheckRedirect = func(r *http.Request, _ []*http.Request) error { ended = r.URL; return strangeEnd }
			if _, err := b.Get(login.line() + "&answer=allow"); !errors.Is(err, strangeEnd) || ended.Host != "crm.invalid" {
				t.Fatalf("the browser ended at %v: %v", ended, err)
			}
			if a := c.dormer("login", "--address", "https://crm.invalid/signed-in?code=stolen&state=wrong"); a.code != 1 {
				t.Errorf("another sign-in's address was taken:\n%s", a)
			}
			pasted := ended.String()
			if by == "--code" {
				pasted = ended.Query().Get("code")
			}
			c.ask("login", by, pasted)
			if a := login.end(); a.code != 0 {
				t.Error(a) // it waits for whichever way
			}
			c.ask("status", "--wait", "ready", "--timeout", patience.String())
			if a := c.dormer("login", by, pasted); a.code != 1 {
				t.Errorf("it worked twice:\n%s", a)
			}
			c.remember()
		})
	}
}

func TestADataDirectoryIsForOneHover(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{}).signedIn()
	c.stop()
	other := newComputer(t, simulator.Account{})
	c.refused(1, []string{"belongs to " + strings.TrimPrefix(c.hover.URL(), "http://"), "--data-dir"},
		"run", "--headless", "--hover-url", other.hover.URL(), "--log-level", "error")
	c.start()
}

// TestTheDemoRunsByItself runs what `make demo` shows, up to its first job.
func TestTheDemoRunsByItself(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	began := time.Now()
	demo := c.verb(nil, "run", "--headless", "--demo", "--stop-after", "1")
	if a := demo.end(); a.code != 0 || !strings.Contains(a.said, "ALERT") || !strings.Contains(a.said, "is measured") {
		t.Error(a)
	}
	t.Logf("the first job was told and all ended after %s", time.Since(began).Round(time.Millisecond))
	if files := pdfsBelow(t, c.downloads); len(files) == 0 {
		t.Error("there is no PDF")
	}
	if n := len(c.hover.Requests()) + c.ngrok.Stats().Connections; n != 0 {
		t.Errorf("the demo asked %d times elsewhere", n)
	}
	if _, err := os.Stat(c.data + "/dormer.db"); err == nil {
		t.Error("the demo is not in a folder of its own")
	}
}

func TestTheSimulatorAsAServerOfItsOwn(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	sim := c.verb(nil, "simulate", "--listen", freePort(t))
	said := strings.Fields(sim.line()) // Hover's simulator listens at URL (files at URL).
	hoverAt := said[4]
	if use := sim.line(); !strings.Contains(use, "--hover-url "+hoverAt) {
		t.Errorf("it says how to use it: %s", use)
	}
	c.launch("--hover-url", hoverAt)
	c.ask("status", "--wait", "setup")
	c.signIn()
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	if jobs := rows[jobJSON](c, "jobs"); len(jobs) < 3 {
		t.Errorf("its account has %d jobs", len(jobs))
	}
	c.stop()
	if a := sim.interrupt(); a.code != 0 {
		t.Error(a)
	}
}
