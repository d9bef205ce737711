package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
	"dormer/internal/subscription"
	"dormer/storage"
	"dormer/tunnel"
)

// verdicts remembers how the last deliveries were signed.
type verdicts struct {
	mu        sync.Mutex // protects all below
	last      hover.Verdict
	refusedAt time.Time
}

func (v *verdicts) set(last hover.Verdict) {
	v.mu.Lock()
	v.last = last
	v.mu.Unlock()
}

func (v *verdicts) refuse(at time.Time) {
	v.mu.Lock()
	v.refusedAt = at
	v.mu.Unlock()
}

func (v *verdicts) get() (hover.Verdict, time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.last, v.refusedAt
}

// receiving says that a webhook posted now would arrive and be kept.
func (e *Engine) receiving() bool {
	return e.link.good() && e.sub.State().Verified && e.storeErr.get() == nil
}

// subscriptionChanged hears of every change of the registration.
func (e *Engine) subscriptionChanged() {
	kick(e.judging) // it may have learnt a secret
	e.noteReady()
}

// stored remembers how the last write to the store ended.
func (e *Engine) stored(err error) {
	if e.storeErr.set(err) {
		kick(e.room.look)
		e.noteReady()
	}
}

// noteReady asks for a catch-up whenever webhooks begin to arrive: what was
// sent before is found by asking.
func (e *Engine) noteReady() {
	now := e.receiving()
	e.ready.mu.Lock()
	was := e.ready.on
	e.ready.on = now
	e.ready.mu.Unlock()
	switch {
	case now && !was:
		e.log.Info("ready: Hover's news arrive here")
		e.catchUpSoon(causeReady)
	case was && !now:
		e.log.Info("no webhook can arrive; Hover is asked every two minutes instead")
		e.catchUpSoon(causeOffline)
	}
	e.watchers.changed()
}

// readiness is what noteReady saw last.
type readiness struct {
	mu sync.Mutex // protects on
	on bool
}

// Status tells how everything is.
func (e *Engine) Status(context.Context) (Status, error) {
	s := Status{Version: e.o.Version, PID: e.o.PID, Demo: e.o.Demo}
	e.link.mu.Lock()
	t, linkGood := e.link.st, e.link.st.State == tunnel.Online && e.link.proof.stands()
	s.Tunnel = TunnelStatus{
		Kind: e.link.kind, State: string(t.State), URL: t.URL, LatencyMS: t.Latency.Milliseconds(), Attempt: t.Attempt,
		Code: t.Code, Since: At(t.Since), CheckedAt: At(e.link.checkedAt),
	}
	tunnelErr := errors.Join(e.link.failed)
	if tunnelErr == nil {
		tunnelErr = t.Err
	}
	if tunnelErr == nil && t.State == tunnel.Online && !e.link.proof.stands() && !e.link.proof.early(time.Now()) {
		tunnelErr = e.link.proof.why
	}
	e.link.mu.Unlock()
	if tunnelErr != nil {
		s.Tunnel.Error, _ = tunnelSays(tunnelErr)
	}
	s.Tunnel.Requests = e.requestsThisMonth()

	hook := e.sub.State()
	s.Webhook = e.webhookStatus(hook)
	s.Hover = HoverStatus{
		SignedIn: e.o.Tokens.SignedIn(), OrgID: e.o.Tokens.OrgID(), ActingUser: hover.UserID(e.Value(KeyActingUser)),
		Requests: e.o.Budget.Used(),
	}
	s.Hover.ActingUserName = e.person(s.Hover.ActingUser).called()
	e.catch.mu.Lock()
	s.CatchUp = CatchUpStatus{LastRun: At(e.catch.lastGood), Behind: e.catch.begun != e.catch.ended || len(e.catch.wanted) > 0 || e.catch.lastErr != nil}
	catchErr, lastGood := e.catch.lastErr, e.catch.lastGood
	e.catch.mu.Unlock()
	if catchErr != nil {
		s.CatchUp.Error = say.Words(catchErr.Error())
	}
	hoverErr := catchErr
	if hook.Err != nil && hoverErr == nil && hoverapi.KindOf(hook.Err) != "" {
		hoverErr = hook.Err
	}
	if hoverErr != nil {
		s.Hover.Error = say.Words(hoverErr.Error())
	}
	storeErr := cmp.Or(e.store.Damage(), e.storeErr.get())
	err := e.store.View(func(tx *storage.Tx) error {
		c, err := tx.Counts()
		if err != nil {
			return err
		}
		s.Inbox = InboxStatus{Events: c.Events, Duplicates: c.Duplicates, Rejected: c.Rejected}
		for ev, err := range tx.Events(storage.EventQuery{Newest: true, Limit: 1}) {
			if err != nil {
				return err
			}
			s.LastEventAt = At(ev.ReceivedAt)
		}
		s.Work.Pending, s.Work.Dead, err = tx.WorkCounts()
		return err
	})
	if err != nil {
		storeErr = err
	}
	s.State = e.state(s, hook.Verified && linkGood && storeErr == nil, storeErr, hoverErr, lastGood)
	s.Lamps = []Lamp{
		e.tunnelLamp(t, linkGood, tunnelErr), e.hoverLamp(s.Hover, hoverErr, lastGood), e.webhookLamp(s, hook, lastGood),
		e.signatureLamp(s.Webhook), e.diskLamp(storeErr),
	}
	return s, nil
}

