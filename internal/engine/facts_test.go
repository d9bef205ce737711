package engine_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/netfault"
	"dormer/internal/reach"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/simulator"
	"dormer/internal/subscription"
	"dormer/storage"
	"dormer/tunnel"
)

// wellFacts are those of a Dormer at which all is well.
func wellFacts() health.Facts {
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	return health.Facts{
		Now: now, Started: now.Add(-time.Hour), Admitted: true,
		Tunnel: reach.Facts{Status: tunnel.Status{State: tunnel.Online, URL: officeURL}, Kind: "ngrok", Proven: true},
		Hook: subscription.State{
			Owned:    subscription.Owned{ID: "7", URL: officeURL + "/hover/1", VerifiedAt: now.Add(-time.Hour), Pinned: "sha256 path text sent"},
			Verified: true,
		},
		Hover: health.HoverFacts{SignedIn: true, LastGood: now.Add(-time.Minute)},
		Signs: health.SignFacts{Last: hover.VerdictSigned},
	}
}

// TestALampSaysWhereAWrongValueComesFrom: whoever changes the saved one, while a
// variable gives another, would change nothing.
func TestALampSaysWhereAWrongValueComesFrom(t *testing.T) {
	lamp := func(f health.Facts, name string) string {
		for _, l := range f.Health().Lamps {
			if l.Name == name {
				return l.Do.String()
			}
		}
		return ""
	}
	f := wellFacts()
	f.Tunnel.Failed = &tunnel.Error{Op: "open", Says: say.Words("ngrok does not know this token"), Do: say.Words("Copy it again."), Fatal: true}
	f.Hover.Answer = &hoverapi.Error{Op: "renew the sign-in", Kind: hoverapi.BadClient}
	for _, name := range []string{"tunnel", "hover"} {
		if do := lamp(f, name); do == "" || strings.Contains(do, "saved") {
			t.Errorf("with saved settings the lamp %s says %q", name, do)
		}
	}
	f.Given = map[string]string{engine.KeyNgrokToken: "NGROK_AUTHTOKEN", engine.KeyClientID: "DORMER_HOVER_CLIENT_ID", engine.KeyClientSecret: "DORMER_HOVER_CLIENT_SECRET"}
	if do := lamp(f, "tunnel"); do != "Copy it again. NGROK_AUTHTOKEN, given at the start, counts, not what is saved." {
		t.Errorf("the tunnel's lamp says %q", do)
	}
	if do := lamp(f, "hover"); !strings.Contains(do, "DORMER_HOVER_CLIENT_ID and DORMER_HOVER_CLIENT_SECRET, given at the start, count") {
		t.Errorf("Hover's lamp says %q", do)
	}
}

// TestLampsAreSpanishDownToTheCause: what a room that is not the lamp's own says of
// the cause is told in the reader's language too.
func TestLampsAreSpanishDownToTheCause(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *health.Facts)
		want   string
	}{
		"the webhook could not be registered": {func(f *health.Facts) {
			f.Hook.Err = fmt.Errorf("registering the webhook: %w", &hoverapi.Error{Op: "register the webhook", Kind: hoverapi.Invalid, Status: 422, Says: "url: taken"})
		}, "No se pudo preparar el envío de noticias: registrar el envío de noticias: no aceptado (HTTP 422): url: taken"},
		"the webhooks could not be remembered": {func(f *health.Facts) {
			f.Hook.Err = fmt.Errorf("remembering our webhooks: %w", &fs.PathError{Op: "write", Path: "/home/dana/dormer.db", Err: syscall.ENOSPC})
		}, "No se pudo preparar el envío de noticias: /home/dana/dormer.db: el disco está lleno"},
		"Hover's reply made no sense": {func(f *health.Facts) {
			f.Hook.Err = &hoverapi.Error{Op: "list the webhooks", Kind: hoverapi.BadReply, Err: say.Because("hover.why.empty")}
		}, "No se pudo preparar el envío de noticias: revisar el envío de noticias: la respuesta no se entiende: la respuesta está vacía"},
		"the database is damaged": {func(f *health.Facts) { f.Store = fmt.Errorf("%w: row 7", storage.ErrDamaged) },
			"No se pueden guardar las noticias: una parte de la base de datos no se puede leer"},
		"a damaged database was replaced": {func(f *health.Facts) { f.Damaged = say.T("lamp.disk.replaced", "backup", "b.db", "kept", "k.db") },
			"La base de datos estaba dañada."},
		"the keyring is not used": {func(f *health.Facts) {
			f.Secrets.Note = say.T("secrets.no_keyring", "why", say.T("keyring.none"), "file", "/home/dana/secrets.json")
		}, "No se puede usar el llavero de esta computadora (no hay ninguno)"},
	} {
		t.Run(name, func(t *testing.T) {
			f := wellFacts()
			c.change(&f)
			var all []string
			for _, l := range f.Health().Lamps {
				all = append(all, l.Says.For(inSpanish))
			}
			if !slices.ContainsFunc(all, func(says string) bool { return strings.Contains(says, c.want) }) {
				t.Errorf("no lamp says %q: %q", c.want, all)
			}
		})
	}
}

