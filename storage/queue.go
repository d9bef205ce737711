package storage

import (
	"sync"
	"sync/atomic"
	"time"
)

// What one commit takes up at most: it bounds the memory that the transaction
// holds and the time that its first operation waits for its last.
const (
	maxOps   = 256
	maxBytes = 16 << 20
)

// How the writer rests: after a commit that at least crowd patient operations shared,
// until none has come for restGap, and restMost at most.
const (
	crowd    = 4
	restGap  = 500 * time.Microsecond
	restMost = 6 * time.Millisecond
)

// op is one function that waits for a transaction, a T.
type op[T any] struct {
	run     func(T) error
	size    int  // about the bytes it will write
	patient bool // it may wait for company
	state   atomic.Int32
	done    chan error // has room for the one answer
}

const (
	opQueued    int32 = iota
	opTaken           // the writer will answer
	opAbandoned       // the caller has left; never run
)

// queue holds the operations between their callers and the writer. Each caller
// has at most one in it.
type queue[T any] struct {
	wake  chan struct{} // has room for one: "look again"
	hurry chan struct{} // has room for one: "there is one that does not wait for company"

	mu      sync.Mutex // protects the fields below
	waiting []*op[T]
	closed  bool
}

func newQueue[T any]() *queue[T] {
	return &queue[T]{wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1)}
}

func (q *queue[T]) push(o *op[T]) error {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return ErrClosed
	}
	q.waiting = append(q.waiting, o)
	if !o.patient {
		hint(q.hurry)
	}
	q.mu.Unlock()
	hint(q.wake)
	return nil
}

func (q *queue[T]) close() {
	q.mu.Lock()
	q.closed = true
	hint(q.hurry)
	q.mu.Unlock()
	hint(q.wake)
}

// hint says something again that somebody may not have heard yet.
func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// rest waits while company comes.
func (q *queue[T]) rest() {
	end, gap := time.NewTimer(restMost), time.NewTimer(restGap)
	defer end.Stop()
	defer gap.Stop()
	for {
		select {
		case <-q.wake:
			gap.Reset(restGap)
		case <-gap.C:
			return
		case <-end.C:
			return
		case <-q.hurry:
			return
		}
	}
}

// take gives the next operations to commit together; more is false once the
// queue is closed and empty.
func (q *queue[T]) take() (batch []*op[T], more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for ; n < len(q.waiting) && len(batch) < maxOps && size < maxBytes; n++ {
		if o := q.waiting[n]; o.state.CompareAndSwap(opQueued, opTaken) {
			batch = append(batch, o)
			size += o.size
		}
	}
	q.waiting = q.waiting[n:]
	if len(q.waiting) == 0 {
		q.waiting = nil
		select {
		case <-q.hurry:
		default:
		}
	}
	return batch, !q.closed || len(batch) > 0 || len(q.waiting) > 0
}
