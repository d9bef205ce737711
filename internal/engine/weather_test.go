package engine_test

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/tunnel"
	"dormer/tunnel/edgetest"
)

// sky is the network between a computer and ngrok: Dormer's own tunnel and ngrok's
// SDK, unmodified, on an edge in memory, in fake time and with the times that the
// product has.
type sky struct {
	*world
	edge *edgetest.Edge

	mu    sync.Mutex
	proxy string // as HTTPS_PROXY has it
}

const (
	ourToken   = "a-token"
	theirToken = "their-token"
	ngrokHost  = "connect.ngrok-agent.com"
)

// underTheSky tells f in a bubble in which the tunnel is ngrok's.
func underTheSky(t *testing.T, o edgetest.Options, f func(t *testing.T, w *sky)) {
	t.Helper()
	story(t, func(t *testing.T, w *world) {
		o.InMemory = true
		o.Tokens = map[string]edgetest.Account{ourToken: {Name: "Ours", Plan: "Free"}, theirToken: {Name: "Theirs", Plan: "Free"}}
		edge, err := edgetest.Start(o)
		if err != nil {
			t.Fatal(err)
		}
		s := &sky{world: w, edge: edge}
		t.Cleanup(func() {
			if t.Failed() {
				t.Log(strings.Join(edge.Log(), "\n"))
			}
			if err := edge.Close(); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Minute) // sleep: the bubble's clock; the SDK's heartbeats end with their next beat
		})
		w.tunnel = func(routes []tunnel.Route) (tunnel.Tunnel, error) {
			return tunnel.NewNgrok(s.ngrok(ourToken, w.e.Value(engine.KeyPublicURL), routes)), nil
		}
		for _, domain := range append([]string{edge.DevDomain(ourToken), edge.DevDomain(theirToken)}, o.Domains...) {
			w.net.put(domain, handled{edge})
		}
		f(t, s)
	})
}

func (w *sky) ngrok(token, address string, routes []tunnel.Route) tunnel.NgrokOptions {
	return tunnel.NgrokOptions{
		Token: token, URL: address, Routes: routes, CAs: w.edge.CAs(), Dial: w.edge.Dial,
		// The SDK leaves a goroutine behind where a connection ends in the very moment
		// of a beat, as it does in a time of whole seconds.
		Tuning: tunnel.Tuning{Heartbeat: 10*time.Second + 13*time.Millisecond},
		Proxy: func(*url.URL) (*url.URL, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.proxy == "" {
				return nil, nil
			}
			return url.Parse(w.proxy)
		},
	}
}

// another computer opens an address, until it is quit.
func (w *sky) another(token, address string) (quit func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = tunnel.NewNgrok(w.ngrok(token, address, nil)).Run(ctx, http.NotFoundHandler(), func(tunnel.Status) {})
	}()
	quit = sync.OnceFunc(func() { cancel(); <-ended })
	w.t.Cleanup(quit)
	w.pass(time.Second)
	return quit
}

// wantLamp checks the tunnel's lamp: its colour, what it says, and what to do.
func (w *sky) wantLamp(colour engine.Colour, says, do string) {
	w.t.Helper()
	if l := w.lamp("tunnel"); l.State != colour || !strings.Contains(l.Says.String(), says) || !strings.Contains(l.Do.String(), do) {
		w.t.Errorf("the lamp is %s: %q, %q; want %s: …%q…, …%q…", l.State, l.Says, l.Do, colour, says, do)
	}
}

// goesOn has Hover finish a house that no webhook can tell of.
func (w *sky) goesOn(id hover.JobID) {
	w.t.Helper()
	if err := w.sim.CompleteJob(id); err != nil {
		w.t.Fatal(err)
	}
	w.pass(2*time.Minute + 15*time.Second) // Hover is asked every two minutes
	w.wantAlerts(job.Completed)
	if got := w.status(); got.State != engine.StateDegraded {
		w.t.Errorf("the state is %s: %+v", got.State, got)
	}
}

