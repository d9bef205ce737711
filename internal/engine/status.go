package engine

import (
	"cmp"
	"context"
	"sync"
	"time"

	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/inbox"
	"dormer/internal/netfault"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// signs remembers how what came was signed. Over a restart the store does: see
// rememberSigns.
type signs struct {
	mu sync.Mutex // protects is
	is health.SignFacts
}

func (v *signs) set(change func(*health.SignFacts)) {
	v.mu.Lock()
	change(&v.is)
	v.mu.Unlock()
}

func (v *signs) get() health.SignFacts {
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
			e.signs.set(func(s *health.SignFacts) { s.Last, s.Hint = newest.Verdict, newest.Reading == readingUnread })
		}
		for ev, err := range tx.Quarantined() {
			if err != nil {
				return err
			}
			e.signs.set(func(s *health.SignFacts) { s.RefusedAt, s.Nonsense = ev.ReceivedAt, ev.Reading == inbox.Nonsense })
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
		e.reach.AskClock()
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
	return e.reach.Good() && e.sub.State().Verified && e.storeErr.get() == nil
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
		e.space.Look()
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
	e.watchers.stateChanged()
}

// readiness is what noteReady saw last.
type readiness struct {
	mu sync.Mutex // protects on
	on bool
}

// facts gathers what the health is told from.
func (e *Engine) facts() health.Facts {
	f := health.Facts{
		Given: e.GivenBy(),
		Now:   e.now(), Started: e.began(), Hook: e.sub.State(), Signs: e.signs.get(), Disk: e.disk(),
		NoClient: e.Value(records.KeyClientID) == "" || e.Value(records.KeyClientSecret) == "",
		NoToken:  e.Value(records.KeyTunnel) == "ngrok" && e.Value(records.KeyNgrokToken) == "",
		Store:    cmp.Or(e.store.Damage(), e.storeErr.get()),
		Damaged:  e.o.Damaged, Secrets: e.secrets.State(), Admitted: e.Admitted(),
	}
	f.Lag, _ = e.store.Lag()
	if e.o.Demo {
		f.Secrets.Note = say.Text{} // the file is the demo's own
	}
	f.Tunnel = e.reach.Facts()
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
func (e *Engine) Status(ctx context.Context) (health.Status, error) {
	e.Come(ctx)
	f := e.facts()
	s := health.Status{
		Version: e.o.Version, PID: e.o.PID, Demo: e.o.Demo, Update: e.Newer(e.o.Version), Updates: e.o.Updates != nil,
	}
	err := e.store.View(func(tx *storage.Tx) error {
		c, err := tx.Counts()
		if err != nil {
			return err
		}
		s.Inbox = health.InboxStatus{Events: c.Events, Duplicates: c.Duplicates, Rejected: c.Rejected}
		for ev, err := range tx.Events(storage.EventQuery{Newest: true, Limit: 1}) {
			if err != nil {
				return err
			}
			s.LastEventAt = records.At(ev.ReceivedAt)
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
	s.Tunnel = health.TunnelStatus{
		Kind: t.Kind, State: string(t.State), URL: t.URL, LatencyMS: t.Latency.Milliseconds(), Attempt: t.Attempt,
		Code: t.Code, Since: records.At(t.Since), CheckedAt: records.At(t.Checked), Requests: e.reach.Requests(),
	}
	if err := f.TunnelErr(); err != nil {
		s.Tunnel.Error, _ = f.Says(err)
	}
	s.Webhook = f.WebhookStatus()
	s.Hover = health.HoverStatus{
		SignedIn: f.Hover.SignedIn, OrgID: e.o.Tokens.OrgID(), OrgName: e.Org(e.o.Tokens.OrgID()).Name,
		ActingUser: hover.UserID(e.Value(records.KeyActingUser)), Requests: e.o.Budget.Used(), Error: say.Of(f.HoverErr()),
	}
	s.Hover.ActingUserName = e.Person(s.Hover.ActingUser).Called()
	s.CatchUp = health.CatchUpStatus{LastRun: records.At(f.Hover.LastGood), Behind: f.Hover.Asking ||
		f.Hover.CatchUp != nil, Error: say.Of(f.Hover.CatchUp)}
	return s, nil
}

// began gives when Run began; zero before.
func (e *Engine) began() time.Time {
	if at := e.started.Load(); at != nil {
		return *at
	}
	return time.Time{}
}
