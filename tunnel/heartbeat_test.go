// The SDK has a data race between its heartbeat and its authentication.

//go:build !race

package tunnel_test

import (
	"strings"
	"testing"
	"time"

	"dormer/tunnel"
	"dormer/tunnel/edgetest"
)

// beating are options with heartbeats that a test can wait for.
func beating(e *edgetest.Edge) tunnel.NgrokOptions {
	o := options(e)
	o.Tuning.Heartbeat, o.Tuning.Tolerance = 20*time.Millisecond, 200*time.Millisecond
	return o
}

func TestTheLatencyIsMeasured(t *testing.T) {
	e := start(t, edgetest.Options{})
	l := live(t, tunnel.NewNgrok(beating(e)), echo)
	l.await("measured", func(s tunnel.Status) bool { return s.State == tunnel.Online && s.Latency > 0 })
}

func TestANetworkThatSwallowsEverythingIsNoticedByItsSilence(t *testing.T) {
	e := start(t, edgetest.Options{})
	l := live(t, tunnel.NewNgrok(beating(e)), echo)
	url := l.online().URL
	e.Freeze(true)
	if s := l.reconnecting(); s.Err == nil || s.Latency != 0 {
		t.Errorf("status %+v", s)
	}
	e.Freeze(false)
	if again := l.online(); again.URL != url {
		t.Errorf("now %s", again.URL)
	}
}

func TestAnAgentThatFallsSilentIsDroppedByTheEdge(t *testing.T) {
	e := start(t, edgetest.Options{Heartbeat: 20 * time.Millisecond})
	l := live(t, tunnel.NewNgrok(beating(e)), echo)
	l.online()
	e.Freeze(true)
	settle(t, e, func(s edgetest.Stats) bool { return s.Endpoints == 0 })
	e.Freeze(false)
	l.reconnecting()
	l.online()
	if !strings.Contains(strings.Join(e.Log(), "\n"), "vanished=true") {
		t.Error("the edge heard a goodbye")
	}
}
