package engine

import (
	"sync"

	"dormer/storage"
)

// flight is the work that is being done.
type flight struct {
	mu   sync.Mutex // protects rows
	rows map[string]bool
}

func (f *flight) take(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rows == nil {
		f.rows = map[string]bool{}
	}
	if f.rows[id] {
		return false
	}
	f.rows[id] = true
	return true
}

func (f *flight) has(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rows[id]
}

func (f *flight) leave(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.rows, id)
}

func flightOf(kind storage.WorkKind, key string) string { return string(kind) + "/" + key }
