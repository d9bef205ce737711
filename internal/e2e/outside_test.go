//go:build unix

package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// TestWhateverBefallsTheTunnelALampSaysSoAndNothingIsLost does to the tunnel
// what ngrok and networks do: while it lasts no lamp is green that should not
// be, afterwards it is ready by itself, and the job that ended meanwhile is
// told once.
func TestWhateverBefallsTheTunnelALampSaysSoAndNothingIsLost(t *testing.T) {
	t.Parallel()
	refuse := func(code, message string) func(*computer) {
		return func(c *computer) {
			c.ngrok.RefuseAuth(code, message, -1)
			c.ngrok.DropSessions(false)
		}
	}
	admit := func(c *computer) { c.ngrok.RefuseAuth("", "", 0) }
	for name, fault := range map[string]struct {
		strike func(*computer)
		code   string // that the lamp names; empty: none
		lamp   engine.Colour
		says   string // in the lamp's words
		within time.Duration
		end    func(*computer)
		// person is what a person has to do before it can be ready again.
		person func(*computer)
	}{
		"ended in order (FIN)": {strike: func(c *computer) { c.ngrok.DropSessions(false) }, within: 2 * time.Second},
		"torn off (RST)":       {strike: func(c *computer) { c.ngrok.DropSessions(true) }, within: 2 * time.Second},
		"swallowed":            {strike: func(c *computer) { c.ngrok.Freeze(true) }, within: 40 * time.Second, end: func(c *computer) { c.ngrok.Freeze(false) }},
		"left in another network, its address answers 3200": {
			strike: func(c *computer) { c.ngrok.Strand() }, within: 40 * time.Second,
		},
		"ngrok is down": {strike: func(c *computer) { c.ngrok.Down() }, within: 2 * time.Second, end: func(c *computer) { c.ngrok.Up() }},
		"the address is another computer's (334)": {
			strike: func(c *computer) {
				c.ngrok.RefuseBind("ERR_NGROK_334", "The endpoint is already online.", -1)
				c.ngrok.DropSessions(false)
			},
			code: "ERR_NGROK_334", lamp: engine.Red, says: "held", within: 2 * time.Second,
			end: func(c *computer) { c.ngrok.RefuseBind("", "", 0) },
		},
		"too many agents (108)": {
			strike: refuse("ERR_NGROK_108", "Your account is limited to 1 agent session."), code: "ERR_NGROK_108", lamp: engine.Red,
			says: "as many programs", within: 2 * time.Second, end: admit,
		},
		"connected too often in a short time (349)": {
			strike: refuse("ERR_NGROK_349", "Your account has started too many sessions."), code: "ERR_NGROK_349", lamp: engine.Red,
			says: "too often", within: 2 * time.Second, end: admit,
		},
		"its address answers 3200 for fifteen seconds after a reconnect": {
			strike: func(c *computer) {
				c.ngrok.PublishAfter(15 * time.Second)
				c.ngrok.DropSessions(false)
			},
			within: 2 * time.Second, end: func(c *computer) { c.ngrok.PublishAfter(15 * time.Second) },
		},
		"the token is revoked (107)": {
			strike: refuse("ERR_NGROK_107", "The authtoken is not valid any more."), code: "ERR_NGROK_107", lamp: engine.Red,
			says: "token", within: 2 * time.Second, end: admit,
			person: func(c *computer) {
				if a := c.typing(c.token+"\n", "config", "set", engine.KeyNgrokToken, "-"); a.code != 0 {
					c.t.Fatal(a)
				}
			},
		},
		"stopped in ngrok's dashboard": {
			strike: func(c *computer) {
				if err := c.ngrok.StopAgents(c.t.Context()); err != nil {
					c.t.Error(err)
				}
			},
			lamp: engine.Red, says: "stopped", within: 2 * time.Second,
			person: func(c *computer) { c.stop(); c.launch() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "61", State: hover.JobWorking}}}).signedIn()
			before := row[statusJSON](c, "status").Webhook
			binds := c.ngrok.Stats().Binds
			fault.strike(c)
			// Seen from the first moment of not being ready. It may be over before
			// anybody looks: then the edge has seen another connection.
			var seen engine.Status
			took := c.within(fault.within, "it is not ready", func(d *control.Client) bool {
				s, err := d.Status(c.t.Context())
				seen = s
				return err == nil && (s.State != engine.StateReady || fault.end == nil && c.ngrok.Stats().Binds > binds)
			})
			t.Logf("not ready after %s", took.Round(time.Millisecond))
			if seen.State != engine.StateReady && lampOf(seen, "tunnel") == engine.Green {
				t.Errorf("not ready, and the tunnel's lamp is green: %+v", seen)
			}
			if fault.lamp != "" {
				c.await("the lamp says why", func(d *control.Client) bool {
					s, err := d.Status(c.t.Context())
					if err != nil || s.State == engine.StateReady || s.Tunnel.Code != fault.code {
						return false
					}
					return slices.ContainsFunc(s.Lamps, func(l engine.Lamp) bool {
						return l.Name == "tunnel" && l.State == fault.lamp && strings.Contains(l.Says.String(), fault.says) && !l.Do.IsZero()
					})
				})
			}
			for _, other := range []string{"hover", "signatures", "disk"} {
				if lampOf(seen, other) == engine.Red {
					t.Errorf("the lamp %q is red for the tunnel's sake: %+v", other, seen.Lamps)
				}
			}
			if err := c.hover.CompleteJob("61"); err != nil { // its webhook may find nobody
				t.Fatal(err)
			}
			if fault.end != nil {
				fault.end(c)
			}
			if fault.person != nil {
				fault.person(c)
			}
			took = c.within(100*time.Second, "it is ready again", c.isReady)
			t.Logf("ready again after %s", took.Round(time.Millisecond))
			if told := c.told(1); len(told) != 1 || told[0].JobID != "61" || told[0].Kind != "completed" {
				t.Errorf("told: %+v", told)
			}
			s := row[statusJSON](c, "status")
			if lamp, says := s.lamp("tunnel"); lamp != "green" {
				t.Errorf("ready, and the tunnel's lamp is %s: %s", lamp, says)
			}
			if s.Webhook.ID != before.ID || s.Webhook.URL != before.URL || len(c.hover.Webhooks()) != 1 {
				t.Errorf("the webhook was %+v and is %+v; Hover has %+v", before, s.Webhook, c.hover.Webhooks())
			}
		})
	}
}

