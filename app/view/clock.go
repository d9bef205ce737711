package view

import (
	"context"
	"time"
)

// tick is how often "2 min ago" is said anew while it is in sight.
const tick = 30 * time.Second

// redraw is the least time between two reports of progress.
const redraw = 100 * time.Millisecond

// every calls does on the window's thread at an interval, until the attempt is
// ended.
func (a *attempt) every(d Deps, interval time.Duration, does func()) {
	a.begin(d, func(ctx context.Context, post func(func())) {
		t := time.NewTicker(interval)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				post(does)
			}
		}
	})
}
