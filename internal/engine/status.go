package engine

import (
	"cmp"
	"context"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/inbox"
	"dormer/internal/netfault"
	"dormer/internal/say"
	"dormer/storage"
)

// signs remembers how what came was signed. Over a restart the store does: see
// rememberSigns.
type signs struct {
	mu sync.Mutex // protects is
	is SignFacts
}

func (v *signs) set(change func(*SignFacts)) {
	v.mu.Lock()
	change(&v.is)
	v.mu.Unlock()
}

func (v *signs) get() SignFacts {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.is
}

// rememberSigns reads from the store how the newest delivery was signed, and when
// one was last refused.
func (e *Engine) rememberSigns() error {
	return e.store.View(func(tx *storage.Tx) error {
		newest, ok, err := tx.Newest()
		if err != nil {
			return err
		}
		if ok {
			e.signs.set(func(s *SignFacts) { s.Last, s.Hint = newest.Verdict, newest.Reading == readingUnread })
		}
		for ev, err := range tx.Quarantined() {
			if err != nil {
				return err
			}
			e.signs.set(func(s *SignFacts) { s.RefusedAt, s.Nonsense = ev.ReceivedAt, ev.Reading == inbox.Nonsense })
			break
		}
		return nil
	})
}

// answered takes in how Hover answered a call; it must not block.
func (e *Engine) answered(err error) {
	e.hover.mu.Lock()
	changed := (err == nil) != (e.hover.answer == nil)
	e.hover.answer = err
	e.hover.mu.Unlock()
	if f := netfault.Look(err); f != nil && f.Kind == netfault.Clock {
		kick(e.askClock)
	}
	if changed {
		e.watchers.changed()
	}
}

// hoverAnswer is how Hover last answered anybody.
type hoverAnswer struct {
	mu     sync.Mutex // protects answer
	answer error
}

// receiving says that a webhook posted now would arrive and be kept.
func (e *Engine) receiving() bool {
	return e.link.good() && e.sub.State().Verified && e.storeErr.get() == nil
}

// subscriptionChanged hears of every change of the registration. What Hover could
// not deliver is asked for.
func (e *Engine) subscriptionChanged() {
	kick(e.judging) // it may have learnt a secret
	if since := e.sub.State().ErrorSince; e.catch.missedAt(since) {
		e.catchUpSoon(causeMissed)
	}
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

// facts gathers what the health is told from.
func (e *Engine) facts() Facts {
	now := time.Now()
	f := Facts{
		Given: e.givenBy,
		Now:   e.now(), Started: e.began(), Hook: e.sub.State(), Signs: e.signs.get(), Disk: e.disk(),
		NoClient: e.Value(KeyClientID) == "" || e.Value(KeyClientSecret) == "",
		NoToken:  e.Value(KeyTunnel) == "ngrok" && e.Value(KeyNgrokToken) == "",
		Store:    cmp.Or(e.store.Damage(), e.storeErr.get()),
		Damaged:  e.o.Damaged, Secrets: e.secrets.State(), Admitted: e.admitted(),
	}
	f.Lag, _ = e.store.Lag()
	if e.o.Demo {
		f.Secrets.Note = say.Text{} // the file is the demo's own
	}
	e.link.mu.Lock()
	f.Tunnel = TunnelFacts{
		Status: e.link.st, Kind: e.link.kind, Failed: e.link.failed,
		Proven: e.link.proof.stands(), Early: e.link.proof.early(now), Unheard: e.link.proof.why,
		Ahead: e.link.ahead, Told: e.link.aheadTold,
	}
	e.link.mu.Unlock()
	f.Hover.SignedIn = e.o.Tokens.SignedIn()
	e.hover.mu.Lock()
	f.Hover.Answer = e.hover.answer
	e.hover.mu.Unlock()
	e.catch.mu.Lock()
	f.Hover.CatchUp, f.Hover.LastGood = e.catch.lastErr, e.catch.lastGood
	f.Hover.Asking = e.catch.begun != e.catch.ended || len(e.catch.wanted) > 0 || !e.catch.refused.IsZero()
	e.catch.mu.Unlock()
	return f
}

// Status tells how everything is.
func (e *Engine) Status(ctx context.Context) (Status, error) {
	e.come(ctx)
	f := e.facts()
	s := Status{Version: e.o.Version, PID: e.o.PID, Demo: e.o.Demo, Update: e.newer(e.o.Version), Updates: e.o.Updates != nil}
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
		f.Aside = tx.HasDead(workEvent)
		return err
	})
	if err != nil {
		f.Store = err
	}
	h := f.Health()
	s.State, s.Lamps = h.State, h.Lamps

	t := f.Tunnel
	s.Tunnel = TunnelStatus{
		Kind: t.Kind, State: string(t.State), URL: t.URL, LatencyMS: t.Latency.Milliseconds(), Attempt: t.Attempt,
		Code: t.Code, Since: At(t.Since), CheckedAt: At(e.link.lastCheck()), Requests: e.requestsThisMonth(),
	}
	if err := f.tunnelErr(); err != nil {
		s.Tunnel.Error, _ = f.says(err)
	}
	s.Webhook = f.webhookStatus()
	s.Hover = HoverStatus{
		SignedIn: f.Hover.SignedIn, OrgID: e.o.Tokens.OrgID(), ActingUser: hover.UserID(e.Value(KeyActingUser)), Requests: e.o.Budget.Used(),
		Error: say.Of(f.hoverErr()),
	}
	s.Hover.ActingUserName = e.person(s.Hover.ActingUser).called()
	s.CatchUp = CatchUpStatus{LastRun: At(f.Hover.LastGood), Behind: f.Hover.Asking || f.Hover.CatchUp != nil, Error: say.Of(f.Hover.CatchUp)}
	return s, nil
}

func (f Facts) webhookStatus() WebhookStatus {
	hook := f.Hook
	w := WebhookStatus{
		ID: hook.ID, State: f.hookState(), URL: hook.URL, VerifiedAt: At(hook.VerifiedAt), LastError: say.Words(hook.LastError),
		Signature: "unpinned", Reading: hook.Pinned,
	}
	switch {
	case hook.Pinned != "":
		w.Signature = "pinned"
	case f.Signs.Last == hover.VerdictUnsigned:
		w.Signature = "unsigned"
	}
	return w
}
