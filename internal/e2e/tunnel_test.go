//go:build unix

package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// TestWithoutATunnelNewsIsStillTold starts where no tunnel can be had, for each
// of the reasons why: what happened before is told by the catch-up of the
// start. That Hover is then asked every two minutes is told in internal/engine,
// where the clock can be had.
func TestWithoutATunnelNewsIsStillTold(t *testing.T) {
	t.Parallel()
	for name, reason := range map[string]struct {
		spoil func(*computer)
		code  string
	}{
		"the token is not written as one":  {func(c *computer) { c.wrongToken() }, "ERR_NGROK_105"},
		"the token was revoked":            {func(c *computer) { c.ngrok.RefuseAuth("ERR_NGROK_107", "The authtoken was revoked.", -1) }, "ERR_NGROK_107"},
		"ngrok is down":                    {func(c *computer) { c.ngrok.Down() }, ""},
		"the network swallows all packets": {func(c *computer) { c.ngrok.Freeze(true) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "21", State: hover.JobWorking}}}).signedIn()
			c.stop()
			c.hover.Quietly(func() {
				if err := c.hover.CompleteJob("21"); err != nil {
					t.Error(err)
				}
			})
			reason.spoil(c)
			began := time.Now()
			c.launch()
			told := c.told(1)
			t.Logf("told %s after the start", time.Since(began).Round(time.Millisecond))
			if len(told) != 1 || told[0].Kind != "completed" || told[0].JobID != "21" || len(pdfsBelow(t, c.downloads)) != 1 {
				t.Errorf("told: %+v", told)
			}
			if reason.code != "" {
				c.await("the tunnel's lamp is red", func(d *control.Client) bool {
					s, err := d.Status(t.Context())
					return err == nil && lampOf(s, "tunnel") == engine.Red
				})
			}
			s := row[statusJSON](c, "status")
			lamp, says := s.lamp("tunnel")
			if s.State == "ready" || lamp == "green" || s.Tunnel.Code != reason.code {
				t.Errorf("the status is %s, the tunnel's code %q, its lamp %s: %s", s.State, s.Tunnel.Code, lamp, says)
			}
			if hover, _ := s.lamp("hover"); hover == "red" {
				t.Errorf("Hover's lamp is red: %+v", s.Lamps)
			}
			if reason.code != "" && (s.State != "degraded" || !strings.Contains(says, "token")) {
				t.Errorf("the state is %s; the lamp says %q", s.State, says)
			}
			if a := c.dormer("status", "--wait", "ready", "--timeout", "500ms"); a.code != 1 || !strings.Contains(a.said, "not ready") || !strings.Contains(a.said, "tunnel: ") {
				t.Error(a)
			}
		})
	}
}

// wrongToken gives Dormer another token than ngrok knows, which is a secret too.
func (c *computer) wrongToken() {
	c.token = "not-a-token-that-ngrok-knows"
	c.secrets["the wrong token"] = c.token
}

func lampOf(s engine.Status, name string) engine.Colour {
	for _, l := range s.Lamps {
		if l.Name == name {
			return l.State
		}
	}
	return ""
}

// isReady asks whether a webhook posted now would arrive, as Dormer sees it.
func (c *computer) isReady(d *control.Client) bool {
	s, err := d.Status(c.t.Context())
	return err == nil && s.State == engine.StateReady
}

func TestATunnelThatDropsIsNoticedAndComesBack(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "41", State: hover.JobWorking}, {ID: "42", State: hover.JobWorking}}}).signedIn()
	before := row[statusJSON](c, "status").Webhook
	c.ngrok.Down()
	took := c.within(2*time.Second, "it is not ready", func(d *control.Client) bool { return !c.isReady(d) })
	t.Logf("not ready %s after the drop", took.Round(time.Millisecond))
	if lamp, _ := row[statusJSON](c, "status").lamp("tunnel"); lamp == "green" {
		t.Error("the tunnel's lamp is green")
	}
	if err := c.hover.CompleteJob("41"); err != nil { // its webhook finds nobody
		t.Fatal(err)
	}
	if err := c.hover.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.ngrok.Up()
	// Not before a self-check has come back, of which there is one a minute.
	took = c.within(80*time.Second, "it is ready again", c.isReady)
	t.Logf("ready %s after the tunnel could be had again", took.Round(time.Millisecond))
	c.told(1)
	if err := c.hover.CompleteJob("42"); err != nil {
		t.Fatal(err)
	}
	var about []string
	for _, a := range c.told(2) {
		about = append(about, a.JobID)
	}
	if got := strings.Join(about, " "); got != "41 42" {
		t.Errorf("told of the jobs %s", got)
	}
	after := row[statusJSON](c, "status").Webhook
	if after.ID != before.ID || after.URL != before.URL || len(c.hover.Webhooks()) != 1 {
		t.Errorf("the webhook was %+v and is %+v; Hover has %+v", before, after, c.hover.Webhooks())
	}
}

func TestABlackHoleIsNoticed(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{}).signedIn()
	c.ngrok.Freeze(true)
	took := c.within(40*time.Second, "it is not ready", func(d *control.Client) bool { return !c.isReady(d) })
	t.Logf("not ready %s after the network began to swallow everything", took.Round(time.Millisecond))
	c.stopsInTime()
}

// stopsInTime stops Dormer within the contract's bound.
func (c *computer) stopsInTime() {
	c.t.Helper()
	took := c.stop()
	if took >= 3*time.Second {
		c.t.Errorf("it took %s to stop", took)
	}
	c.t.Logf("stopped within %s", took.Round(time.Millisecond))
}

func TestItStopsInTime(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*computer){
		"while all is well":            func(*computer) {},
		"on a dead network":            func(c *computer) { c.ngrok.Freeze(true) },
		"while ngrok is down":          func(c *computer) { c.ngrok.Down() },
		"while Hover does not answer":  func(c *computer) { c.hoverHangs() },
		"in the middle of a download":  func(c *computer) { c.slowDownload() },
		"while somebody is signing in": func(c *computer) { c.verb(nil, "login").line() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "51", State: hover.JobWorking}}}).signedIn()
			spoil(c)
			c.stopsInTime()
			if _, err := http.Get(c.hover.URL() + "/simulator/"); err != nil {
				t.Error(err) // Hover itself was well all the time
			}
		})
	}
}

// hoverHangs lets Hover take a question and give no answer.
func (c *computer) hoverHangs() {
	c.t.Helper()
	c.hover.SetFaults(func(f *simulator.Faults) {
		f.Answers = []simulator.Answer{{Path: "/api/*", Kind: "hang", Count: simulator.Always}}
	})
	before := len(c.hover.Deliveries())
	if err := c.hover.CompleteJob("51"); err != nil {
		c.t.Fatal(err)
	}
	if err := c.hover.Settle(c.t.Context()); err != nil || len(c.hover.Deliveries()) == before {
		c.t.Fatalf("no event was delivered: %v", err)
	}
}

// slowDownload lets Dormer be busy with a file.
func (c *computer) slowDownload() {
	c.t.Helper()
	c.hover.SetFaults(func(f *simulator.Faults) { f.ArtifactSlow = 2 * time.Second })
	if err := c.hover.CompleteJob("51"); err != nil {
		c.t.Fatal(err)
	}
	asked := func() bool {
		for _, r := range c.hover.Requests() {
			if strings.HasSuffix(r.Path, "/measurements.pdf") {
				return true // the link was followed; the file takes 32 s
			}
		}
		return false
	}
	eventually(c.t, "the PDF is being fetched", asked)
}
