package engine_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/simulator"
	"dormer/storage"
	"dormer/tunnel"
)

// wellSaid checks that every lamp that is not green says what to do.
func (w *world) wellSaid() {
	w.t.Helper()
	lamps := w.status().Lamps
	var names []string
	for _, l := range lamps {
		names = append(names, l.Name)
		if l.Says.IsZero() || l.State != engine.Green && l.Do.IsZero() {
			w.t.Errorf("the lamp says too little: %+v", l)
		}
	}
	if !slices.Equal(names, []string{"tunnel", "hover", "webhook", "signatures", "disk"}) {
		w.t.Errorf("the lamps are %q", names)
	}
}

func (w *world) wantState(s engine.State) {
	w.t.Helper()
	if got := w.status(); got.State != s {
		w.t.Errorf("the state is %s, want %s: %+v", got.State, s, got)
	}
	w.wellSaid()
}

func TestTheWayToReadyAndBack(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		delete(w.secrets.m, engine.KeyClientSecret)
		w.start()
		w.wantState(engine.StateSetup)
		if _, err := w.e.BeginLogin(t.Context()); err == nil || !strings.Contains(err.Error(), "config set hover_client_secret") {
			t.Errorf("begun without a client secret: %v", err)
		}
		w.set(engine.KeyClientSecret, simulator.ClientSecret)
		w.pass(time.Second)
		w.wantState(engine.StateSetup) // nobody has signed in

		w.faults(func(f *simulator.Faults) { f.VerificationDelay = 5 * time.Second })
		w.signIn()
		w.pass(time.Second)
		w.wantState(engine.StateStarting)
		if s := w.status().Webhook.State; s != "pending" {
			t.Errorf("the webhook is %s", s)
		}
		w.pass(5 * time.Second)
		w.wantState(engine.StateReady)
		for _, l := range w.status().Lamps {
			if l.State != engine.Green {
				t.Errorf("ready, and a lamp is %+v", l)
			}
		}

		w.wire.become(func(t *wire) { t.down = true })
		w.wantState(engine.StateDegraded) // Hover can still be asked
		if l := w.lamp("tunnel"); l.State != engine.Red || !strings.Contains(l.Says.String(), "ngrok cannot be reached") {
			t.Errorf("the lamp is %+v", l)
		}
		w.road.cut(true)
		w.pass(10 * time.Minute)
		w.wantState(engine.StateOffline)
		w.road.cut(false)
		w.pass(3 * time.Minute)
		w.wantState(engine.StateDegraded)
		w.wire.become(func(t *wire) { t.down = false })
		w.pass(time.Minute)
		w.wantState(engine.StateReady)
	})
}

func TestNotReadyUntilAPingHasComeBackThroughThePublicAddress(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.wire.become(func(t *wire) { t.black = true }) // it reconnects and says online
		w.pass(20 * time.Second)
		if s := w.status(); s.State == engine.StateReady {
			t.Fatal("ready, though nothing arrives")
		}
		w.pass(45 * time.Second)
		w.wantState(engine.StateDegraded)
		if l := w.lamp("tunnel"); l.State != engine.Red || !strings.Contains(l.Says.String(), "office.example cannot be found") {
			t.Errorf("the lamp is %+v", l)
		}
		w.wire.become(func(t *wire) { t.black, t.down = false, false })
		w.pass(time.Second)
		w.wantState(engine.StateReady)
	})
}

func TestABlackHoleIsFoundWithinTenMinutes(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.net.put("office.example", nil) // nobody is told
		w.wire.mu.Lock()
		w.wire.black = true
		w.wire.mu.Unlock()
		w.pass(11 * time.Minute)
		if s := w.status(); s.State == engine.StateReady {
			t.Error("ready, though nothing has arrived for ten minutes")
		}
		w.wellSaid()
	})
}

func TestNotReadyWithoutAVerifiedWebhook(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		if !w.sim.DeleteWebhook(w.status().Webhook.ID) {
			t.Fatal("no webhook")
		}
		w.faults(func(f *simulator.Faults) { f.VerificationLost, f.CodeInResend = simulator.Always, false })
		w.pass(61 * time.Minute)
		w.wantState(engine.StateDegraded)
		if s := w.status().Webhook.State; s != "pending" {
			t.Errorf("the webhook is %s", s)
		}
		w.faults(func(f *simulator.Faults) { f.VerificationLost = 0 })
		w.pass(2 * time.Minute)
		w.wantState(engine.StateReady)
	})
}

