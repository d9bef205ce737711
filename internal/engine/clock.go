package engine

import (
	"context"
	"sync"
	"time"

	"dormer/storage"
)

// gateMost is how long alerts wait for the first catch-up after a start or wake.
const gateMost = 30 * time.Second

// gate holds alerts back until the first catch-up after a start or wake has
// ended, so that one summary can tell what happened meanwhile.
type gate struct {
	mu     sync.Mutex // protects all below
	held   bool       // shut until what is stored has been read
	until  time.Time  // shut until then at most
	isShut bool
	// opened says that it has opened since the alerts were last looked at: all
	// that are waiting then belong together.
	opened bool
}

// hold shuts the gate until it is released.
func (g *gate) hold() {
	g.mu.Lock()
	g.held = true
	g.mu.Unlock()
}

// release leaves it shut as after a wake.
func (g *gate) release(now time.Time) {
	g.mu.Lock()
	g.held = false
	g.mu.Unlock()
	g.shut(now)
}

func (g *gate) shut(now time.Time) {
	g.mu.Lock()
	g.isShut, g.until = true, now.Add(gateMost)
	g.mu.Unlock()
}

func (g *gate) open() {
	g.mu.Lock()
	g.opened = g.opened || g.isShut
	g.isShut = false
	g.mu.Unlock()
}

// pass says how long the gate stays shut; 0 if it is open, and then whether it
// has just opened.
func (g *gate) pass(now time.Time) (wait time.Duration, opened bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held {
		return gateMost, false
	}
	if g.isShut {
		if wait := g.until.Sub(now); wait > 0 && wait <= gateMost {
			return wait, false
		}
		g.isShut, g.opened = false, true
	}
	opened, g.opened = g.opened, false
	return 0, opened
}

const (
	tickEvery  = 5 * time.Second
	asleep     = 30 * time.Second // a tick that is later than this means sleep
	countEvery = time.Minute
)

// untilTick says how long until the clock has the next tick. It is the same for whoever
// else looks by the clock, as the control socket's door does: an idle process wakes
// once for all.
func untilTick() time.Duration { return tickEvery - time.Duration(time.Now().UnixNano())%tickEvery }

// runClock notices sleep and a changed network, and has done what is done by the
// day: beside it, for a large backup takes longer than what counts as sleep.
func (e *Engine) runClock(ctx context.Context) {
	var daily sync.WaitGroup
	defer daily.Wait()
	tidying, again := make(chan time.Duration, 1), time.Time{}
	busy, wrong, tried := false, false, ""
	tick := time.NewTimer(untilTick())
	defer tick.Stop()
	last, wall := time.Now(), e.now().Round(0)
	counted, tidied := last, ""
	network := e.network()
	daily.Go(func() { e.sweep(ctx) })
	for {
		select {
		case <-ctx.Done():
			// The last minute's count; the store is closed after us.
			e.storeRequests(context.WithoutCancel(ctx))
			return
		case <-tick.C:
		}
		tick.Reset(untilTick())
		// The monotonic clock may stand still in sleep and the wall clock may be
		// set: either one tells.
		now, clock := time.Now(), e.now().Round(0)
		if clock.Before(wall.Add(-asleep)) {
			e.hastenAll(ctx)
		}
		if now.Sub(last) > asleep || clock.Sub(wall).Abs() > asleep {
			e.woke()
		} else if n := e.network(); n != network {
			network = n
			if n != "" { // without one there is nothing to connect to
				e.log.Info("the network has changed")
				e.link.renew(string(causeNetwork))
				e.catchUpSoon(causeNetwork)
			}
		}
		last, wall = now, clock
		// While the disk takes nothing it is tried with every tick: who is green
		// again asks Hover for what was refused meanwhile.
		if now.Sub(counted) > countEvery || e.storeErr.get() != nil {
			counted = now
			e.storeRequests(ctx)
		}
		if _, is := e.clockWrong(); is != wrong {
			wrong = is
			kick(e.room.look)
		}
		select {
		case wait := <-tidying:
			if busy = false; wait > 0 {
				tidied, again = "", now.Add(wait)
			}
		default:
		}
		// By the date, since few laptops are awake for 24 hours on end.
		if today := e.now().UTC().Format(time.DateOnly); today != tidied && !busy && (today != tried || !now.Before(again)) {
			busy, tidied, tried = true, today, today
			daily.Go(func() { tidying <- e.tidy(ctx) })
		}
	}
}

// hastenAll has all queued work done now that the clock was set back: what is to
// be done later was put off by the clock as it was.
func (e *Engine) hastenAll(ctx context.Context) {
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		for _, kind := range []storage.WorkKind{workRefresh, workCapture, workClaim, workPhotos, workFigures, workFile} {
			if err := tx.Hasten(kind); err != nil {
				return err
			}
		}
		return nil
	})
	e.stored(err)
	e.changed()
}

// woke brings everything up again after sleep, without alarm.
func (e *Engine) woke() {
	e.log.Info("the computer was asleep")
	e.gate.shut(e.now())
	e.link.renew(string(causeWake))
	e.catchUpSoon(causeWake)
	kick(e.room.look)
	e.watchers.changed()
}

func (e *Engine) network() string {
	if e.o.Network == nil {
		return ""
	}
	return e.o.Network()
}
