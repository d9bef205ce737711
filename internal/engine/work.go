package engine

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/storage"
)

// How many works of a kind run at once. Hover's budget is the bottleneck; files
// are slow and must not hold up questions, and questions that nobody answers must
// not hold up what is told without an answer.
const (
	askers    = 4
	claimants = 1
	fetchers  = 3
	copiers   = 1 // to a folder that may hang
)

// giveUpAsking is how often a question that Hover refuses (not: that cannot be
// asked) is repeated before it becomes a dead letter.
const giveUpAsking = 6

// runWork does the queued work, but for the alerts: see runAlerts.
func (e *Engine) runWork(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	asking, claiming, fetching := make(chan struct{}, askers), make(chan struct{}, claimants), make(chan struct{}, fetchers)
	copying := make(chan struct{}, copiers)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.workKick:
		case <-timer.C:
		}
		for _, class := range []struct {
			slots chan struct{}
			kinds []storage.WorkKind
		}{
			{asking, []storage.WorkKind{workRefresh, workCapture, workPayment, workEvent}},
			{claiming, []storage.WorkKind{workClaim, workPhotos}},
			{fetching, []storage.WorkKind{workFigures, workFile, workPaper}},
			{copying, []storage.WorkKind{workCopy}},
		} {
			for _, w := range e.due(cap(class.slots)*2, class.kinds...) {
				id := flightOf(w.Kind, w.Key)
				if len(class.slots) == cap(class.slots) || !e.flight.take(id) {
					continue
				}
				class.slots <- struct{}{}
				wg.Go(func() {
					e.do(ctx, w)
					e.flight.leave(id)
					<-class.slots
					e.changed()
				})
			}
		}
		timer.Reset(e.untilDue(workRefresh, workCapture, workPayment, workClaim, workPhotos, workFigures, workFile,
			workPaper, workCopy, workEvent))
	}
}

// due gives the work that is due now.
func (e *Engine) due(limit int, kinds ...storage.WorkKind) []storage.Work {
	var list []storage.Work
	err := e.store.View(func(tx *storage.Tx) (err error) {
		list, err = tx.Due(e.now(), limit, kinds...)
		return err
	})
	if err != nil {
		e.log.Error("the queue cannot be read", "error", err)
	}
	return list
}

// untilDue says how long there is nothing to do.
func (e *Engine) untilDue(kinds ...storage.WorkKind) time.Duration {
	const idle = time.Minute
	next := idle
	err := e.store.View(func(tx *storage.Tx) error {
		at, ok, err := tx.DueAfter(e.now(), kinds...)
		if ok {
			next = min(at.Sub(e.now()), idle)
		}
		return err
	})
	if err != nil {
		return idle
	}
	return max(next, 10*time.Millisecond)
}

// do does one work and finishes, postpones or buries it.
func (e *Engine) do(ctx context.Context, w storage.Work) {
	var ticked bool // off, with what came of it
	var err error
	switch w.Kind {
	case workRefresh, workPayment:
		ticked, err = e.refreshQueued(ctx, w)
	case workCapture:
		ticked, err = e.refreshCapture(ctx, w)
	case workClaim:
		err = e.claim(ctx, hover.JobID(w.Key), hover.JobState(w.Payload))
	case workPhotos:
		err = e.claimCapture(ctx, hover.CaptureRequestID(w.Key))
	case workEvent:
		e.foldAside(ctx, w)
		return
	case workFile:
		e.fetchQueued(ctx, w)
		return
	case workCopy:
		e.copyQueued(ctx, w)
		return
	case workFigures:
		e.fetchQueuedFigures(ctx, w)
		return
	case workPaper:
		e.doPaper(ctx, w)
		return
	}
	if ticked || ctx.Err() != nil {
		return // else it stays in the queue
	}
	e.settle(ctx, w, err)
}

// settle writes down how a question to Hover ended.
func (e *Engine) settle(ctx context.Context, w storage.Work, err error) {
	if err != nil && !errors.Is(err, errBehind) {
		e.log.Warn("Hover could not be asked", "about", string(w.Kind)+" "+w.Key, "attempt", w.Attempts+1, "error", err)
	}
	w.Behind = w.Behind || errors.Is(err, errBehind) // until it has been answered
	uerr := e.store.Update(ctx, func(tx *storage.Tx) error {
		switch {
		case err == nil:
			return tx.Finish(w)
		case refusal(err) && w.Attempts+1 >= giveUpAsking:
			return tx.Bury(w, short(err))
		}
		return tx.Retry(w, e.now().Add(askAgain(w.Attempts, err)), short(err))
	})
	e.stored(uerr)
}

// refusal says that Hover answered and will hardly answer otherwise; anything
// else is worth waiting for.
func refusal(err error) bool {
	switch hoverapi.KindOf(err) {
	case hoverapi.Forbidden, hoverapi.Invalid, hoverapi.BadReply, hoverapi.Unauthorized:
		return true
	}
	return false
}

// askAgain says when a question is asked again: soon, then ever later up to
// five minutes, strewn so that many do not come at once.
func askAgain(attempts int, err error) time.Duration {
	if he, ok := errors.AsType[*hoverapi.Error](err); ok && he.RetryAfter > 0 {
		return he.RetryAfter
	}
	d := min(2*time.Second<<min(attempts, 8), 5*time.Minute)
	return d/2 + rand.N(d)/2
}

// ReviveWork gives dead letters another try.
func (e *Engine) ReviveWork(ctx context.Context) (int, error) {
	n := 0
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		dead, err := tx.Dead()
		if err != nil {
			return err
		}
		n = len(dead)
		for _, w := range dead {
			if _, err := tx.Revive(w.Kind, w.Key); err != nil {
				return err
			}
		}
		return nil
	})
	e.changed()
	return n, err
}