func TestAStoreThatCannotBeWrittenIsNotReady(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		if err := w.store.Close(); err != nil {
			t.Fatal(err)
		}
		status := w.emit(map[string]any{"event": "job-state-changed-v2", "job_id": 5, "state": "working"}, simulator.Delivery{})
		if status != http.StatusServiceUnavailable {
			t.Errorf("answered %d", status)
		}
		s := w.status()
		if s.State == engine.StateReady {
			t.Error("ready without a store")
		}
		for _, l := range s.Lamps {
			if l.Name == "disk" && (l.State != engine.Red || l.Do.IsZero()) {
				t.Errorf("the lamp is %+v", l)
			}
		}
	})
}

func TestATunnelThatNeedsAPersonSaysWhatToDo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.wire.refused = &say.Error{What: say.Words("Hover cannot reach this computer yet"), Do: say.Words("Copy ngrok's authtoken.")}
		w.start()
		if l := w.lamp("tunnel"); l.State != engine.Red || l.Do.String() != "Copy ngrok's authtoken." {
			t.Errorf("the lamp is %+v", l)
		}
		if _, err := w.e.BeginLogin(t.Context()); err == nil || !strings.Contains(err.Error(), "Copy ngrok's authtoken") {
			t.Errorf("the sign-in waits for what cannot come: %v", err)
		}
		w.wire.mu.Lock()
		w.wire.refused = nil
		w.wire.mu.Unlock()
		w.set(engine.KeyNgrokToken, "another-token") // which opens it again at once
		w.pass(time.Second)
		w.signIn()
		w.pass(2 * time.Minute)
		w.wantState(engine.StateReady)
	})
}

func TestThePublicAddressAnswersNothingButTheHookAndTheCallback(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		hook := w.status().Webhook.URL
		for _, c := range []struct {
			method, url string
			status      int
		}{
			{"GET", officeURL + "/", 404}, {"POST", officeURL + "/hover/", 404}, {"POST", officeURL + "/hover/00000000000000000000000000000000", 404},
			{"GET", hook, 405}, {"POST", hook, 401}, {"POST", officeURL + "/oauth/callback", 405}, {"GET", officeURL + "/oauth/callback", 400},
		} {
			req, err := http.NewRequestWithContext(t.Context(), c.method, c.url, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			res, err := w.net.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			if body := drain(res); res.StatusCode != c.status || strings.Contains(body, hook) {
				t.Errorf("%s %s: %d %q", c.method, c.url, res.StatusCode, body)
			}
		}
		if r := w.wire.routes; len(r) != 2 || r[0] != (tunnel.Route{Method: "POST", Path: strings.TrimPrefix(hook, officeURL)}) {
			t.Errorf("the tunnel was given %+v", r)
		}
		before := w.status().Tunnel.Requests
		w.pass(2 * time.Minute)
		w.restart()
		if after := w.status().Tunnel.Requests; after < before {
			t.Errorf("the month's requests fell from %d to %d", before, after)
		}
	})
}

func TestTheMonthsRequestsAreWrittenDownNowAndThen(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.pass(11 * time.Minute)
		written := func() uint64 { // what a crash would leave
			t.Helper()
			var c struct {
				Count uint64 `json:"count"`
			}
			err := w.store.View(func(tx *storage.Tx) error {
				_, err := tx.Doc("tunnel-requests", &c)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return c.Count
		}
		come := func(n int) {
			t.Helper()
			for range n {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, officeURL+"/", nil)
				if err != nil {
					t.Fatal(err)
				}
				res, err := w.net.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				drain(res)
			}
		}
		before := written()
		come(9)
		w.pass(10 * time.Second)
		if n := written(); n != before {
			t.Errorf("nine requests were written down at once: %d and then %d", before, n)
		}
		w.pass(10 * time.Minute)
		if n := written(); n < before+9 {
			t.Errorf("after ten minutes %d requests are written down; before nine more there were %d", n, before)
		}
		before = written()
		come(120)
		w.pass(6 * time.Second)
		if n := written(); n < before+120 {
			t.Errorf("of 120 requests at once %d are written down", n-before)
		}
	})
}

func TestEverythingEndsWithinThreeSecondsAlsoWhenHoverHangs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.road.hang(true)
		w.complete(id)
		w.pass(11 * time.Second) // the refresh, the claim and the file hang
		go func() { _ = w.e.CatchUp(t.Context()) }()
		w.pass(time.Second)
		ctx := t.Context()
		go func() {
			for range w.e.Get(ctx, engine.GetRequest{Jobs: []hover.JobID{id}}) {
			}
		}()
		w.pass(time.Second)
		began := time.Now()
		w.stop()
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("it took %v", took)
		}
		w.road.hang(false)
		w.start() // nothing was skipped
		w.pass(2 * time.Minute)
		if v := w.job(id); v.State != hover.JobCompleted || !v.Confirmed {
			t.Errorf("the job is %+v", v)
		}
		if n := len(w.alerts()); n != 1 {
			t.Errorf("%d alerts", n)
		}
	})
}

