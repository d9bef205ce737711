// The SDK has data races of its own, which a race run would report here: between
// a heartbeat that fails and an authentication (rawSession.Logger), and between
// the writer of a connection that dies and a request that is closed then
// (muxado's stream.frData: a session that is closed waits 250 ms for its writer,
// and then has the frame changed that is being written). Both concern connections
// that are being thrown away.

//go:build !race

package tunnel_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
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

// TestClosingWhileNothingIsSaidIsPrompt leaves a connection in the middle of its
// TLS handshake, on which the SDK's first message waits.
func TestClosingWhileNothingIsSaidIsPrompt(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	greeted := make(chan error)
	go func() {
		c, err := silent.Accept()
		if err == nil {
			defer c.Close()
			_, err = io.ReadFull(c, make([]byte, 1)) // of the handshake
		}
		greeted <- err
		<-greeted // nothing comes back
	}()
	defer close(greeted)
	l := live(t, tunnel.NewNgrok(tunnel.NgrokOptions{Token: "token", Server: silent.Addr().String(), Tuning: quick}), echo)
	if err := <-greeted; err != nil {
		t.Fatal(err)
	}
	if took := l.stop(); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAfterAnyStormItComesBack(t *testing.T) {
	for seed := range uint64(3) {
		e := start(t, edgetest.Options{StaleFor: 20 * time.Millisecond})
		pinger := tunnel.NewPinger()
		o := options(e)
		o.Tuning.Grace = 20 * time.Millisecond
		o.Tuning.Connect = 200 * time.Millisecond
		n := tunnel.NewNgrok(o)
		l := live(t, n, pinger.Wrap(echo))
		url := l.online().URL
		dice := rand.New(rand.NewPCG(seed, 1))
		faults := []func(){
			func() { e.DropSessions(false) },
			func() { e.DropSessions(true) },
			func() { e.Freeze(true) },
			func() { e.Freeze(false) },
			func() { e.Down() },
			func() { e.Up() },
			func() { e.Strand() },
			func() { n.Renew("the weather") },
			func() { e.RefuseBind("ERR_NGROK_334", "taken", 2) },
			func() { e.RefuseAuth("ERR_NGROK_108", "full", 2) },
			func() { _ = e.StopEndpoint(url, "", "closed") },
		}
		for range 60 {
			faults[dice.IntN(len(faults))]()
			before := e.Stats().Connections // let it be felt now and then
			if dice.IntN(3) == 0 {
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				_ = e.Await(ctx, func(s edgetest.Stats) bool { return s.Connections > before })
				cancel()
			}
		}
		e.Freeze(false)
		e.Up()
		client := e.Client()
		client.Timeout = 500 * time.Millisecond // a stranded connection never answers
		deadline := time.Now().Add(patience)
		for {
			_, err := pinger.Ping(t.Context(), client, url)
			if err == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("storm %d: %v\n%s", seed, err, l)
			}
			n.Renew("the self-check failed")
			l.online()
		}
		client.CloseIdleConnections()
		if took := l.stop(); took > 2*time.Second {
			t.Errorf("it took %v to close", took)
		}
	}
}
