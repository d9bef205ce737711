package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// patience bounds every wait for something that has to come about.
const patience = time.Minute

// bench is one part of the report while it is measured. As in a test, it ends at the
// first thing that fails, and all that it began ends with it, the last first.
type bench struct {
	ctx context.Context // an interrupt ends it
	options
	*report
	ends []func() error
}

// failed is what check ends a part with.
type failed struct{ error }

// check ends the part with an error, must with that of what it gives.
func check(err error) {
	if err != nil {
		panic(failed{err})
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

// attempt gives the error that check has ended something with.
func attempt(f func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failed:
			err = p.error
		default:
			panic(p)
		}
	}()
	f()
	return nil
}

func (b *bench) play(run func(*bench)) error {
	err := attempt(func() { run(b) })
	for _, end := range slices.Backward(b.ends) {
		err = errors.Join(err, end())
	}
	return err
}

// after has something done when the part ends.
func (b *bench) after(end func() error) { b.ends = append(b.ends, end) }

// dir makes a directory that goes with the part.
func (b *bench) dir() string {
	dir := must(os.MkdirTemp("", "bench"))
	b.after(func() error { return os.RemoveAll(dir) })
	return dir
}

func (b *bench) wait(d time.Duration) {
	select {
	case <-b.ctx.Done():
		check(b.ctx.Err())
	case <-time.After(d):
	}
}

// eventually waits until something has come about.
func (b *bench) eventually(what string, ok func() bool) {
	for late := time.Now().Add(patience); !ok(); b.wait(20 * time.Millisecond) {
		if time.Now().After(late) {
			check(fmt.Errorf("%s does not come about", what))
		}
	}
}

func timed(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// inTurns has rivals do the same again and again, one after the other, so that whatever
// else the machine does strikes them alike. It gives the times of each.
func (b *bench) inTurns(times int, pause time.Duration, rivals ...func(i int) time.Duration) [][]time.Duration {
	took := make([][]time.Duration, len(rivals))
	for i := range times {
		for n, rival := range rivals {
			took[n] = append(took[n], rival(i))
			b.wait(pause)
		}
	}
	return took
}

// crowd has so many at once do one thing over and over, counted, while there is more of
// it. It gives the time of each.
func (b *bench) crowd(heads int, more func(n uint64) bool, one func(n uint64) error) []time.Duration {
	var all sync.WaitGroup
	var next atomic.Uint64
	var first atomic.Pointer[error]
	took := make([][]time.Duration, heads)
	for i := range heads {
		all.Go(func() {
			for n := next.Add(1) - 1; more(n) && b.ctx.Err() == nil && first.Load() == nil; n = next.Add(1) - 1 {
				began := time.Now()
				if err := one(n); err != nil {
					first.CompareAndSwap(nil, &err)
					return
				}
				took[i] = append(took[i], time.Since(began))
			}
		})
	}
	all.Wait()
	if err := first.Load(); err != nil {
		check(*err)
	}
	check(b.ctx.Err())
	return slices.Concat(took...)
}

func median[T cmp.Ordered](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

func p99(all []time.Duration) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return all[(len(all)*99+99)/100-1]
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
