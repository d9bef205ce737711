package viewtest

import (
	"fmt"
	"sync"
)

// Notes are what an engine was asked to do. They may be taken from any goroutine.
type Notes struct {
	mu   sync.Mutex // protects list
	list []string
}

// Note takes a note, made as [fmt.Sprint] does.
func (n *Notes) Note(what ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, fmt.Sprint(what...))
}

// Noted gives the notes since the last call.
func (n *Notes) Noted() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.list
	n.list = nil
	return list
}
