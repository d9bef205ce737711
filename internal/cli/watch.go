package cli

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"dormer/internal/crash"
	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/window"
)

// watcher is the face of a Dormer that has a tray and a window: the icon is its own,
// the window a process of its own.
type watcher struct {
	p      *program
	h      house
	stop   func()
	keeper *window.Keeper
	icon   Icon
	again  atomic.Bool // it is to start again in place
}

func newWatcher(p *program, h house, stop func()) *watcher {
	w := &watcher{p: p, h: h, stop: stop}
	log := filepath.Join(p.place.dataDir, "window.log")
	_, program := window.Programs(p.Self)
	w.keeper = window.NewKeeper(window.Options{
		Start: window.StartProgram(program, p.windowArgs(), log), Here: window.PlaceOf(p.Getenv), LogFile: log, Log: h.Log(),
	})
	w.icon = p.desktop.Icon(IconWiring{Desk: h.Desk(), Show: w.show, Quit: stop, Tell: w.tell, Log: h.Log()})
	h.ShowBy(w.show)
	return w
}

// iconWithin is how long a start into the tray waits for a panel that starts at the
// same time.
const iconWithin = 5 * time.Second

// run shows the icon, and the window first unless it is to stay hidden. A start by
// hand has the engine begin once there is a window, or something else to see.
func (w *watcher) run(ctx context.Context, begin func()) error {
	defer w.icon.Close()
	defer w.keeper.Close()
	crashes, err := crash.Watch(w.p.place.dataDir, "crash")
	if err != nil {
		w.h.Log().Warn("a crash of this run would not be written down", "error", err)
	}
	defer func() {
		if err := crashes.Close(); err != nil {
			w.h.Log().Warn("the log of crashes could not be closed", "error", err)
		}
	}()
	if err := crash.Restart(append([]string{"--hidden"}, w.p.where()...)); err != nil {
		w.h.Log().Info("after a crash the system would not start Dormer again", "error", err)
	}
	if crashes.Last != "" {
		w.h.Log().Warn("the last run ended by a crash", "what", crashes.Last)
		w.tell(&say.Error{What: say.T("watcher.crashed"), Do: say.T("window.crashed.do", "path", crashes.Last)})
	}
	var failed error
	var beside sync.WaitGroup
	if w.p.flags.Hidden {
		begin()
	}
	beside.Go(func() {
		if w.p.flags.Hidden && w.found(ctx) {
			return
		}
		if failed = w.first(ctx); failed != nil {
			w.stop()
		} else if !w.p.flags.Hidden {
			begin()
		}
	})
	w.icon.Run(ctx)
	w.stop() // the icon's system has ended it
	beside.Wait()
	if w.again.Load() {
		return engine.ErrStartAgain
	}
	return failed
}

// first shows the window for the first time. Where there can be none the icon does,
// if somebody shows it, and says so.
func (w *watcher) first(ctx context.Context) error {
	err := w.keeper.Show(ctx, nil, engine.ShowRequest{})
	switch {
	case err == nil, ctx.Err() != nil:
		return nil
	case errors.Is(err, window.ErrSilent):
		w.h.Log().Warn("the window does not come", "error", err)
		return nil // it may come yet
	case !w.icon.There(ctx):
		return err
	}
	w.h.Log().Warn("there is no window", "error", err)
	w.tell(err)
	return nil
}

// found waits for somebody who shows the icon, and says whether anybody does: else
// nobody would find Dormer.
func (w *watcher) found(ctx context.Context) bool {
	wait, cancel := context.WithTimeout(ctx, iconWithin)
	defer cancel()
	return w.icon.Await(wait) || ctx.Err() != nil
}

// show has the window show something, and tells the person where that fails.
func (w *watcher) show(r engine.ShowRequest) {
	go func() { // ends with the keeper, which bounds it
		if err := w.keeper.Show(context.Background(), nil, r); err != nil && !errors.Is(err, window.ErrStopping) {
			w.h.Log().Warn("the window was not shown", "error", err)
			w.tell(err)
		}
	}()
}

// tell tells the person by a notification: what was asked for outside the window
// must not fail in silence.
func (w *watcher) tell(err error) { w.h.Tell(err) }

// Show implements [window.Host].
func (w *watcher) Show(ctx context.Context, at window.Place) error {
	return w.keeper.Show(ctx, at, engine.ShowRequest{})
}

// Attend implements [window.Host].
func (w *watcher) Attend(ctx context.Context, pid int) iter.Seq2[window.Order, error] {
	return w.keeper.Attend(ctx, pid)
}

// Drawn implements [window.Host].
func (w *watcher) Drawn(_ context.Context, n int) error {
	w.keeper.Drawn(n)
	return nil
}

// CannotDraw implements [window.Host].
func (w *watcher) CannotDraw(_ context.Context, why window.Refusal) error {
	w.keeper.CannotDraw(why)
	return nil
}

// Tray implements [window.Host].
func (w *watcher) Tray(ctx context.Context) (bool, error) { return w.icon.There(ctx), nil }

// Stop implements [window.Host].
func (w *watcher) Stop(context.Context) error {
	w.stop()
	return nil
}

// Renew implements [window.Host].
func (w *watcher) Renew(context.Context) error {
	w.startsAgain()
	w.stop()
	return nil
}

// renews implements [face].
func (w *watcher) renews() bool { return w.again.Load() }

// startsAgain implements [face].
func (w *watcher) startsAgain() {
	w.again.Store(true)
	w.keeper.Stay()
}