// TestInWhateverWeatherTheNewsGoesOnAndTheLampSaysWhatIsWrong: what public reports
// of ngrok's users tell of their networks. The connection is lost and no new one
// comes about; Hover can be reached.
func TestInWhateverWeatherTheNewsGoesOnAndTheLampSaysWhatIsWrong(t *testing.T) {
	const blocks = "Check the internet connection; if other pages open, this network may block " + ngrokHost
	for name, c := range map[string]struct {
		weather  func(*edgetest.Edge) edgetest.Weather
		says, do string
		// within is how soon it is ready after it; zero: ten seconds.
		within time.Duration
	}{
		"a captive portal that answers with a page": {
			weather: func(*edgetest.Edge) edgetest.Weather { return edgetest.Portal },
			says:    "A web page comes in the place of an answer from " + ngrokHost, do: "this network may ask for a sign-in first",
		},
		"a captive portal with a certificate of its own": {
			weather: func(e *edgetest.Edge) edgetest.Weather { return e.PortalWithCertificate },
			says:    "Something else answers in the place of " + ngrokHost + ": its certificate is for localhost, portal.hotel.example",
			do:      "this network may ask for a sign-in first",
		},
		"IPv6 only": {
			weather: func(*edgetest.Edge) edgetest.Weather { return edgetest.OnlyIPv6 },
			says:    "no connection by which " + ngrokHost + " could be reached", do: "this network may have IPv6 alone, and " + ngrokHost + " needs IPv4",
		},
		"DNS that answers too late": {
			weather: func(*edgetest.Edge) edgetest.Weather { return edgetest.LateNames(time.Minute) },
			says:    "does not say in time where " + ngrokHost + " is", do: blocks,
			within: 20 * time.Second, // who waits for a name waits for ten
		},
		"a filter that knows no such name": {
			weather: func(*edgetest.Edge) edgetest.Weather { return edgetest.NoSuchName },
			says:    "The name " + ngrokHost + " cannot be found", do: blocks,
		},
		"a filter that leads the name home": {
			weather: func(*edgetest.Edge) edgetest.Weather { return edgetest.LeadsHome },
			says:    "The name " + ngrokHost + " leads to this computer itself", do: "let " + ngrokHost + " pass",
		},
		"a filter that cuts by name": {
			weather: func(*edgetest.Edge) edgetest.Weather { return edgetest.CutsByName },
			says:    "The connection to " + ngrokHost + " breaks off", do: blocks,
		},
	} {
		t.Run(name, func(t *testing.T) {
			underTheSky(t, edgetest.Options{}, func(t *testing.T, w *sky) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				w.pass(10 * time.Minute)
				w.edge.SetWeather(c.weather(w.edge))
				w.edge.DropSessions(true)
				w.pass(25 * time.Second)
				w.wantLamp(engine.Red, c.says, c.do)
				w.wellSaid()
				w.goesOn(id)
				w.wantLamp(engine.Red, c.says, c.do)
				w.edge.SetWeather(nil)
				w.pass(cmp.Or(c.within, 10*time.Second))
				w.wantState(engine.StateReady)
				if got := w.lamps(); got != allGreen {
					t.Errorf("after it the lamps are %s", got)
				}
				w.pass(time.Minute)
				w.wantAlerts(job.Completed)
			})
		})
	}
}

// TestASecondStartThatComesTooSoonIsToldAndAwaited: ngrok counts how often an account
// connects, and ends a second start with 349.
func TestASecondStartThatComesTooSoonIsToldAndAwaited(t *testing.T) {
	underTheSky(t, edgetest.Options{Starts: 1, StartsFor: 10 * time.Minute}, func(t *testing.T, w *sky) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.pass(time.Minute)
		w.restart()
		w.pass(2 * time.Second)
		if got := w.status().Tunnel.Code; got != "ERR_NGROK_349" {
			t.Errorf("the code is %q", got)
		}
		w.wantLamp(engine.Red, "This ngrok account has connected too often in a short time", "Dormer keeps trying.")
		w.wellSaid()
		asked := w.edge.Stats().AuthsAsked
		w.goesOn(id)
		w.pass(6 * time.Minute)
		if n := w.edge.Stats().AuthsAsked - asked; n < 5 || n > 12 { // who insists is kept out for longer
			t.Errorf("ngrok was asked %d times in eight minutes", n)
		}
		w.pass(2 * time.Minute) // it counts for ten minutes, and is asked every minute
		w.wantState(engine.StateReady)
		w.wantAlerts(job.Completed)
	})
}

// TestAnAddressThatSomebodyElseHolds: another computer of the same account has it
// open, or it is another account's.
func TestAnAddressThatSomebodyElseHolds(t *testing.T) {
	t.Run("another computer", func(t *testing.T) {
		underTheSky(t, edgetest.Options{}, func(t *testing.T, w *sky) {
			w.ready()
			id := w.working(simulator.JobSpec{})
			w.stop()
			quit := w.another(ourToken, "")
			w.start()
			w.pass(5 * time.Second)
			w.wantLamp(engine.Red, "The address is still held by the connection before this one", "it passes within two minutes")
			w.pass(2 * time.Minute)
			w.wantLamp(engine.Red, "Another computer is using this address", "Quit Dormer or ngrok on the other computer")
			w.wellSaid()
			w.goesOn(id)
			quit()
			w.pass(80 * time.Second) // it is tried every minute
			w.wantState(engine.StateReady)
			w.wantAlerts(job.Completed)
		})
	})
	t.Run("another account", func(t *testing.T) {
		underTheSky(t, edgetest.Options{}, func(t *testing.T, w *sky) {
			w.ready()
			id := w.working(simulator.JobSpec{})
			w.set(engine.KeyPublicURL, "https://"+w.edge.DevDomain(theirToken))
			w.pass(5 * time.Second)
			if got := w.status().Tunnel.Code; got != "ERR_NGROK_320" {
				t.Errorf("the code is %q", got)
			}
			w.wantLamp(engine.Red, "The address belongs to another ngrok account", "Check the address and the token, or leave the address empty")
			w.wellSaid()
			w.goesOn(id)
			w.set(engine.KeyPublicURL, "")
			w.pass(10 * time.Second)
			w.wantState(engine.StateReady)
			w.wantAlerts(job.Completed)
		})
	})
}

