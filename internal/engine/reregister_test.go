package engine_test

import (
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/simulator"
)

func TestTheWebhookIsRegisteredAnewWhenSomebodyAsks(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		if err := w.e.Reregister(t.Context()); err == nil || !strings.Contains(err.Error(), "nobody is signed in") {
			t.Errorf("signed out: %v", err)
		}
		w.signIn()
		w.pass(2 * time.Second)
		foreign := w.sim.RegisterForeign("")
		before := w.status().Webhook.ID
		if err := w.e.Reregister(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantState(engine.StateReady)
		w.pass(time.Second)
		hooks := w.sim.Webhooks()
		if now := w.status().Webhook.ID; now == before || len(hooks) != 2 || hooks[0].ID != foreign || hooks[1].ID != now {
			t.Errorf("%s became %s; at Hover there are %+v", before, now, hooks)
		}
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(5 * time.Second)
		if len(w.alerts()) != 1 {
			t.Error("what the new one sends is not heard")
		}
	})
}

func TestAWebhookThatCannotBeVerifiedAnewStays(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		before := w.status().Webhook.ID
		w.faults(func(f *simulator.Faults) { f.VerificationLost, f.CodeInResend = simulator.Always, false })
		began := time.Now()
		err := w.e.Reregister(t.Context())
		if err == nil || !strings.Contains(err.Error(), "has not arrived") || time.Since(began) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		w.pass(2 * time.Second)
		w.wantState(engine.StateReady)
		if now := w.status().Webhook.ID; now != before || len(w.sim.Webhooks()) != 1 {
			t.Errorf("%s became %s of %+v", before, now, w.sim.Webhooks())
		}
		w.road.cut(true)
		if err := w.e.Reregister(t.Context()); err == nil || !strings.Contains(err.Error(), "hover.example could be reached") {
			t.Errorf("without Hover: %v", err)
		}
		w.wire.become(func(t *wire) { t.down = true })
		w.restart()
		w.pass(time.Second)
		if err := w.e.Reregister(t.Context()); err == nil || !strings.Contains(err.Error(), "no address yet") {
			t.Errorf("without a tunnel: %v", err)
		}
	})
}
