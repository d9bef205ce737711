package engine

import (
	"context"
	"sync"
	"time"
)

// watchEvery is the least time between two hints: ten a second at most, also for who
// hears the first of them late.
const watchEvery = 105 * time.Millisecond

// watchers tells readers that something changed. It never blocks who changes.
type watchers struct {
	mu      sync.Mutex // protects all below
	version uint64
	kept    uint64        // see Hint
	more    bool          // more than the state has changed since then
	changes chan struct{} // closed and renewed at every published change
	dirty   chan struct{}
}

func (w *watchers) init() {
	if w.changes == nil {
		w.changes, w.dirty, w.version, w.kept = make(chan struct{}), make(chan struct{}, 1), 1, 1
	}
}

// changed notes a change.
func (w *watchers) changed() { w.note(true) }

// stateChanged notes one that no list shows.
func (w *watchers) stateChanged() { w.note(false) }

func (w *watchers) note(more bool) {
	w.mu.Lock()
	w.init()
	w.more = w.more || more
	dirty := w.dirty
	w.mu.Unlock()
	kick(dirty)
}

// run publishes changes, coalesced.
func (w *watchers) run(ctx context.Context) {
	w.mu.Lock()
	w.init()
	dirty := w.dirty
	w.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return
		case <-dirty:
		}
		w.mu.Lock()
		w.version++
		if w.more {
			w.kept, w.more = w.version, false
		}
		close(w.changes)
		w.changes = make(chan struct{})
		w.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(watchEvery):
		}
	}
}

func (w *watchers) now() (Hint, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.init()
	return Hint{Version: w.version, Kept: w.kept}, w.changes
}

// Watch sends a hint after every change, coalesced to ten a second at most,
// until ctx ends. The first one comes at once. A slow reader skips hints.
func (e *Engine) Watch(ctx context.Context) <-chan Hint {
	out := make(chan Hint)
	go func() { // ends with ctx, which its reader owns
		defer close(out)
		for {
			hint, next := e.watchers.now()
			select {
			case <-ctx.Done():
				return
			case out <- hint:
			}
			select {
			case <-ctx.Done():
				return
			case <-next:
			}
		}
	}()
	return out
}

// kick wakes a loop that has one in its channel at most.
func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// changed tells everybody who watches, and the workers, that the store has
// something new.
func (e *Engine) changed() {
	kick(e.workKick)
	e.alerts.Kick()
	e.watchers.changed()
}