// TestASlowTunnelIsSlowAndNothingElse has every public request take three
// seconds.
func TestASlowTunnelIsSlowAndNothingElse(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "62", State: hover.JobWorking}}}).signedIn()
	c.ngrok.SetLatency(3 * time.Second)
	if err := c.hover.CompleteJob("62"); err != nil {
		t.Fatal(err)
	}
	if told := c.told(1); len(told) != 1 || told[0].JobID != "62" {
		t.Errorf("told: %+v", told)
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := c.hover.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	for _, d := range c.hover.Deliveries() {
		if d.Status != 200 {
			t.Errorf("a delivery was answered %d", d.Status)
		}
	}
	s := row[statusJSON](c, "status")
	if lamp, says := s.lamp("tunnel"); s.State != "ready" || lamp != "green" {
		t.Errorf("the state is %s, the lamp %s: %s", s.State, lamp, says)
	}
}

// TestAnAddressThatChangesIsRegisteredAnew gives the tunnel another address as
// it connects again: the new one is verified, our old webhook goes, and a
// foreign one stays as it is.
func TestAnAddressThatChangesIsRegisteredAnew(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "63", State: hover.JobWorking}}})
	foreign := c.hover.RegisterForeign("http://127.0.0.1:1/crm/hook")
	c.signedIn()
	before := row[statusJSON](c, "status").Webhook
	c.ngrok.Rename(c.ngrok.DevDomain(c.token), "another-otter.ngrok-free.app")
	c.ngrok.DropSessions(false)
	// The old address is only found out by the next self-check, and the new one
	// is proven by the one after that: a minute each.
	c.within(150*time.Second, "it is ready at another address", func(d *control.Client) bool {
		s, err := d.Status(c.t.Context())
		return err == nil && s.State == engine.StateReady && s.Webhook.URL != before.URL
	})
	after := row[statusJSON](c, "status")
	hooks := c.hover.Webhooks()
	if len(hooks) != 2 || hooks[0].ID != foreign || hooks[0].URL != "http://127.0.0.1:1/crm/hook" || hooks[1].ID.String() != after.Webhook.ID {
		t.Errorf("Hover has %+v; ours is %+v", hooks, after.Webhook)
	}
	if after.Webhook.State != "verified" || !strings.HasPrefix(after.Webhook.URL, after.Tunnel.URL+"/hover/") {
		t.Errorf("the webhook is %+v at the tunnel %+v", after.Webhook, after.Tunnel)
	}
	for _, l := range after.Lamps {
		if l.State == "red" {
			t.Errorf("ready, and a lamp is red: %+v", l)
		}
	}
	if err := c.hover.CompleteJob("63"); err != nil {
		t.Fatal(err)
	}
	if told := c.told(1); len(told) != 1 || told[0].JobID != "63" {
		t.Errorf("told: %+v", told)
	}
}
