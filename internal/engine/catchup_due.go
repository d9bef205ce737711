package engine

import (
	"sync"
	"time"

	"dormer/internal/tell"
)

// cause says why a catch-up is wanted.
type cause string

const (
	causeStart   cause = "start"
	causeReady   cause = "webhooks arrive again"
	causeOffline cause = "no webhook can arrive" // only brings the next one forward
	causeWake    cause = "the computer was asleep"
	causeNetwork cause = "the network has changed"
	causeRefused cause = "a delivery was refused"
	causeSignIn  cause = "signed in"
	causeKeyring cause = "the keyring was read"
	causeAsked   cause = "asked for"
	causeMissed  cause = "Hover could not deliver"
)

// catchUps is the state of catching up.
type catchUps struct {
	mu        sync.Mutex // protects all below
	wanted    []cause
	running   uint64 // the run under way, once it has begun to ask; 0 if none
	letGo     uint64 // the run that took so long that what it had found was let go
	begun     uint64 // runs of this process, one after the other
	ended     uint64
	started   time.Time
	lastGood  time.Time
	lastErr   error
	refusedAt time.Time     // when a refused delivery last caused one
	refused   time.Time     // when the next one is due that it causes; zero if none is
	done      chan struct{} // closed and renewed at the end of every run
	failures  int
	missed    time.Time // what Hover could not deliver since then has been asked for

	poke chan struct{}
}

// missedAt says whether what Hover could not deliver since a time has yet to be
// asked for, once.
func (c *catchUps) missedAt(since time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since.IsZero() || c.lastGood.IsZero() || c.lastGood.After(since) || c.missed.Equal(since) {
		return false
	}
	c.missed = since
	return true
}

// over ends the run under way and tells those who wait for it. The caller holds
// mu.
func (c *catchUps) over() {
	c.ended = c.begun
	close(c.done)
	c.done = make(chan struct{})
}

func (c *catchUps) init() { c.poke, c.done = make(chan struct{}, 1), make(chan struct{}) }

// refusedLeast is the least time between catch-ups that a refused delivery causes.
const refusedLeast = time.Minute

// catchUpSoon asks for a catch-up; it never blocks.
func (e *Engine) catchUpSoon(why cause) {
	c := &e.catch
	c.mu.Lock()
	defer c.mu.Unlock()
	switch why {
	case causeRefused, causeMissed: // which one delivery that was refused may both cause
		if next := c.refusedAt.Add(refusedLeast); time.Now().Before(next) {
			c.refused = next
		} else {
			c.refusedAt = time.Now()
			c.wanted = append(c.wanted, why)
		}
	case causeOffline:
	default:
		c.wanted = append(c.wanted, why)
	}
	kick(c.poke)
}

// holds says whether what a run has found waits for its end, and how long it
// still does so at most; 0 if it was let go once already: the rest waits.
func (c *catchUps) holds(run uint64) (most time.Duration, held bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if run == 0 || c.running != run {
		return 0, false
	}
	if c.letGo == run {
		return 0, true
	}
	return max(tell.GateMost-time.Since(c.started), time.Nanosecond), true
}

// takesLong gives the run under way, once: when what it has found so far has
// waited long enough for its end. 0 if there is none.
func (c *catchUps) takesLong() (run uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == 0 || c.letGo == c.running || time.Since(c.started) < tell.GateMost {
		return 0
	}
	c.letGo = c.running
	return c.running
}