// TestAnAddressThatNgrokPublishesAMinuteLate answers with pages of 3200 for a while
// after each reconnect.
func TestAnAddressThatNgrokPublishesAMinuteLate(t *testing.T) {
	underTheSky(t, edgetest.Options{}, func(t *testing.T, w *sky) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.pass(time.Hour)
		w.edge.PublishAfter(time.Minute)
		w.edge.DropSessions(true)
		w.pass(4 * time.Second)
		w.wantLamp(engine.Amber, "The address is up and is being checked", "Wait a moment")
		if s := w.status(); s.State == engine.StateReady {
			t.Error("ready, though nobody can find the address")
		}
		if err := w.sim.CompleteJob(id); err != nil { // the delivery meets ngrok's page
			t.Fatal(err)
		}
		w.pass(19 * time.Second) // after ten it is connected anew, at a second try at times, and has ten more
		w.wantLamp(engine.Red, "ngrok says that nothing is connected at this address", "Dormer connects again by itself")
		w.wellSaid()
		found := func() bool {
			res, err := w.net.RoundTrip(httptest.NewRequest(http.MethodGet, "https://"+w.edge.DevDomain(ourToken)+"/", http.NoBody))
			if err != nil {
				t.Fatal(err)
			}
			drain(res)
			return res.Header.Get("Ngrok-Error-Code") == ""
		}
		for waited := 0; !found(); waited++ {
			if waited == 5*60 {
				t.Fatal("the address is never published, for it is thrown away before")
			}
			w.pass(time.Second)
		}
		w.pass(10 * time.Second)
		w.wantState(engine.StateReady)
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)
		if got := w.lamps(); got != allGreen {
			t.Errorf("after it the lamps are %s", got)
		}
	})
}

// TestAProxyThatWantsAPassword stands before ngrok alone.
func TestAProxyThatWantsAPassword(t *testing.T) {
	underTheSky(t, edgetest.Options{}, func(t *testing.T, w *sky) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.edge.SetWeather(edgetest.Proxy("proxy.office.example:8080", "roof", "s3cret"))
		setting := func(v string) { w.mu.Lock(); defer w.mu.Unlock(); w.proxy = v }
		setting("http://roof:wr0ng@proxy.office.example:8080")
		w.restart()
		w.pass(5 * time.Second)
		w.wantLamp(engine.Red, "The proxy proxy.office.example:8080 asks for a user name and a password", "Write the right ones into HTTPS_PROXY")
		w.wellSaid()
		w.goesOn(id)
		setting("http://roof:s3cret@proxy.office.example:8080")
		w.restart()
		w.pass(10 * time.Second)
		w.wantState(engine.StateReady)
		w.wantAlerts(job.Completed)
		for _, password := range []string{"wr0ng", "s3cret"} {
			if strings.Contains(w.log.String(), password) {
				t.Errorf("the log tells %q", password)
			}
		}
	})
}

// TestNamesThatComeLateAreWaitedFor: a name service that takes eight seconds is slow
// and nothing else.
func TestNamesThatComeLateAreWaitedFor(t *testing.T) {
	underTheSky(t, edgetest.Options{}, func(t *testing.T, w *sky) {
		w.ready()
		w.edge.SetWeather(edgetest.LateNames(8 * time.Second))
		w.restart()
		w.pass(5 * time.Second)
		w.wantLamp(engine.Amber, "The connection is being made", "check the internet connection")
		w.pass(5 * time.Second)
		w.wantState(engine.StateReady)
		if got := w.lamps(); got != allGreen {
			t.Errorf("the lamps are %s", got)
		}
	})
}

// TestAHotelThatWantsASignInFirst has a portal before everything, from the start on.
func TestAHotelThatWantsASignInFirst(t *testing.T) {
	underTheSky(t, edgetest.Options{}, func(t *testing.T, w *sky) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.stop()
		if err := w.sim.CompleteJob(id); err != nil {
			t.Fatal(err)
		}
		w.edge.SetWeather(edgetest.Portal)
		w.road.lead(answers{err: http.ErrSchemeMismatch}) // what net/http makes of a page in the place of TLS
		w.start()
		w.pass(time.Minute)
		const signIn = "this network may ask for a sign-in first"
		w.wantLamp(engine.Red, "A web page comes in the place of an answer from "+ngrokHost, signIn)
		if l := w.lamp("hover"); l.State == engine.Green || !strings.Contains(l.Do.String(), signIn) {
			t.Errorf("Hover's lamp is %+v", l)
		}
		w.wellSaid()
		w.wantAlerts()
		w.edge.SetWeather(nil)
		w.road.lead(w.sim.Transport())
		w.pass(10 * time.Second)
		w.wantState(engine.StateReady)
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)
		for _, name := range []string{"tunnel", "hover"} {
			if l := w.lamp(name); l.State != engine.Green {
				t.Errorf("after it a lamp is %+v", l)
			}
		}
	})
}
