package view

import (
	"context"
	"reflect"
)

// A loader reads what a page shows: beside the window's thread, once at a time, and
// again after news. What was read stays until the next answer is there.
type loader struct {
	// Changed is called on the window's thread after the state has changed.
	Changed func()

	d       Deps
	loaded  bool       // there was an answer
	problem error      // why there was none the last time
	tells   bool       // that is told: the page shows what there is all the same
	shows   func() any // what is shown, where an answer that changes nothing is not drawn; else nil
	asked   attempt
	asking  bool
	after   asks // what is asked after the answer; nil: nothing
	clock   attempt
	reload  func() // asks again
	ticks   func() // keeps true what is said about times
}

// asks asks for what a page shows, beside the thread. What it returns takes the answer
// in, on the thread.
type asks func(ctx context.Context) (take func(), err error)

// begin makes the loader of a page that reload reads.
func (l *loader) begin(d Deps, reload func()) {
	l.Changed, l.d, l.reload, l.ticks = func() {}, d, reload, l.changed
}

// changed calls Changed, whoever hears it by then.
func (l *loader) changed() { l.Changed() }

// load asks. While something is being asked, it asks once more afterwards, in the last
// words.
func (l *loader) load(ask asks) {
	if l.asking {
		l.after = ask
		return
	}
	l.insist(ask)
}

// insist asks at once. What was asked before is broken off, and its answer dropped.
func (l *loader) insist(ask asks) {
	l.asking, l.after = true, nil
	l.asked.begin(l.d, func(ctx context.Context, post func(func())) {
		take, err := ask(ctx)
		lost := gone(ctx, err)
		post(func() {
			l.asking = false
			if !lost {
				l.answer(take, err)
			}
			if l.after != nil {
				l.insist(l.after)
			}
		})
	})
}

func (l *loader) answer(take func(), err error) {
	var was any
	if l.shows != nil {
		was = l.shows()
	}
	switch l.problem = err; {
	case err == nil:
		l.loaded = true
		take()
	case l.tells:
		l.d.Tell(err)
	}
	if l.shows == nil || !reflect.DeepEqual(was, l.shows()) {
		l.Changed()
	}
}

// forget begins anew with another thing to read.
func (l *loader) forget() {
	l.asked.end()
	l.asking, l.after = false, nil
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