func (e *Engine) state(s Status, receiving bool, storeErr, hoverErr error, lastGood time.Time) State {
	missing := e.Value(KeyClientID) == "" || e.Value(KeyClientSecret) == "" || e.Value(KeyTunnel) == "ngrok" && e.Value(KeyNgrokToken) == ""
	switch {
	case receiving:
		return StateReady
	case e.secrets.State().Waiting != nil: // what is set up is not known yet
		return StateDegraded
	case !e.admitted(): // whose sign-in is kept is about to be known
		return StateStarting
	case missing || !s.Hover.SignedIn && hoverapi.KindOf(hoverErr) != hoverapi.SignInAgain:
		return StateSetup
	case storeErr != nil:
		return StateDegraded
	case lastGood.IsZero() && hoverErr == nil:
		return StateStarting
	case s.Tunnel.Attempt <= 1 && s.Tunnel.Error.IsZero() && hoverErr == nil && s.Webhook.LastError.IsZero() && e.now().Sub(e.started) < time.Minute:
		return StateStarting
	case hoverErr != nil && s.Tunnel.State != string(tunnel.Online):
		return StateOffline
	}
	return StateDegraded
}

func (e *Engine) webhookStatus(hook subscription.State) WebhookStatus {
	w := WebhookStatus{ID: hook.ID, State: "none", URL: hook.URL, VerifiedAt: At(hook.VerifiedAt), LastError: say.Words(hook.LastError), Signature: "unpinned", Reading: hook.Pinned}
	switch {
	case hook.ID == "":
	case hook.VerifiedAt.IsZero():
		w.State = "pending"
	default:
		w.State = "verified"
	}
	last, _ := e.verdicts.get()
	switch {
	case hook.Pinned != "":
		w.Signature = "pinned"
	case last == hover.VerdictUnsigned:
		w.Signature = "unsigned"
	}
	return w
}

func (e *Engine) tunnelLamp(t tunnel.Status, good bool, err error) Lamp {
	l := Lamp{Name: "tunnel", State: Green, Says: say.Words("Hover can reach this computer at " + t.URL)}
	switch {
	case err != nil:
		l.State = Red
		l.Says, l.Do = tunnelSays(err)
		if t.State == tunnel.Reconnecting {
			l.Says = say.Words("The connection is being made again: " + l.Says.String())
		}
	case good && e.unchecked() != nil:
		why, do := tunnelSays(e.unchecked())
		l.State, l.Says, l.Do = Amber, say.T("lamp.tunnel.unchecked", "why", why), do
	case good && t.PolicyDropped:
		l.State, l.Says = Amber, say.Words("Hover can reach this computer, but ngrok refused the rules that keep others' requests away")
		l.Do = say.Words("Nothing is lost. Dormer turns other requests away itself; they count towards ngrok's monthly limit.")
	case good:
	case t.State == tunnel.Online:
		l.State, l.Says, l.Do = Amber, say.Words("The address is up and is being checked"), say.Words("Wait a moment.")
	default:
		l.State, l.Says, l.Do = Amber, say.Words("The connection is being made"), say.Words("Wait a moment, and check the internet connection.")
	}
	return l
}

// unchecked says why this computer cannot check its own address, at which Hover's
// news arrive all the same; nil if it can.
func (e *Engine) unchecked() error {
	e.link.mu.Lock()
	defer e.link.mu.Unlock()
	return e.link.proof.why
}

