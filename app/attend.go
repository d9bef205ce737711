//go:build !nogui

package app

import (
	"context"
	"os"
	"time"

	"dormer/app/parts"
	"dormer/internal/window"
	"dormer/internal/words"
)

const (
	watcherWithin = 10 * time.Second       // how long another watcher is waited for
	lookEvery     = 500 * time.Millisecond // how often one is looked for after that
	// lookSoon is how often until then: a watcher that is asked for a window before
	// this one has come to it starts another, and what was typed here is lost.
	lookSoon = 20 * time.Millisecond
)

// attend does what the watcher orders until ctx ends. One that has gone is waited for.
func (d *desktop) attend(ctx context.Context) {
	gone := time.Time{} // since when there is none
	for ctx.Err() == nil {
		for o, err := range d.wiring.Watcher.Attend(ctx, os.Getpid()) {
			if err != nil {
				break
			}
			if !gone.IsZero() {
				gone = time.Time{}
				d.deps.Do(func() { d.nobody(false) })
			}
			d.deps.Do(func() { d.obey(o) })
		}
		now, every := d.deps.Now(), lookSoon
		switch {
		case gone.IsZero():
			gone = now
			d.deps.Do(func() { d.nobody(true) })
		case now.Sub(gone) >= watcherWithin:
			every = lookEvery
			d.deps.Do(d.alone)
		}
		wait(ctx, every)
	}
}

// obey does what an order says, and answers when the window has run what was queued
// behind it: then it is to be seen.
func (d *desktop) obey(o window.Order) {
	if o.Leave {
		d.end(d.app.Quit)
		return
	}
	if o.N == 0 {
		return // it only says that somebody is there
	}
	d.asked(o.Show)
	d.deps.Do(func() {
		d.deps.Go(func(ctx context.Context) {
			_ = d.wiring.Watcher.Drawn(ctx, o.N) // one that has gone asks no more
		})
	})
}

// alone says that the watcher has gone, and offers to start one.
func (d *desktop) alone() {
	if d.lost != nil || d.ending {
		return
	}
	start := parts.NewButton(words.T("shell.start_again"), parts.Primary, func() {
		if err := d.wiring.Start(); err != nil {
			d.tell(err)
		}
	})
	quit := parts.NewButton(words.T("shell.close_window"), parts.Plain, func() { d.end(d.app.Quit) })
	d.lost = parts.Modal(d.window.Canvas(), parts.NewDialog(
		words.T("shell.stopped_title"), parts.NewParagraph(words.T("shell.stopped_says"), parts.Dim), quit, start))
	d.lost.OnClosed = func() { d.lost = nil }
	d.window.Canvas().Focus(start)
}

// nobody hears whether there is no watcher: then nothing else is said to be wrong.
func (d *desktop) nobody(there bool) {
	d.away = there
	d.frame.bar.hide()
	if !there && d.lost != nil {
		d.lost.Close()
	}
}

// wait waits for a time, or until ctx ends.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
