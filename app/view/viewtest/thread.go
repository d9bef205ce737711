// Package viewtest gives tests a window's thread that they play themselves, an
// engine that sets Dormer up as they say, and what other engines answer and note.
package viewtest

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dormer/app/view"
	"dormer/internal/engine"
)

// A Thread plays the window's thread, with what runs beside it. It lives in a
// bubble of synctest.
type Thread struct {
	ctx    context.Context
	beside sync.WaitGroup

	mu     sync.Mutex // protects all below
	posted []func()
	posts  int // how often something was posted
	told   []error
}

// Story runs a test in a bubble with a thread. At its end, what still runs
// beside the thread has to end with the desktop.
func Story(t *testing.T, tell func(t *testing.T, w *Thread)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(context.Background())
		w := &Thread{ctx: ctx}
		defer w.beside.Wait()
		defer end()
		tell(t, w)
	})
}

// Deps gives what a part of the window's state is made with.
func (w *Thread) Deps(desk engine.Desk) view.Deps {
	return view.Deps{
		Desk: desk,
		Now:  time.Now,
		Do: func(f func()) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.posted = append(w.posted, f)
			w.posts++
		},
		Go: func(f func(context.Context)) { w.beside.Go(func() { f(w.ctx) }) },
		Tell: func(err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told = append(w.told, err)
		},
	}
}

// Settle lets everything happen that can happen now: what waits for somebody
// still waits.
func (w *Thread) Settle() {
	for {
		synctest.Wait()
		w.mu.Lock()
		posted := w.posted
		w.posted = nil
		w.mu.Unlock()
		if len(posted) == 0 {
			return
		}
		for _, f := range posted {
			f()
		}
	}
}

// Pass lets time pass in the bubble, and everything happen that comes with it.
func (w *Thread) Pass(d time.Duration) {
	time.Sleep(d)
	w.Settle()
}

// Posts gives how often the thread was given something to do.
func (w *Thread) Posts() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.posts
}

// Told gives the errors that the person was told since the last call.
func (w *Thread) Told() []error {
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}
