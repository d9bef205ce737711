package engine

import (
	"sync"
	"time"

	"dormer/internal/health"
	"dormer/internal/inbox"
	"dormer/internal/netfault"
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

// began gives when Run began; zero before.
func (e *Engine) began() time.Time {
	if at := e.started.Load(); at != nil {
		return *at
	}
	return time.Time{}
}
