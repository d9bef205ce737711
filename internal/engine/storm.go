package engine

import (
	"runtime"
	"runtime/debug"
	"sync"
)

// stormGC is how much garbage may come, in percent of what lives, before it is
// collected while many events come at once: so small a heap as ours would otherwise be
// collected many times a second, which costs a tenth of what can be answered.
const stormGC = 400

// storms counts the engines in this process that have one: the collector and the
// processors are the process's.
var storms struct {
	mu         sync.Mutex // protects all below
	n          int
	calm       int // what the collector was set to before
	processors int // how many there were for Go's code before
}

// beginStorm has the collector come rarely, and gives whoever waits for the disk a
// processor of its own: Go takes that of a sync for busy for as long as it lasts, and
// the half of what a laptop with two has then stands still.
func beginStorm() {
	storms.mu.Lock()
	defer storms.mu.Unlock()
	if storms.n++; storms.n == 1 {
		storms.calm = debug.SetGCPercent(stormGC)
		storms.processors = runtime.GOMAXPROCS(0)
		runtime.GOMAXPROCS(storms.processors + 1)
	}
}

// endStorm has all as before, and gives the memory back to the system.
func endStorm() {
	storms.mu.Lock()
	defer storms.mu.Unlock()
	if storms.n--; storms.n == 0 {
		runtime.GOMAXPROCS(storms.processors)
		debug.SetGCPercent(storms.calm)
		debug.FreeOSMemory()
	}
}
