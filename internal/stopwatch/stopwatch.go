// Package stopwatch measures in tests what is promised to take no longer than so
// many seconds, on machines that have others to serve as well.
//
// Now and then a watch reckons something, always the same. Where that takes far
// longer than it took at its quickest, the machine serves others, and the time
// since the last reckoning counts for as much less. Where nobody else wants the
// processor a watch shows the time that a clock shows; where many do, less, by
// about as much as everything else is slower there. What hangs is found on either.
package stopwatch

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// slack is how much longer than at its quickest a reckoning may take for the time
// to count in full: those of an idle machine are not all the same.
const slack = 1.5

// quickest is the shortest reckoning of this process, what one takes where nobody
// disturbs it.
var quickest atomic.Int64

// A Watch is running from [Start] to Stop.
type Watch struct {
	began time.Time
	quit  chan struct{}
	ended chan struct{}

	mu    sync.Mutex // protects what follows
	turns []turn
	last  time.Time // when the last turn ended
	end   time.Time // zero while it runs
}

// A turn is a rest and the reckoning after it.
type turn struct{ all, reckoning time.Duration }

// tried is some reckoning without a watch, so that its first turn has something to
// be compared with.
var tried = sync.OnceFunc(func() {
	for range 5 {
		reckon()
	}
})

// Start starts a watch. Its owner stops it.
func Start() *Watch {
	tried()
	now := time.Now()
	w := &Watch{began: now, last: now, quit: make(chan struct{}), ended: make(chan struct{})}
	go w.run()
	return w
}

func (w *Watch) run() {
	defer close(w.ended)
	for {
		// What takes long needs fewer looks, and the watch shall not be what the
		// machine is busy with.
		rest := min(max(time.Since(w.began)/10, 4*time.Millisecond), 2*time.Second)
		select {
		case <-time.After(rest):
		case <-w.quit:
			return
		}
		took := reckon()
		w.mu.Lock()
		now := time.Now()
		if w.end.IsZero() {
			w.turns, w.last = append(w.turns, turn{now.Sub(w.last), took}), now
		}
		w.mu.Unlock()
	}
}

// reckon takes some ten milliseconds where it is alone, and gives how many it took.
func reckon() time.Duration {
	began := time.Now()
	var block [64 << 10]byte
	for range 200 {
		sum := sha256.Sum256(block[:])
		copy(block[:], sum[:])
	}
	took := time.Since(began)
	for {
		was := quickest.Load()
		if was != 0 && was <= int64(took) || quickest.CompareAndSwap(was, int64(took)) {
			return took
		}
	}
}

// Shows gives what the watch shows now, or did when it was stopped.
func (w *Watch) Shows() time.Duration {
	shows, _ := w.read()
	return shows
}

// read gives what the watch shows, and what a clock would.
func (w *Watch) read() (shows, clock time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.end
	if now.IsZero() {
		now = time.Now()
	}
	return count(w.turns, time.Duration(quickest.Load())) + now.Sub(w.last), now.Sub(w.began)
}

// count gives what turns come to, where the quickest reckoning of all took so long.
func count(turns []turn, quickest time.Duration) (all time.Duration) {
	for _, t := range turns {
		share := min(1, slack*float64(quickest)/float64(t.reckoning))
		all += time.Duration(float64(t.all) * share)
	}
	return all
}

// Stop stops the watch and gives what it shows.
func (w *Watch) Stop() time.Duration {
	w.mu.Lock()
	first := w.end.IsZero()
	if first {
		w.end = time.Now()
	}
	w.mu.Unlock()
	if first {
		close(w.quit)
	}
	<-w.ended
	return w.Shows()
}

// String tells what the watch shows, and what a clock does.
func (w *Watch) String() string {
	shows, clock := w.read()
	return fmt.Sprintf("%v (%v by the clock)", shows.Round(time.Millisecond), clock.Round(time.Millisecond))
}
