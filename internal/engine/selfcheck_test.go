package engine_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/simulator"
)

func (w *world) pings() int { return len(w.pingedAt()) }

// pingedAt gives when self-checks were sent.
func (w *world) pingedAt() []time.Time {
	w.net.mu.Lock()
	defer w.net.mu.Unlock()
	return slices.Clone(w.net.pings)
}

// since gives when self-checks were sent after a moment, in seconds from it.
func (w *world) since(at time.Time) (seconds []int) {
	for _, p := range w.pingedAt() {
		if d := p.Sub(at); d >= 0 {
			seconds = append(seconds, int(d.Seconds()))
		}
	}
	return seconds
}

// chain tests the whole chain.
func (w *world) chain() engine.Chain {
	w.t.Helper()
	c, err := w.e.TestChain(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// The ways in which a self-check does not come back.
var (
	noSuchName = answers{err: &net.DNSError{Err: "no such host", Name: "office.example", IsNotFound: true}}
	somebody   = answers{status: http.StatusNotFound}
	blockPage  = answers{status: http.StatusForbidden, header: http.Header{"Content-Type": {"text/html"}}}
	offline    = answers{status: http.StatusNotFound, header: http.Header{"Content-Type": {"text/html"}, "Ngrok-Error-Code": {"ERR_NGROK_3200"}}}
)

func TestWhenTheAddressIsChecked(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.pass(time.Hour)
		if n := w.pings(); n < 6 || n > 8 {
			t.Errorf("%d self-checks in an hour in which all is well", n)
		}
		w.net.pingsMeet(noSuchName)
		w.wire.become(func(*wire) {})
		connected := time.Now()
		w.pass(5 * time.Minute)
		want := []int{0, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 180, 240, 300}
		if got := w.since(connected); !slices.Equal(got, want) {
			t.Errorf("while nobody answers, self-checks after %v s, want %v", got, want)
		}
		w.net.pingsMeet(nil)
		w.pass(61 * time.Second)
		w.wantState(engine.StateReady)
		back := w.pings()
		w.pass(31 * time.Minute)
		if n := w.pings() - back; n != 3 {
			t.Errorf("%d self-checks in half an hour after one has come back", n)
		}
		for _, e := range w.events() {
			if e.Event == "" {
				t.Errorf("a self-check was stored: %+v", e)
			}
		}
	})
}

func TestReadyWithinTenSecondsOfATunnelThatWorks(t *testing.T) {
	for _, broken := range []time.Duration{0, 100 * time.Millisecond, 3 * time.Second, 9 * time.Second, 31 * time.Second, 115 * time.Second} {
		for name, how := range map[string]http.RoundTripper{"nobody answers": noSuchName, "nothing comes back": &road{jam: true}, "somebody else answers": somebody} {
			t.Run(fmt.Sprint(broken, " ", name), func(t *testing.T) {
				story(t, func(t *testing.T, w *world) {
					w.ready()
					w.pass(time.Hour)
					w.net.pingsMeet(how)
					w.wire.become(func(*wire) {})
					w.pass(broken)
					if s := w.status(); s.State == engine.StateReady {
						t.Error("ready before anything has come back")
					}
					w.net.pingsMeet(nil)
					w.pass(10 * time.Second)
					w.wantState(engine.StateReady)
				})
			})
		}
	}
}

// TestAWayThatIsBlockedIsNoReasonForANewTunnel: a filter of the office's network
// keeps self-checks from the address, while Hover's news arrive there.
func TestAWayThatIsBlockedIsNoReasonForANewTunnel(t *testing.T) {
	for name, blocked := range map[string]http.RoundTripper{"by name": noSuchName, "by silence": &road{jam: true}, "by a page": blockPage} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				w.net.pingsMeet(blocked)
				w.restart()
				w.pass(10 * time.Minute)
				if s := w.status(); s.State == engine.StateReady {
					t.Error("ready without any proof")
				}
				if l := w.lamp("tunnel"); l.State != engine.Red || !strings.Contains(l.Says.String(), "office.example") {
					t.Errorf("the cause is not told: %+v", l)
				}
				w.complete(id) // and Hover's signature gets here
				w.pass(2 * time.Second)
				w.wantState(engine.StateReady)
				l := w.lamp("tunnel")
				if l.State != engine.Amber || !strings.Contains(l.Says.String(), "office.example") || !strings.Contains(l.Says.String(), "Hover") {
					t.Errorf("the lamp does not say that self-checks are blocked: %+v", l)
				}
				w.pass(3 * time.Hour)
				w.wantState(engine.StateReady)
				if got := w.wire.renewals(); len(got) != 0 {
					t.Errorf("the tunnel was thrown away: %q", got)
				}
				w.net.pingsMeet(nil)
				w.pass(61 * time.Second)
				if l := w.lamp("tunnel"); l.State != engine.Green {
					t.Errorf("self-checks come back, and the lamp is %+v", l)
				}
				// What was proven by pings is not proven by a delivery of before.
				w.net.pingsMeet(blocked)
				w.pass(11 * time.Minute)
				if s := w.status(); s.State == engine.StateReady {
					t.Error("ready by a delivery of three hours ago")
				}
			})
		})
	}
}

func TestAnUnsignedDeliveryProvesNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.net.pingsMeet(noSuchName)
		w.restart()
		w.pass(time.Minute)
		w.emit(told("5", hover.JobWorking), simulator.Delivery{Unsigned: true})
		w.pass(time.Second)
		if s := w.status(); s.State == engine.StateReady {
			t.Error("ready by what anybody could have sent")
		}
	})
}

func TestWhereSomebodyElseAnswersTheConnectionIsThrownAway(t *testing.T) {
	for name, who := range map[string]http.RoundTripper{"somebody": somebody, "ngrok, for nobody": offline} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				w.pass(time.Hour)
				w.net.pingsMeet(who)
				w.wire.become(func(*wire) {})
				w.pass(9 * time.Second)
				if got := w.wire.renewals(); len(got) != 0 {
					t.Errorf("an address that is nine seconds old was thrown away: %q", got)
				}
				if l := w.lamp("tunnel"); l.State != engine.Amber {
					t.Errorf("a new address is not yet in doubt: %+v", l)
				}
				w.pass(10 * time.Minute)
				if n := len(w.wire.renewals()); n < 3 || n > 5 { // after 10 s, and 1, 2 and 4 minutes later
					t.Errorf("thrown away %d times in ten minutes", n)
				}
				w.net.pingsMeet(nil)
				w.pass(10 * time.Second)
				w.wantState(engine.StateReady)
			})
		})
	}
}

// TestAnAddressThatNgrokTakesAMinuteToPublishIsNotThrownAwayForGood: ngrok's users
// tell of pages of 3200 for a minute after a reconnect.
func TestAnAddressThatNgrokTakesAMinuteToPublishIsNotThrownAwayForGood(t *testing.T) {
	for _, takes := range []time.Duration{time.Minute, 3 * time.Minute} {
		story(t, func(t *testing.T, w *world) {
			w.ready()
			w.wire.become(func(*wire) {})
			opened, seen := time.Now(), 0
			for range 15 * 60 {
				if n := len(w.wire.renewals()); n > seen {
					opened, seen = time.Now(), n
				}
				if time.Since(opened) < takes {
					w.net.pingsMeet(offline)
				} else {
					w.net.pingsMeet(nil)
				}
				w.pass(time.Second)
			}
			w.wantState(engine.StateReady)
			if seen > 4 {
				t.Errorf("where it takes %s, the connection was thrown away %d times", takes, seen)
			}
		})
	}
}

// TestAnAddressOfOnesOwnIsCheckedOften: a self-check costs nothing there, and
// nothing else tells that the proxy in front is dead.
func TestAnAddressOfOnesOwnIsCheckedOften(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.wire.kind = "own"
		w.ready()
		before := w.pings()
		w.pass(10 * time.Minute)
		if n := w.pings() - before; n < 19 || n > 21 {
			t.Errorf("%d self-checks in ten minutes", n)
		}
		w.net.pingsMeet(answers{err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}})
		w.pass(31 * time.Second)
		if s := w.status(); s.State == engine.StateReady {
			t.Error("ready with the proxy dead")
		}
		w.net.pingsMeet(nil)
		w.pass(31 * time.Second)
		w.wantState(engine.StateReady)

		w.net.pingsMeet(answers{status: http.StatusBadGateway}) // the proxy lives, what it asks does not
		all, _ := examined(t, w.e)
		wantFound(t, all, "address", engine.Red, "502")
		for range 3 {
			n := w.pings()
			if c := w.chain(); c.Err == nil || w.pings() != n+1 {
				t.Errorf("a test was not made at once: %+v", c)
			}
		}
	})
}

