package view

import (
	"context"
)

// A loader reads what a page shows: beside the window's thread, once at a time, and
// again after news. What was read stays until the next answer is there.
type loader struct {
	// Changed is called on the window's thread after the state has changed.
	Changed func()

	d       Deps
	loaded  bool  // there was an answer
	problem error // why there was none the last time
	round   int   // an answer to what was asked before the last forget is dropped
	asking  question
	clock   attempt
	reload  func() // asks again
	ticks   func() // keeps true what is said about times
}

// begin makes the loader of a page that reload reads.
func (l *loader) begin(d Deps, reload func()) {
	l.Changed, l.d, l.reload, l.ticks = func() {}, d, reload, l.changed
}

// changed calls Changed, whoever hears it by then.
func (l *loader) changed() { l.Changed() }

// load asks. What ask returns takes the answer in, on the thread.
func (l *loader) load(ask func(ctx context.Context) (take func(), err error)) {
	round := l.round
	l.asking.ask(l.d, func(ctx context.Context) {
		take, err := ask(ctx)
		l.d.Do(func() {
			if round != l.round || gone(ctx, err) {
				return
			}
			if l.problem = err; err == nil {
				l.loaded = true
				take()
			}
			l.Changed()
		})
	})
}

// forget begins anew with another thing to read.
func (l *loader) forget() {
	l.round++
	l.loaded, l.problem = false, nil
}

// Shown and Hidden say whether the page is in sight: while it is, what it says about
// times is kept true.
func (l *loader) Shown() {
	l.clock.every(l.d, tick, l.ticks)
	l.reload()
}

// Hidden: see Shown.
func (l *loader) Hidden() { l.clock.end() }
