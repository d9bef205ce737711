package tell

import (
	"sync"
	"time"
)

// GateMost is how long alerts wait for the first catch-up after a start or wake.
const GateMost = 30 * time.Second

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
	g.isShut, g.until = true, now.Add(GateMost)
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
		return GateMost, false
	}
	if g.isShut {
		if wait := g.until.Sub(now); wait > 0 && wait <= GateMost {
			return wait, false
		}
		g.isShut, g.opened = false, true
	}
	opened, g.opened = g.opened, false
	return 0, opened
}