func TestWhatTheFactsCome(t *testing.T) {
	asked := func(k hoverapi.Kind, err error) error { return &hoverapi.Error{Op: "list the jobs", Kind: k, Err: err} }
	for name, c := range map[string]struct {
		change func(f *health.Facts)
		state  engine.State
		lamps  string   // those that are not green
		says   []string // of them, and what to do
		head   string
	}{
		"all is well": {func(*health.Facts) {}, engine.StateReady, "", nil, "would arrive"},
		"nothing is set up": {func(f *health.Facts) { *f = health.Facts{NoClient: true, NoToken: true, Now: f.Now, Admitted: true} },
			engine.StateSetup, "tunnel amber, hover red, webhook red", []string{"not set up"}, "not set up"},
		"no self-check has come back": {func(f *health.Facts) { f.Tunnel.Proven, f.Tunnel.Early = false, true },
			engine.StateDegraded, "tunnel amber", []string{"being checked"}, "every two minutes"},
		"nobody answers at the address": {func(f *health.Facts) {
			f.Tunnel.Proven, f.Tunnel.Unheard = false, netfault.Of("office.example", &net.DNSError{Err: "no such host", IsNotFound: true})
		}, engine.StateDegraded, "tunnel red", []string{"office.example cannot be found"}, "every two minutes"},
		"nobody answers, and Hover's news arrive": {func(f *health.Facts) {
			f.Tunnel.Unheard = netfault.Of("office.example", &net.DNSError{Err: "no such host", IsNotFound: true})
		}, engine.StateReady, "tunnel amber", []string{"news arrive", "office.example cannot be found"}, "would arrive"},
		"the webhook is verified for the address of before": {func(f *health.Facts) { f.Hook.Verified, f.Hook.URL = false, "https://before.example/hover/1" },
			engine.StateDegraded, "webhook amber", []string{"https://before.example"}, "every two minutes"},
		"the tunnel is down": {func(f *health.Facts) { f.Tunnel.State, f.Tunnel.Proven = tunnel.Reconnecting, false },
			engine.StateDegraded, "tunnel amber, webhook amber", []string{"nothing can arrive"}, "every two minutes"},
		"Hover could not deliver, and is being asked": {func(f *health.Facts) {
			f.Hook.LastError, f.Hook.ErrorSince, f.Hover.Asking = "timeout", f.Now, true
		}, engine.StateReady, "webhook amber", []string{"timeout", "is being asked for"}, "would arrive"},
		"Hover could not deliver, and nothing asks": {func(f *health.Facts) { f.Hook.LastError, f.Hook.ErrorSince = "timeout", f.Now },
			engine.StateReady, "webhook amber", []string{"timeout", "with the next catch-up"}, "would arrive"},
		"Hover's delivery met a page": {func(f *health.Facts) {
			f.Hook.LastError, f.Hook.ErrorSince = "404 Not Found <!doctype html><title>ngrok</title><p>offline", f.Now
		}, engine.StateReady, "webhook amber", []string{"404 Not Found\n"}, "would arrive"},
		"what Hover could not deliver has been asked for": {func(f *health.Facts) { f.Hook.LastError, f.Hook.ErrorSince = "timeout", f.Now.Add(-time.Hour) },
			engine.StateReady, "", nil, "would arrive"},
		"somebody was refused by Hover's sign-in": {func(f *health.Facts) { f.Hover.Answer = asked(hoverapi.BadClient, errors.New("invalid_client")) },
			engine.StateReady, "hover red", []string{"client id and secret"}, "something is wrong"},
		"Hover has trouble": {func(f *health.Facts) {
			f.Hover.Answer = &hoverapi.Error{Op: "get the job", Kind: hoverapi.Server, Status: 502}
		}, engine.StateReady, "hover amber", []string{"could not be asked", "by itself"}, "would arrive"},
		"the sign-in has ended": {func(f *health.Facts) { f.Hover.Answer = asked(hoverapi.SignInAgain, nil) },
			engine.StateReady, "hover red", []string{"ended the sign-in"}, "something is wrong"},
		"the clock, nobody has told how far": {func(f *health.Facts) {
			f.Hover.Answer = asked(hoverapi.Network, &netfault.Fault{Kind: netfault.Clock, Host: "hover.to", At: f.Now})
		}, engine.StateReady, "hover red", []string{"clock seems wrong"}, "clock"},
		"the clock, for certain": {func(f *health.Facts) {
			f.Tunnel.Ahead, f.Tunnel.Told = 3*365*24*time.Hour, true
			err := &netfault.Fault{Kind: netfault.Clock, At: f.Now, From: f.Now.AddDate(-4, 0, 0), Until: f.Now.AddDate(-2, 0, 0), Host: "hover.to"}
			f.Hover.Answer, f.Tunnel.Proven, f.Tunnel.Unheard = asked(hoverapi.Network, err), false, err
		}, engine.StateDegraded, "tunnel red, hover red", []string{"1,095 days ahead", "date and time"}, "could not be asked"},
		"their certificate": {func(f *health.Facts) {
			f.Tunnel.Told = true
			f.Hover.Answer = asked(hoverapi.Network, &netfault.Fault{Kind: netfault.Clock, At: f.Now, From: f.Now.AddDate(-4, 0, 0), Until: f.Now.AddDate(-2, 0, 0), Host: "hover.to"})
		}, engine.StateReady, "hover red", []string{"certificate of hover.to ran out"}, "ran out"},
		"a proxy that cannot be read": {func(f *health.Facts) {
			_, err := netfault.Proxy(func(string) string { return "http://a b" })(mustURL("https://hover.to"))
			f.Hover.Answer = asked(hoverapi.Network, err)
		}, engine.StateReady, "hover red", []string{"HTTPS_PROXY", "blank"}, "HTTPS_PROXY"},
		"the keyring is locked": {func(f *health.Facts) {
			f.Tunnel.Proven, f.Secrets, f.NoClient, f.Hover.SignedIn = false, secret.State{Waiting: secret.ErrLocked}, true, false
		}, engine.StateDegraded, "tunnel amber, hover red, webhook amber", []string{"keyring"}, "could not be asked"},
		"the disk is full": {func(f *health.Facts) { f.Store = errors.New("no space left") },
			engine.StateDegraded, "disk red", []string{"no space left"}, "every two minutes"},
		"the database is damaged": {func(f *health.Facts) { f.Store = storage.ErrDamaged },
			engine.StateDegraded, "disk red", []string{"backup"}, "every two minutes"},
		"a delivery was refused": {func(f *health.Facts) { f.Signs.RefusedAt = f.Now.Add(-59 * time.Minute) },
			engine.StateReady, "signatures amber", []string{"wrong signature"}, "would arrive"},
		"nonsense was refused": {func(f *health.Facts) { f.Signs.RefusedAt, f.Signs.Nonsense = f.Now.Add(-59*time.Minute), true },
			engine.StateReady, "signatures amber", []string{"makes no sense"}, "would arrive"},
		"one was refused long ago, or by a clock that was ahead": {func(f *health.Facts) { f.Signs.RefusedAt = f.Now.AddDate(1, 0, 0) },
			engine.StateReady, "", nil, "would arrive"},
		"Hover does not sign": {func(f *health.Facts) { f.Hook.Pinned, f.Signs.Last = "", hover.VerdictUnsigned },
			engine.StateReady, "signatures amber", []string{"does not sign"}, "would arrive"},
		"Hover signs in a way that is not known": {func(f *health.Facts) { f.Hook.Pinned, f.Signs.Last = "", hover.VerdictUnpinned },
			engine.StateReady, "signatures amber", []string{"does not know yet", "diagnostics"}, "would arrive"},
		"what came was not judged yet": {func(f *health.Facts) { f.Hook.Pinned, f.Signs.Last, f.Signs.Hint = "", hover.VerdictUnpinned, true },
			engine.StateReady, "", nil, "would arrive"},
	} {
		t.Run(name, func(t *testing.T) {
			f := wellFacts()
			c.change(&f)
			h := f.Health()
			if h.State != c.state || (h.State == engine.StateReady) != f.Receiving() {
				t.Errorf("the state is %s, want %s", h.State, c.state)
			}
			var colours, all []string
			for _, l := range h.Lamps {
				if l.State == engine.Green {
					continue
				}
				colours = append(colours, l.Name+" "+string(l.State))
				all = append(all, l.Says.String(), l.Do.String())
				if l.Do.IsZero() {
					t.Errorf("%s does not say what to do: %s", l.Name, l.Says)
				}
			}
			if got := strings.Join(colours, ", "); got != c.lamps {
				t.Errorf("the lamps are %q, want %q", got, c.lamps)
			}
			for _, part := range c.says {
				if !strings.Contains(strings.Join(all, "\n"), part) {
					t.Errorf("%q is not said in %q", part, all)
				}
			}
			s := engine.Status{State: h.State, Lamps: h.Lamps, CatchUp: engine.CatchUpStatus{LastRun: engine.At(f.Hover.LastGood)}}
			says, tone := s.Headline()
			if !strings.Contains(says.String(), c.head) {
				t.Errorf("the headline is %q, want %q", says, c.head)
			}
			if promises := strings.Contains(says.String(), "would arrive"); promises != (tone == engine.Green) || promises && strings.Contains(c.lamps, "red") {
				t.Errorf("%s %q above %q", tone, says, c.lamps)
			}
		})
	}
}

