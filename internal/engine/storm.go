package engine

import (
	"runtime/debug"
	"sync"
)

// stormGC is how much garbage may come, in percent of what lives, before it is
// collected while many events come at once: so small a heap as ours would otherwise be
// collected many times a second, which costs a tenth of what can be answered.
const stormGC = 400

// storms counts the engines in this process that have one: the collector is the
// process's.
var storms struct {
	mu   sync.Mutex // protects all below
	n    int
	calm int // what the collector was set to before
}

// beginStorm has the collector come rarely.
func beginStorm() {
	storms.mu.Lock()
	defer storms.mu.Unlock()
	if storms.n++; storms.n == 1 {
		storms.calm = debug.SetGCPercent(stormGC)
	}
}

// endStorm has it come as before, and gives the memory back to the system.
func endStorm() {
	storms.mu.Lock()
	defer storms.mu.Unlock()
	if storms.n--; storms.n == 0 {
		debug.SetGCPercent(storms.calm)
		debug.FreeOSMemory()
	}
}