// TestAnAddressThatIsTheListenerItselfIsCheckedNowAndThen, as in a demo: nothing stands
// in front of it that could die.
func TestAnAddressThatIsTheListenerItselfIsCheckedNowAndThen(t *testing.T) {
	for public, want := range map[string]int{"http://127.0.0.1:8465": 3, "http://127.0.0.1:8466": 60, "https://office.example": 60} {
		t.Run(public, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.wire.kind = "own"
				w.ready()
				if err := w.e.Set(t.Context(), engine.Values{engine.KeyPublicURL: public, engine.KeyListen: "127.0.0.1:8465"}); err != nil {
					t.Fatal(err)
				}
				w.pass(time.Minute)
				before := w.pings()
				w.pass(30*time.Minute + time.Second)
				if n := w.pings() - before; n < want-1 || n > want+1 {
					t.Errorf("%d self-checks in half an hour, want %d", n, want)
				}
			})
		})
	}
}

func TestAWakeIsCheckedAtOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.wire.kind = "own" // whose connection is not made anew
		w.ready()
		w.pass(5 * time.Second)
		var jump atomic.Int64
		w.stop()
		w.now = func() time.Time { return time.Now().Add(time.Duration(jump.Load())) }
		w.start()
		w.pass(10 * time.Second)
		before := w.pings()
		jump.Store(int64(8 * time.Hour))
		w.pass(6 * time.Second)
		if n := w.pings() - before; n != 1 {
			t.Errorf("%d self-checks after the wake", n)
		}
		w.wantState(engine.StateReady)
	})
}

// TestALatePingIsNoRefusedDelivery: one that comes after its time, also from the run
// before, is no delivery with a wrong signature.
func TestALatePingIsNoRefusedDelivery(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		hook := w.status().Webhook.URL
		for i := range 3 {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, hook, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Dormer-Ping", []string{"OLDNONCE", "", strings.Repeat("x", 5000)}[i])
			res, err := w.net.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			drain(res)
			if res.StatusCode != http.StatusNotFound {
				t.Errorf("answered %d", res.StatusCode)
			}
			w.restart()
			w.pass(10 * time.Second)
		}
		if s := w.status(); s.Inbox.Rejected != 0 {
			t.Errorf("%d deliveries were refused", s.Inbox.Rejected)
		}
		if l := w.lamp("signatures"); l.State != engine.Green {
			t.Errorf("the lamp is %+v", l)
		}
	})
}

func TestATestThatAPersonAsksForIsAtMostOneInTenSeconds(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready() // which has pinged
		before := w.pings()
		first := w.chain()
		if first.Err != nil || first.URL != officeURL || first.At.IsZero() || w.pings() != before {
			t.Errorf("the self-check's result is %+v, %d pings", first, w.pings()-before)
		}
		w.pass(11 * time.Second)
		results := make(chan engine.Chain, 5)
		for range cap(results) { // somebody presses the button often
			go func() { c, _ := w.e.TestChain(t.Context()); results <- c }()
		}
		for range cap(results) {
			if c := <-results; c.Err != nil || !c.At.After(first.At) {
				t.Errorf("%+v", c)
			}
		}
		if n := w.pings() - before; n != 1 {
			t.Errorf("%d pings", n)
		}

		w.wire.mu.Lock()
		w.wire.black = true
		w.wire.mu.Unlock()
		w.net.put("office.example", nil) // nobody is told
		w.pass(11 * time.Second)
		c := w.chain()
		if c.Err == nil || !strings.Contains(say.Of(c.Err).String(), "office.example cannot be found") {
			t.Errorf("a black hole: %v", c.Err)
		}
		if s := w.status(); s.State == engine.StateReady {
			t.Error("still ready")
		}
		if again := w.chain(); again.At != c.At || again.Err == nil {
			t.Errorf("at once: %+v", again)
		}
		w.wire.become(func(t *wire) { t.down = true })
		sent := w.pings()
		if c := w.chain(); c.Err == nil || !strings.Contains(c.Err.Error(), "ngrok cannot be reached") || w.pings() != sent {
			t.Errorf("without a tunnel: %+v", c)
		}
	})
}
