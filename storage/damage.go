package storage

import (
	"errors"
	"sync"
)

// damage is the first damage that was found in the file while it was open.
type damage struct {
	mu    sync.Mutex // protects all below
	err   error
	found chan struct{} // closed with the first; made when asked for
}

// note remembers err if it tells of damage.
func (h *damage) note(err error) {
	if !errors.Is(err, ErrDamaged) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return
	}
	h.err = err
	if h.found == nil {
		h.found = make(chan struct{})
	}
	close(h.found)
}

func (h *damage) get() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

// Damaged gives a channel that is closed once a transaction has met damage:
// pages that cannot be read, or a row that makes no sense. From then on nothing
// is written any more, since whatever is written to such a file may be gone with
// it; [Store.Damage] says what was found. Only a new start helps.
func (s *Store) Damaged() <-chan struct{} {
	s.damage.mu.Lock()
	defer s.damage.mu.Unlock()
	if s.damage.found == nil {
		s.damage.found = make(chan struct{})
	}
	return s.damage.found
}

// Damage gives the first damage that a transaction has met; nil if none has.
func (s *Store) Damage() error { return s.damage.get() }
