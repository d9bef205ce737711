package engine_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/secret"
	"dormer/internal/simulator"
)

// verdicts gives the verdicts of a job's events, oldest first.
func (w *world) verdicts(id hover.JobID) (all []hover.Verdict) {
	for _, e := range w.events() {
		if e.JobID == id {
			all = append(all, e.Verdict)
		}
	}
	return all
}

// A laptop that logs its owner in by itself leaves the keyring locked.
func TestALockedKeyringAtTheStartIsWaitedForAndNothingIsLost(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		before := w.status()
		if before.Webhook.Signature != "pinned" {
			t.Fatalf("%+v", before.Webhook)
		}
		w.stop()
		w.secrets.lock(secret.ErrLocked)
		w.start()
		w.pass(time.Minute)
		s := w.status()
		if s.State == engine.StateSetup || s.State == engine.StateReady {
			t.Errorf("while it is locked the state is %s", s.State)
		}
		if l := w.lamp("hover"); l.State != engine.Red || !strings.Contains(l.Says.String(), "locked") || !strings.Contains(l.Do.String(), "Unlock the keyring") {
			t.Errorf("the lamp is %+v", l)
		}
		if err := w.e.Set(t.Context(), engine.Values{engine.KeyTheme: "dark"}); err != nil {
			t.Error(err)
		}

		// News comes, and letters of others.
		w.complete(id)
		known := len(w.verdicts(id))
		for name, d := range map[string]simulator.Delivery{"forged": {BadSignature: true}, "unsigned": {Unsigned: true}} {
			if status := w.emit(told("999", hover.JobCompleted), d); status != http.StatusOK {
				t.Errorf("%s: %d", name, status)
			}
		}
		for _, v := range w.verdicts(id)[1:] {
			if v == hover.VerdictUnsigned {
				t.Errorf("a signed delivery is %s", v)
			}
		}
		if v := w.verdicts(id)[known-1]; v != hover.VerdictUnpinned {
			t.Errorf("while it is locked a delivery is %s", v)
		}
		w.wantAlerts()
		if n := w.status().Inbox.Rejected; n != 0 {
			t.Errorf("%d were refused", n)
		}
		w.pass(time.Minute)

		w.secrets.lock(nil)
		w.pass(10 * time.Second)
		s = w.status()
		if s.State != engine.StateReady || !s.Hover.SignedIn || s.Webhook.Signature != "pinned" || s.Webhook.ID != before.Webhook.ID {
			t.Errorf("once it is unlocked: %s, %+v, %+v", s.State, s.Hover, s.Webhook)
		}
		if l := w.lamp("hover"); l.State != engine.Green {
			t.Errorf("the lamp is %+v", l)
		}
		for _, v := range w.verdicts(id) {
			if v != hover.VerdictSigned {
				t.Errorf("judged again, the deliveries are %q", w.verdicts(id))
			}
		}
		if len(w.verdicts("999")) != 0 || s.Inbox.Rejected != 2 {
			t.Errorf("what others sent is there: %q, %d refused", w.verdicts("999"), s.Inbox.Rejected)
		}
		if l := w.lamp("signatures"); l.State != engine.Amber {
			t.Errorf("the lamp is %+v", l)
		}
		w.wantAlerts(job.Completed)
		w.pass(time.Minute)
		if s := w.status(); s.Work.Pending != 0 {
			t.Errorf("work is left: %+v", s.Work)
		}
	})
}

// Only a signed event can be told while Hover cannot be asked.
func TestWhatIsJudgedAgainMayBeToldByItself(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.stop()
		w.secrets.lock(secret.ErrSilent)
		w.start()
		w.complete(id)
		w.road.cut(true)
		w.restart() // and judges what came before the restart
		w.pass(time.Minute)
		w.wantAlerts()
		w.secrets.lock(nil)
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Completed)
	})
}

// A secret that the keyring has lost is read back from Hover's list.
func TestADeliveryWhoseSecretWasLostIsAHintUntilItIsReadBack(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		hook := w.status().Webhook.ID
		w.stop()
		w.secrets.Keep("hmac/"+string(hook), "")
		w.road.cut(true)
		w.start()
		w.complete(id)
		if n := w.status().Inbox.Rejected; n != 0 {
			t.Errorf("%d were refused", n)
		}
		w.road.cut(false)
		w.pass(2 * time.Minute)
		for _, v := range w.verdicts(id) {
			if v != hover.VerdictSigned {
				t.Errorf("judged again, the deliveries are %q", w.verdicts(id))
			}
		}
		if s := w.status(); s.Webhook.ID != hook || s.Webhook.Signature != "pinned" {
			t.Errorf("%+v", s.Webhook)
		}
	})
}

func TestAKeyringThatCannotBeWrittenHoldsUpTheRenewalAlone(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.secrets.become(func(s *secret.State) { s.Stuck = secret.ErrLocked })
		if l := w.lamp("hover"); l.State != engine.Amber || !strings.Contains(l.Do.String(), "Unlock the keyring") {
			t.Errorf("the lamp is %+v", l)
		}
		spent := w.asked("POST", "/oauth/token")
		w.sim.ExpireAccess()
		w.complete(id)
		w.pass(time.Minute)
		w.wantAlerts(job.Completed) // by its signature
		if n := w.asked("POST", "/oauth/token"); n != spent {
			t.Errorf("a refresh token was spent %d times with no place for the new one", n-spent)
		}
		if s := w.status(); s.State != engine.StateReady || !s.Hover.SignedIn {
			t.Errorf("%s, %+v", s.State, s.Hover)
		}
		w.secrets.become(func(s *secret.State) { s.Stuck = nil })
		w.pass(5 * time.Minute)
		if l := w.lamp("hover"); l.State != engine.Green {
			t.Errorf("the lamp is %+v", l)
		}
		if n := w.asked("POST", "/oauth/token"); n != spent+1 {
			t.Errorf("renewed %d times", n-spent)
		}
	})
}