// TestHowHoverAnswersAnybodyIsSeenByTheLamp: the catch-up of an hour ago went well,
// and since then nobody gets an answer.
func TestHowHoverAnswersAnybodyIsSeenByTheLamp(t *testing.T) {
	for name, c := range map[string]struct {
		strike func(*world)
		says   string
	}{
		"502":        {func(w *world) { w.answer("/api/*", http.StatusBadGateway) }, "could not be asked"},
		"no network": {func(w *world) { w.road.cut(true) }, "hover.example"},
		"the secret was changed": {func(w *world) {
			w.set(engine.KeyClientSecret, "wrong")
			w.sim.ExpireAccess()
		}, "client id and secret"},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				w.pass(5 * time.Minute)
				c.strike(w)
				w.emit(told(id, hover.JobProcessing), simulator.Delivery{}) // which has Hover asked for the job
				w.pass(10 * time.Second)
				if l := w.lamp("hover"); l.State == engine.Green || !strings.Contains(l.Says.String(), c.says) {
					t.Errorf("nobody gets an answer, and the lamp is %+v", l)
				}
				w.answersAsUsual()
				w.road.cut(false)
				w.set(engine.KeyClientSecret, simulator.ClientSecret)
				w.pass(3 * time.Minute)
				if l := w.lamp("hover"); l.State != engine.Green {
					t.Errorf("Hover answers again, and the lamp is %+v", l)
				}
			})
		})
	}
}

