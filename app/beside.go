//go:build !nogui

package app

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// beside is what runs beside the window's thread. All of it ends with the
// desktop, which waits for it.
type beside struct {
	ctx  context.Context
	stop context.CancelFunc
	all  sync.WaitGroup
}

func newBeside(ctx context.Context) *beside {
	ctx, stop := context.WithCancel(ctx)
	return &beside{ctx: ctx, stop: stop}
}

// Go runs f beside the window's thread.
func (b *beside) Go(f func(context.Context)) { b.all.Go(func() { f(b.ctx) }) }

// Do runs f on the window's thread, later. Once the desktop ends nothing is run
// there any more.
func (b *beside) Do(f func()) {
	if b.ctx.Err() != nil {
		return // Fyne has no thread left and would run it here
	}
	fyne.Do(func() {
		if b.ctx.Err() == nil {
			f()
		}
	})
}

// endsWithin bounds how long the end waits: all that runs hears of it, and a call
// of the system that does not must not keep the desktop.
const endsWithin = 2 * time.Second

// end stops everything and waits for it.
func (b *beside) end() {
	b.stop()
	done := make(chan struct{})
	go func() { // ends with what it waits for, or with the program
		defer close(done)
		b.all.Wait()
	}()
	select {
	case <-done:
	case <-time.After(endsWithin):
	}
}
