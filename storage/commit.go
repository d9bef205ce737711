package storage

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// A commit costs an fsync, whatever it holds. So one goroutine does all the
// writing: it takes what has queued up while the last commit was under way and
// commits it together. Alone, an operation waits for nobody. (bbolt's own Batch
// waits for company, 10 ms by default.) Where deliveries come in a crowd, the writer
// rests between two commits while more of them come: the more share one, the less
// each costs, and whoever posts them needs the processor, too. Who else writes ends
// the rest.

// Update runs fn in a transaction and returns after the transaction has reached
// the disk. Calls at the same time share a commit: fn sees what its neighbours
// have written, and runs again if one of them fails, so it must have no effect
// outside tx that a second run does not replace. An error or a panic of fn undoes
// fn alone and is returned.
//
// fn runs on the writer's goroutine, one at a time, and must not call the
// store's methods: it would wait for itself. If ctx ends while fn is still
// queued, fn never runs and ctx's error is returned; once fn has been taken up,
// Update waits for the commit. A failed commit (disk full) is returned to
// everybody in it; the store stays usable. A damaged store is not: see
// [Store.Damaged].
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	return s.submit(ctx, &op[*Tx]{run: fn})
}

// submit queues an operation and waits for its outcome.
func (s *Store) submit(ctx context.Context, o *op[*Tx]) error {
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
func (s *Store) commit(batch []*op[*Tx]) {
	s.committing.Lock()
	defer s.committing.Unlock()
	s.mu.RLock()
	defer s.mu.RUnlock()

	var alone []*op[*Tx]
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
		_, err := s.attempt([]*op[*Tx]{o})
		o.done <- err
	}
}

// attempt runs the batch in one transaction. failed is the operation that
// stopped it, or -1 if it was committed or the commit itself failed.
func (s *Store) attempt(batch []*op[*Tx]) (failed int, err error) {
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
func (s *Store) guarded(o *op[*Tx], tx *Tx) (err error) {
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

// markOpen deletes the row, if this is the first transaction since it was
// written.
func (tx *Tx) markOpen() error {
	if tx.s.dirty {
		return nil
	}
	return tx.drop(bucketMeta, keyClosed)
}