// TestARestartForgetsNeitherRefusalsNorHowHoverSigns: amber does not turn green by
// itself.
func TestARestartForgetsNeitherRefusalsNorHowHoverSigns(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.emit(told("5", hover.JobWorking), simulator.Delivery{BadSignature: true})
		w.restart()
		w.pass(time.Minute)
		if l := w.lamp("signatures"); l.State != engine.Amber || !strings.Contains(l.Says.String(), "wrong signature") {
			t.Errorf("after the restart the lamp is %+v", l)
		}
		w.pass(time.Hour)
		if l := w.lamp("signatures"); l.State != engine.Green {
			t.Errorf("an hour later the lamp is %+v", l)
		}
	})
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.Unsigned = true })
		w.ready()
		w.emit(told("5", hover.JobWorking), simulator.Delivery{Unsigned: true})
		w.restart()
		w.pass(time.Minute)
		if l, s := w.lamp("signatures"), w.status(); l.State != engine.Amber || !strings.Contains(l.Says.String(), "does not sign") || s.Webhook.Signature != "unsigned" {
			t.Errorf("after the restart the lamp is %+v, the signature %s", l, s.Webhook.Signature)
		}
	})
}

// TestWhatHoverCouldNotDeliverIsAskedForWhenItIsKnown, rather than said to be.
func TestWhatHoverCouldNotDeliverIsAskedForWhenItIsKnown(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.pass(2 * time.Minute)
		w.wire.become(func(t *wire) { t.down = true })
		if err := w.sim.CompleteJob(id); err != nil { // and Hover meets nobody
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.wire.become(func(t *wire) { t.down = false })
		for range 90 {
			w.pass(time.Minute)
			l := w.lamp("webhook")
			if strings.Contains(l.Do.String(), "is being asked for") && !w.status().CatchUp.Behind {
				t.Fatalf("nothing asks: %+v", l)
			}
		}
		if l := w.lamp("webhook"); l.State != engine.Green {
			t.Errorf("the lamp is %+v", l)
		}
	})
}

func mustURL(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}
