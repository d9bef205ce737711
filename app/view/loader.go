package view

import (
	"context"
)

// A loader reads what a page shows: beside the window's thread, once at a time, and
// again after news. What was read stays until the next answer is there.
type loader struct {
	loaded  bool  // there was an answer
	problem error // why there was none the last time

	d       Deps
	changed func() // is called on the thread after each answer
	round   int    // an answer to what was asked before the last forget is dropped
	asking  question
	clock   attempt
}

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
			l.changed()
		})
	})
}

// forget begins anew with another thing to read.
func (l *loader) forget() {
	l.round++
	l.loaded, l.problem = false, nil
}

// inSight and outOfSight say whether the page is in sight: while it is, again is called
// every tick, so that what it says about times is kept true.
func (l *loader) inSight(again func()) { l.clock.keepTrue(l.d, again) }

func (l *loader) outOfSight() { l.clock.end() }