func TestABrokenOffTestOfTheChainSaysSo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.pass(61 * time.Second)
		w.net.put("office.example", &road{jam: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := w.e.TestChain(ctx); err == nil {
			t.Error("it ended well")
		}
		if c := w.chain(); c.Err == nil || !strings.Contains(c.Err.Error(), "broken off") {
			t.Errorf("%+v", c)
		}
	})
}

func TestReconnectMakesANewConnection(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		since := w.status().Tunnel.Since
		if since.IsZero() {
			t.Error("since when it is up is not told")
		}
		w.pass(time.Hour)
		if err := w.e.Reconnect(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		w.wantState(engine.StateReady)
		if now := w.status().Tunnel.Since; len(w.wire.renewals()) != 1 || !now.After(since.Time) {
			t.Errorf("renewed %q, up since %v", w.wire.renewals(), now)
		}

		// Also where a person had to act first.
		w.wire.mu.Lock()
		w.wire.refused = &say.Error{What: say.Words("Another computer uses the address"), Do: say.Words("Quit Dormer there.")}
		w.wire.mu.Unlock()
		w.set(engine.KeyPublicURL, "https://other.example")
		w.pass(2 * time.Second)
		w.wire.mu.Lock()
		w.wire.refused = nil
		w.wire.mu.Unlock()
		w.wantState(engine.StateDegraded)
		if err := w.e.Reconnect(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		w.wantState(engine.StateReady)
	})
}

func TestAChangedSettingOpensTheTunnelAnew(t *testing.T) {
	for key, value := range map[string]string{
		engine.KeyNgrokToken: "another-token", engine.KeyPublicURL: "https://other.example", engine.KeyTunnel: "own", engine.KeyListen: "127.0.0.1:1",
	} {
		t.Run(key, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				var seen []string
				w.wire.opening = func() { seen = append(seen, w.e.Value(key)) }
				w.ready()
				w.set(key, value)
				w.pass(2 * time.Minute)
				if len(seen) != 2 || seen[1] != value || seen[0] == value {
					t.Errorf("opened with %q", seen)
				}
				w.wantState(engine.StateReady)
			})
		})
	}
}

func TestSettingsThatChangeTogetherOpenTheTunnelOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var seen []string
		w.wire.opening = func() {
			seen = append(seen, w.e.Value(engine.KeyNgrokToken)+" "+w.e.Value(engine.KeyTunnel)+" "+w.e.Value(engine.KeyPublicURL))
		}
		w.ready()
		err := w.e.Set(t.Context(), engine.Values{
			engine.KeyNgrokToken: "another-token", engine.KeyTunnel: "own", engine.KeyListen: "127.0.0.1:1", engine.KeyPublicURL: "https://other.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		if len(seen) != 2 || seen[1] != "another-token own https://other.example" {
			t.Errorf("opened with %q", seen)
		}
		w.wantState(engine.StateReady)
	})
}

func TestAClientSecretThatIsSetRightMendsItself(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyClientSecret, "wrong")
		w.pass(3 * time.Hour) // the token has to be renewed
		if l := w.lamp("hover"); l.State != engine.Red || !strings.Contains(l.Says.String(), "does not know the integration") {
			t.Fatalf("the lamp is %+v", l)
		}
		if err := w.e.TryClient(t.Context(), simulator.ClientID, "wrong"); err == nil || !strings.Contains(err.Error(), "does not know this client id and secret") {
			t.Errorf("the wrong pair: %v", err)
		}
		if err := w.e.TryClient(t.Context(), " "+simulator.ClientID+" ", simulator.ClientSecret); err != nil {
			t.Errorf("the right pair: %v", err)
		}
		if err := w.e.TryClient(t.Context(), simulator.ClientID, ""); err == nil {
			t.Error("half a pair will do")
		}
		w.set(engine.KeyClientSecret, simulator.ClientSecret)
		w.pass(10 * time.Second)
		if l := w.lamp("hover"); l.State != engine.Green {
			t.Errorf("the lamp is %+v", l)
		}
		// Whatever else Hover says, or not, is nothing against a pair.
		w.answer("/oauth/token", 500)
		if err := w.e.TryClient(t.Context(), simulator.ClientID, "wrong"); err != nil {
			t.Errorf("Hover is out of order: %v", err)
		}
		w.road.cut(true)
		if err := w.e.TryClient(t.Context(), simulator.ClientID, "wrong"); err != nil {
			t.Errorf("Hover cannot be reached: %v", err)
		}
	})
}
