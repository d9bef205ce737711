package engine

import (
	"context"
	"errors"
	"sync"
)

// storeHealth remembers whether the store could last be written.
type storeHealth struct {
	mu  sync.Mutex // protects err
	err error
}

// set says whether that is a change.
func (h *storeHealth) set(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	changed := (err == nil) != (h.err == nil)
	h.err = err
	return changed
}

func (h *storeHealth) get() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}
