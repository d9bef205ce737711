package storage

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A commit costs an fsync, whatever it holds. So one goroutine does all the
// writing: it takes what has queued up while the last commit was under way and
// commits it together. Alone, an operation waits for nobody. (bbolt's own Batch
// waits for company, 10 ms by default.) Where deliveries come in a crowd, the writer
// rests between two commits while more of them come: the more share one, the less
// each costs, and whoever posts them needs the processor, too. Who else writes ends
// the rest.

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

// op is one function that waits for a transaction.
type op struct {
	run     func(*Tx) error
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
type queue struct {
	wake  chan struct{} // has room for one: "look again"
	hurry chan struct{} // has room for one: "there is one that does not wait for company"

	mu      sync.Mutex // protects the fields below
	waiting []*op
	closed  bool
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1)} }

func (q *queue) push(o *op) error {
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

func (q *queue) close() {
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
func (q *queue) rest() {
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
func (q *queue) take() (batch []*op, more bool) {
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

// submit queues an operation and waits for its outcome.
func (s *Store) submit(ctx context.Context, o *op) error {
	if s.queue == nil {
		return ErrReadOnly
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("storage: not written: %w", err)
	}
	o.done = make(chan error, 1)
	if err := s.queue.push(o); err != nil {
		return err
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		if o.state.CompareAndSwap(opQueued, opAbandoned) {
			return fmt.Errorf("storage: not written: %w", ctx.Err())
		}
		return <-o.done
	}
}

// write is the writer's goroutine. It ends when the queue is closed and empty.
func (s *Store) write() {
	defer close(s.written)
	debug.SetPanicOnFault(true) // a garbled file is an error of the commit
	patient := 0                // of the last commit's operations
	for {
		if patient >= crowd {
			s.queue.rest()
		} else {
			// Those whom the last commit has just answered often come straight back:
			// let them queue up first.
			runtime.Gosched()
		}
		batch, more := s.queue.take()
		switch {
		case len(batch) > 0:
			patient = 0
			for _, o := range batch {
				if o.patient {
					patient++
				}
			}
			s.commit(batch)
		case more:
			patient = 0
			<-s.queue.wake
		default:
			return
		}
	}
}

// commit runs the batch in one transaction and answers everybody in it. Who
// fails is taken out, since only a whole transaction can be undone, and is run
// again alone: its neighbours may have been the reason.
func (s *Store) commit(batch []*op) {
	s.committing.Lock()
	defer s.committing.Unlock()
	s.mu.RLock()
	defer s.mu.RUnlock()

	var alone []*op
	for len(batch) > 0 {
		failed, err := s.attempt(batch)
		if failed < 0 || len(batch) == 1 {
			for _, o := range batch {
				o.done <- err
			}
			break
		}
		alone = append(alone, batch[failed])
		batch = slices.Delete(batch, failed, failed+1)
	}
	for _, o := range alone {
		_, err := s.attempt([]*op{o})
		o.done <- err
	}
}

// attempt runs the batch in one transaction. failed is the operation that
// stopped it, or -1 if it was committed or the commit itself failed.
func (s *Store) attempt(batch []*op) (failed int, err error) {
	failed = -1
	switch {
	case s.db == nil:
		return failed, ErrClosed
	case s.damage.get() != nil:
		return failed, s.damage.get()
	}
	defer func() {
		if p := recover(); p != nil {
			s.db.broken.Store(true)
			failed, err = -1, fmt.Errorf("storage: commit: %w: %v", ErrDamaged, p)
		}
		s.damage.note(err)
	}()
	var come progress
	err = s.db.Update(func(b *bolt.Tx) (err error) {
		tx := &Tx{b: b, s: s}
		defer tx.end()
		if err := tx.markOpen(); err != nil {
			return err
		}
		for i, o := range batch {
			if err := s.guarded(o, tx); err != nil {
				failed = i
				return err
			}
		}
		if err := tx.flush(); err != nil {
			return err
		}
		come, err = tx.progress()
		return err
	})
	switch {
	case err == nil:
		s.dirty = true
		s.tail.come(come)
	case failed < 0:
		err = fmt.Errorf("storage: commit: %w", err)
	}
	return failed, err
}

// guarded runs one operation and turns its panic into its error.
func (s *Store) guarded(o *op, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if isDamage(p) {
				err = fmt.Errorf("%w: %v", ErrDamaged, p)
				return
			}
			s.o.Log.Error("a transaction panicked", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("storage: the transaction panicked: %v", p)
		}
	}()
	return o.run(tx)
}