func (e *Engine) hoverLamp(h HoverStatus, err error, lastGood time.Time) Lamp {
	l := Lamp{Name: "hover", State: Green, Says: say.Words("Signed in to Hover")}
	if keyring, needed := keyringLamp(l.Name, e.secrets.State()); needed {
		return keyring
	}
	switch k := hoverapi.KindOf(err); {
	case e.Value(KeyClientID) == "" || e.Value(KeyClientSecret) == "":
		l.State, l.Says = Red, say.Words("The Hover integration is not set up")
		l.Do = say.Words("Create one in Hover (Settings, Developer) and set its client id and secret.")
	case k == hoverapi.SignInAgain:
		l.State, l.Says, l.Do = Red, say.Words("Hover has ended the sign-in"), say.Words("Sign in again: dormer login. Events are still received meanwhile.")
	case k == hoverapi.BadClient:
		l.State, l.Says, l.Do = Red, say.Words("Hover does not know the integration's client id and secret"), say.Words("Copy both again from Hover (Settings, Developer).")
	case !h.SignedIn:
		l.State, l.Says, l.Do = Red, say.Words("Nobody is signed in to Hover"), say.Words("Sign in: dormer login")
	case k == hoverapi.Unauthorized || k == hoverapi.Forbidden:
		l.State, l.Says, l.Do = Red, say.Words("Hover refuses to answer: "+err.Error()), say.Words("Check the acting user and what your Hover plan includes.")
	case k == hoverapi.RateLimited:
		l.State, l.Says, l.Do = Amber, say.Words("Hover has asked for a pause"), say.Words("Nothing is lost; Dormer goes on by itself.")
	case err != nil:
		l.State, l.Says, l.Do = Amber, say.Words("Hover could not be asked: "+err.Error()), say.Words("Dormer tries again by itself. Check the internet connection if it lasts.")
	case lastGood.IsZero():
		l.State, l.Says, l.Do = Amber, say.Words("Hover is being asked for what was missed"), say.Words("Wait a moment.")
	case e.secrets.State().Note != "" && !e.o.Demo:
		l.State, l.Says, l.Do = Amber, say.Words("Signed in to Hover. "+e.secrets.State().Note), say.Words("Nothing has to be done; the file can be read by your user alone.")
	}
	return l
}

func (e *Engine) webhookLamp(s Status, hook subscription.State, lastGood time.Time) Lamp {
	w, err := s.Webhook, hook.Err
	l := Lamp{Name: "webhook", State: Green, Says: say.Words("Hover sends its news to this computer")}
	switch {
	case !s.Hover.SignedIn && w.State == "verified":
		l.State, l.Says, l.Do = Amber, say.Words("Hover still sends its news to this computer"), say.Words("Sign in to Hover, so that it stays so.")
	case !s.Hover.SignedIn:
		l.State, l.Says, l.Do = Red, say.Words("No webhook is registered"), say.Words("Sign in to Hover first.")
	case err != nil:
		l.State, l.Says, l.Do = Red, say.Words("The webhook could not be set up: "+err.Error()), say.Words("Dormer tries again by itself; Hover is asked every two minutes meanwhile.")
	case w.State == "none":
		l.State, l.Says, l.Do = Amber, say.Words("The webhook is not registered yet"), say.Words("It follows as soon as the tunnel is up.")
	case w.State == "pending":
		l.State, l.Says, l.Do = Amber, say.Words("Hover has yet to verify the webhook"), say.Words("Wait a moment; the code is asked for again every minute.")
	case !w.LastError.IsZero() && !lastGood.After(hook.ErrorSince): // later, what was missed has been asked for
		l.State, l.Says, l.Do = Amber, say.Words("Hover's last try to send news failed: "+w.LastError.String()), say.Words("What was missed is being asked for.")
	}
	return l
}

// amberFor is how long a refused delivery keeps the lamp amber.
const amberFor = time.Hour

func (e *Engine) signatureLamp(w WebhookStatus) Lamp {
	l := Lamp{Name: "signatures", State: Green, Says: say.Words("Hover's signature is understood and checked")}
	_, refusedAt := e.verdicts.get()
	switch {
	case !refusedAt.IsZero() && e.now().Sub(refusedAt) < amberFor:
		l.State, l.Says = Amber, say.Words("A delivery with a wrong signature was refused")
		l.Do = say.Words("Nothing is lost: Hover was asked instead. If it goes on, sign out and in again.")
	case w.Signature == "pinned":
	case w.Signature == "unsigned":
		l.State, l.Says, l.Do = Amber, say.Words("Hover does not sign its news"), say.Words("Nothing is told that Hover's API has not confirmed.")
	default:
		l.Says = say.Words("Nothing signed has come yet")
	}
	return l
}

// diskLamp tells first what loses news, then what keeps files waiting.
func (e *Engine) diskLamp(err error) Lamp {
	l := e.storeLamp(err)
	if room := e.room.get(); l.State != Red && room.State != "" {
		return room
	}
	return l
}

// storeLamp tells how the database is.
func (e *Engine) storeLamp(err error) Lamp {
	switch {
	case errors.Is(err, storage.ErrDamaged):
		return Lamp{Name: "disk", State: Red, Says: say.Words(fmt.Sprintf("News cannot be stored: %v", err)), Do: say.Words("Dormer starts again and takes the newest good backup. If it does not, start it.")}
	case err != nil:
		return Lamp{Name: "disk", State: Red, Says: say.Words(fmt.Sprintf("News cannot be stored: %v", err)), Do: say.Words("Free some space on the disk. Hover is told to send again meanwhile.")}
	case e.o.Damaged != "":
		return Lamp{Name: "disk", State: Amber, Says: say.Words(e.o.Damaged), Do: say.Words("Nothing has to be done; what Hover knows was read again.")}
	}
	return Lamp{Name: "disk", State: Green, Says: say.Words("Everything is stored")}
}
