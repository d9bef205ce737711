package engine

import (
	"context"
	"sync"
	"time"
)

// watchEvery is the least time between two hints: ten a second at most.
const watchEvery = 100 * time.Millisecond

// watchers tells readers that something changed. It never blocks who changes.
type watchers struct {
	mu      sync.Mutex // protects all below
	version uint64
	changes chan struct{} // closed and renewed at every published change
	dirty   chan struct{}
}

func (w *watchers) init() {
	if w.changes == nil {
		w.changes, w.dirty, w.version = make(chan struct{}), make(chan struct{}, 1), 1
	}
}

// changed notes a change.
func (w *watchers) changed() {
	w.mu.Lock()
	w.init()
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

func (w *watchers) now() (uint64, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.init()
	return w.version, w.changes
}

// Watch sends a hint after every change, coalesced to ten a second at most,
// until ctx ends. The first one comes at once. A slow reader skips hints.
func (e *Engine) Watch(ctx context.Context) <-chan Hint {
	out := make(chan Hint)
	go func() { // ends with ctx, which its reader owns
		defer close(out)
		for {
			version, next := e.watchers.now()
			select {
			case <-ctx.Done():
				return
			case out <- Hint{Version: version}:
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
