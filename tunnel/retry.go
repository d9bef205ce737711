package tunnel

import (
	"math/rand/v2"
	"time"
)

// retry decides how long to wait before the next attempt. Its zero value has
// not failed yet.
type retry struct {
	failures int
	code     string    // of the failures in a row
	since    time.Time // when the first failure with that code was
}

// failed counts a failure at the time now and says how long to wait, and
// whether it has lasted longer than what passes by itself.
func (r *retry) failed(now time.Time, code string, a advice, t Tuning) (wait time.Duration, lasting bool) {
	if code != r.code || r.failures == 0 {
		r.failures, r.code, r.since = 0, code, now
	}
	wait = min(t.BackoffMin<<min(r.failures, 16), t.BackoffMax)
	r.failures++
	if code == "" { // the way: whoever signs in to the hotel's network should not wait for long
		if now.Sub(r.since) < wayFor {
			wait = min(wait, t.BackoffMax/4)
		}
		return jitter(wait), false
	}
	brisk := a.brisk
	if brisk == staleFor {
		brisk = t.Stale
	}
	if now.Sub(r.since) < brisk {
		return jitter(min(wait, t.BackoffMax/4)), false
	}
	return jitter(t.Slow), true
}

// wayFor is how long a way that is blocked is tried often.
const wayFor = 10 * time.Minute

// jitter spreads a wait by a fifth either way, so that a thousand computers do
// not come back at once after an outage.
func jitter(d time.Duration) time.Duration {
	return d - d/5 + rand.N(2*d/5+1)
}
