package hoverapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// What the product asks of Hover at most, well under the 120 requests a minute
// that Hover's docs allow.
const (
	DefaultLimit    = 100
	DefaultReserved = 20
	DefaultWindow   = time.Minute
)

const (
	firstPause = time.Minute      // after a 429 that does not say how long
	maxPause   = 15 * time.Minute // whatever a 429 says
)

// Budget bounds how many requests reach Hover: never more than its limit in any
// window, however the window is laid. It is a sliding window over the requests'
// own times, not a bucket, which would let two bursts meet at a boundary.
//
// A request takes its place before it is sent and gives it back one window
// after its reply began, so the bound holds at Hover's end too, wherever in
// between the request arrived there.
//
// A nil *Budget bounds nothing.
type Budget struct {
	limit      int
	background int // the most that calls for which nobody waits may use
	window     time.Duration

	mu       sync.Mutex
	clock    ticker
	inFlight [2]int             // by class
	past     [2][]time.Duration // when the replies of the last window began
	queue    [2][]*waiter
	paused   time.Duration // no request before this
	pauses   uint64        // how many there were: tells which 429s are news
	streak   int           // 429s in a row that did not say how long
	timer    *time.Timer   // runs only while somebody waits
}

// The classes of callers, the more urgent one first.
const (
	person = iota
	background
)

type waiter struct {
	turn   chan struct{} // closed when the place is granted
	class  int
	pauses uint64 // as many as there were then
}

// NewBudget makes a budget of limit requests in any window, of which reserved
// are kept for calls that a person waits for (see [WithPerson]). now is the
// clock; nil means time.Now.
func NewBudget(limit, reserved int, window time.Duration, now func() time.Time) *Budget {
	if now == nil {
		now = time.Now
	}
	limit = max(limit, 1)
	b := &Budget{limit: limit, background: max(limit-reserved, 1), window: window}
	b.clock = ticker{now: now, last: now()}
	return b
}

type personKey struct{}

// WithPerson marks the calls made with the context as ones that a person waits
// for: they go first, and may use the part of the budget that is kept for them.
func WithPerson(ctx context.Context) context.Context {
	return context.WithValue(ctx, personKey{}, true)
}

func classOf(ctx context.Context) int {
	if ctx.Value(personKey{}) != nil {
		return person
	}
	return background
}

// Wait waits until one request may be sent: first come, first served within its
// class. The caller sends the request and calls Done with its response. The
// only error is the context's own.
func (b *Budget) Wait(ctx context.Context) (*Turn, error) {
	if b == nil {
		return &Turn{}, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := &waiter{turn: make(chan struct{}), class: classOf(ctx)}
	b.mu.Lock()
	b.queue[w.class] = append(b.queue[w.class], w)
	b.admit()
	b.mu.Unlock()

	select {
	case <-w.turn:
	case <-ctx.Done():
		b.mu.Lock()
		defer b.mu.Unlock()
		if i := slices.Index(b.queue[w.class], w); i >= 0 {
			b.queue[w.class] = slices.Delete(b.queue[w.class], i, i+1)
		} else {
			b.inFlight[w.class]-- // granted at the same moment, but nothing was sent
		}
		b.admit()
		return nil, ctx.Err()
	}
	return &Turn{budget: b, class: w.class, pauses: w.pauses}, nil
}

// Turn is the right to send one request.
type Turn struct {
	budget *Budget
	class  int
	pauses uint64
}

// Done ends the turn: response is what came, nil if nothing did. A 429 pauses
// the whole budget, for as long as Retry-After says or a minute that grows;
// Done returns for how long, 0 for any other response. It must be called once.
func (t *Turn) Done(response *http.Response) time.Duration {
	b := t.budget
	if b == nil {
		if response != nil && response.StatusCode == http.StatusTooManyRequests {
			d, _ := retryAfter(response.Header, time.Now())
			return d
		}
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.tick()
	b.inFlight[t.class]--
	b.past[t.class] = append(b.past[t.class], now)
	defer b.admit()

	switch {
	case response == nil:
		return 0
	case response.StatusCode != http.StatusTooManyRequests:
		b.streak = 0
		return 0
	}
	d, ok := retryAfter(response.Header, b.clock.last)
	if !ok {
		// Of the many 429s that one burst brings, only the first one is news.
		if t.pauses == b.pauses {
			b.streak++
		}
		d = min(firstPause<<min(max(b.streak-1, 0), 8), maxPause)
	}
	b.pause(now + d)
	return d
}

// Pause lets no request go before the given time by the budget's clock; an
// earlier end than that of a pause under way changes nothing.
func (b *Budget) Pause(until time.Time) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.tick()
	b.pause(now + min(until.Sub(b.clock.last), maxPause))
	b.admit()
}

func (b *Budget) pause(until time.Duration) {
	b.pauses++
	b.paused = max(b.paused, until)
}

// Paused says how long no request will go; 0 while there is no pause.
func (b *Budget) Paused() time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(b.paused-b.clock.tick(), 0)
}

// Used says how many requests count against the window that ends now.
func (b *Budget) Used() int {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(b.clock.tick())
	return b.used(person) + b.used(background)
}

func (b *Budget) used(class int) int { return b.inFlight[class] + len(b.past[class]) }

func (b *Budget) forget(now time.Duration) {
	for class, past := range b.past {
		n := 0
		for n < len(past) && now-past[n] >= b.window {
			n++
		}
		b.past[class] = slices.Delete(past, 0, n)
	}
}

// admit grants places to those who wait, and sets the timer for the next
// moment at which there may be one. The caller holds mu.
func (b *Budget) admit() {
	now := b.clock.tick()
	b.forget(now)
	if now >= b.paused {
		for class := range b.queue {
			for len(b.queue[class]) > 0 && b.free(class) {
				w := b.queue[class][0]
				b.queue[class] = slices.Delete(b.queue[class], 0, 1)
				b.inFlight[class]++
				w.pauses = b.pauses
				close(w.turn)
			}
		}
	}
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	if len(b.queue[person])+len(b.queue[background]) == 0 {
		return
	}
	next := b.paused
	if next <= now {
		for _, past := range b.past {
			if len(past) > 0 && (next <= now || past[0]+b.window < next) {
				next = past[0] + b.window
			}
		}
	}
	if next > now {
		b.timer = time.AfterFunc(next-now, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.admit()
		})
	} // else all places are in flight: the next Done comes here again
}

func (b *Budget) free(class int) bool {
	if b.used(person)+b.used(background) >= b.limit {
		return false
	}
	return class == person || b.used(background) < b.background
}

// ticker turns a clock that may be set back into a time that only grows.
type ticker struct {
	now     func() time.Time
	last    time.Time
	elapsed time.Duration
}

func (t *ticker) tick() time.Duration {
	now := t.now()
	t.elapsed += max(now.Sub(t.last), 0)
	t.last = now
	return t.elapsed
}

// retryAfter reads how long a Retry-After header asks to wait, as seconds or as
// a date, bounded; ok is false if there is none that can be read.
func retryAfter(h http.Header, now time.Time) (d time.Duration, ok bool) {
	v := h.Get("Retry-After")
	if n, err := strconv.ParseUint(v, 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, maxPause), true
	}
	// The date is by Hover's clock: so is the one it is compared with, if given.
	t, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(t.Sub(now), 0), maxPause), true
}
