package engine

import (
	"context"
	"sync"
	"time"

	"dormer/storage"
)

const (
	tickEvery = 5 * time.Second
	asleep    = 30 * time.Second // a tick that is later than this means sleep
)

// The count of requests is written down when so many have come, or after so long: a
// laptop's disk is not woken every minute for the self-check that it counts.
const (
	countMany  = 100
	countEvery = 10 * time.Minute
)

// ByTheClock says how long it is until the clock shows a multiple of every. Whoever looks
// after something now and then looks by it: an idle process wakes once for all of them.
func ByTheClock(every time.Duration) time.Duration {
	return every - time.Duration(time.Now().UnixNano())%every
}

// runClock notices sleep and a changed network, and has done what is done by the
// day: beside it, for a large backup takes longer than what counts as sleep.
func (e *Engine) runClock(ctx context.Context) {
	var daily sync.WaitGroup
	defer daily.Wait()
	tidying, again := make(chan time.Duration, 1), time.Time{}
	busy, wrong, tried := false, false, ""
	tick := time.NewTimer(ByTheClock(tickEvery))
	defer tick.Stop()
	last, wall := time.Now(), e.now().Round(0)
	counted, tidied := last, ""
	network := e.network()
	daily.Go(func() { e.sweep(ctx) })
	for {
		select {
		case <-ctx.Done():
			e.writeCount(context.WithoutCancel(ctx), 1) // the store is closed after us
			return
		case <-tick.C:
		}
		tick.Reset(ByTheClock(tickEvery))
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
				e.reach.Renew(string(causeNetwork))
				e.catchUpSoon(causeNetwork)
			}
		}
		last, wall = now, clock
		least := uint64(countMany)
		if now.Sub(counted) > countEvery {
			counted, least = now, 1
		}
		e.writeCount(ctx, least)
		if _, is := e.clockWrong(); is != wrong {
			wrong = is
			e.space.Look()
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

// writeCount writes down how many requests came, if at least so many have. While the
// disk takes nothing it is tried each time: who is green again asks Hover for what was
// refused meanwhile.
func (e *Engine) writeCount(ctx context.Context, least uint64) {
	if e.storeErr.get() != nil {
		least = 0
	}
	if tried, err := e.reach.WriteCount(ctx, least); tried {
		e.stored(err)
	}
}

// hastenAll has all queued work done now that the clock was set back: what is to
// be done later was put off by the clock as it was. A look at a job that is being paid
// for is made once, and not too soon.
func (e *Engine) hastenAll(ctx context.Context) {
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		for _, kind := range []storage.WorkKind{
			workRefresh, workCapture, workClaim, workPhotos, workFigures, workFile, workPaper, workCopy,
		} {
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
	e.alerts.Shut()
	e.reach.Renew(string(causeWake))
	e.catchUpSoon(causeWake)
	e.space.Look()
	e.watchers.changed()
}

func (e *Engine) network() string {
	if e.o.Network == nil {
		return ""
	}
	return e.o.Network()
}
