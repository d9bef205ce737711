package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/setup"
	"dormer/internal/version"
	"dormer/internal/window"
)

func (p *program) runVerb() *cobra.Command {
	var headless bool
	var after int
	c := &cobra.Command{
		Use:   "run",
		Short: "Run Dormer, with --headless without a window",
		Long: `Run Dormer until it is told to stop: receive Hover's webhooks, ask Hover for what
was missed, save the PDFs, tell you. With --headless there is no window; what
happens is logged to stderr and to dormer.log. Ctrl-C or SIGTERM stop it.`,
		Example: `  dormer run --headless
  dormer run --headless --demo
  NGROK_AUTHTOKEN=… dormer run --headless --log-format json`,
		Args: takes(),
	}
	c.Flags().BoolVar(&headless, "headless", false, "no window: for servers and terminals")
	c.Flags().IntVar(&after, "stop-after", 0, "stop after `N` completed jobs were told")
	_ = c.Flags().MarkHidden("stop-after")
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		switch {
		case after < 0:
			return engine.Usage(say.T("usage.stop_after"))
		case headless:
			return p.headless(ctx, after)
		}
		return p.open(ctx, false)
	})
	return c
}

// headless runs everything but windows until ctx ends, or until so many
// completed jobs were told.
func (p *program) headless(ctx context.Context, after int) error {
	since := p.Now()
	return p.live(ctx, control.Info{Headless: true}, false, func(h house, stop func()) face {
		return &noFace{stop: stop, wait: func(ctx context.Context, begin func()) error {
			before := map[string]bool{}
			for a := range h.Desk().Alerts(ctx) {
				before[a.ID] = true
			}
			begin()
			if after == 0 {
				<-ctx.Done()
				return nil
			}
			return untilTold(ctx, h.Desk(), after, before, since)
		}}
	})
}

// A face is what a person has of a Dormer: an icon and a window, or nothing but its
// log. It answers what is asked of this process.
type face interface {
	window.Host
	// run returns when the face has had enough, or ctx ends. It calls begin once,
	// when the engine is to begin.
	run(ctx context.Context, begin func()) error
	// startsAgain says that this process is about to start again in place, renews
	// whether that was said.
	startsAgain()
	renews() bool
}

// noFace has nothing to show.
type noFace struct {
	window.NoHost
	stop  func()
	wait  func(ctx context.Context, begin func()) error
	again atomic.Bool
}

func (f *noFace) run(ctx context.Context, begin func()) error { return f.wait(ctx, begin) }

// startsAgain implements [face].
func (f *noFace) startsAgain() { f.again.Store(true) }

// renews implements [face].
func (f *noFace) renews() bool { return f.again.Load() }

// Stop implements [window.Host].
func (f *noFace) Stop(context.Context) error {
	f.stop()
	return nil
}

// open opens the desktop. Where one is open already its window is shown, or, if that
// is not wanted, it is named.
func (p *program) open(ctx context.Context, raise bool) error {
	c, err := p.running(ctx)
	switch {
	case err == nil:
		return p.meet(ctx, c, raise)
	case !errors.Is(err, control.ErrNotRunning):
		return err
	case p.desktop.Window == nil:
		return p.notBuilt()
	}
	if err := p.desktop.Check(); err != nil {
		return err
	}
	return p.live(ctx, control.Info{}, raise, func(h house, stop func()) face { return newWatcher(p, h, stop) })
}

// meet has the Dormer that runs already show its window, or, if that is not wanted,
// names it. Over one that keeps no window this process becomes one.
func (p *program) meet(ctx context.Context, c *control.Client, raise bool) error {
	defer c.Close()
	switch i := c.Info(); {
	case !raise, i.Headless && p.desktop.Window == nil:
		return inUse(i)
	case i.Headless:
		return p.window(ctx, c)
	}
	window.LetForward(c.Info().PID)
	return c.Show(ctx, window.PlaceOf(p.Getenv))
}

// inUse says that an instance is already running, and how to end it.
func inUse(i control.Info) error {
	what := say.T("runs.already", "pid", strconv.Itoa(i.PID))
	if !i.Headless {
		what = say.T("runs.already_window", "pid", strconv.Itoa(i.PID))
	}
	return &say.Error{What: what, Do: say.T("runs.already.do", "command", howToEnd(i.PID))}
}

// live runs everything while a face does. A Dormer that has to start again for its
// own good does.
func (p *program) live(ctx context.Context, info control.Info, raise bool, with func(h house, stop func()) face) error {
	err := p.once(ctx, info, raise, with)
	if p.Again == nil || !errors.Is(err, engine.ErrStartAgain) {
		return err
	}
	p.complain("%s", err)
	p.out.Flush()
	return p.Again()
}

// once opens everything, runs the control socket beside the face, and the engine as
// soon as that says so, and closes everything when one of them has ended. Where
// another Dormer has the data directory it is met.
func (p *program) once(
	ctx context.Context, info control.Info, raise bool, with func(h house, stop func()) face,
) (err error) {
	h, other, err := p.start(ctx)
	switch {
	case other != nil:
		return p.meet(ctx, other, raise)
	case err != nil:
		return err
	}
	ended := make(chan struct{})
	defer close(ended)
	defer func() { err = errors.Join(err, h.Close()) }()
	info.PID, info.Version = os.Getpid(), version.Number()

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	f := with(h, stop)
	p.endsInTime(ctx, ended, f, h.Log())
	var wg sync.WaitGroup
	var running error
	wg.Go(func() { control.Serve(ctx, p.place.at, h.Desk(), f, info, h.Log()) })
	err = f.run(ctx, func() {
		wg.Go(func() {
			defer stop() // one does not go on without the other
			if running = h.Run(ctx); errors.Is(running, engine.ErrStartAgain) {
				f.startsAgain()
			}
		})
	})
	stop()
	wg.Wait()
	return errors.Join(err, running)
}

// endWithin is how long the end may take, by a signal or by *Quit*: each room has a bound
// of its own, but a disk or a network drive can use up several.
const endWithin = 2500 * time.Millisecond

// endsInTime has the process end soon after ctx, whatever hangs in it and has not ended:
// nothing is lost by that, as nothing is by a kill. One that starts again takes its time.
func (p *program) endsInTime(ctx context.Context, ended <-chan struct{}, f face, log *slog.Logger) {
	if p.Exit == nil {
		return
	}
	context.AfterFunc(ctx, func() { // ends with the program
		select {
		case <-ended:
		case <-time.After(endWithin):
			if !f.renews() {
				log.Warn("something does not end, and is left to the system")
				p.Exit(exitDone)
			}
		}
	})
}

// start opens the house, or gives the Dormer that lives in it: it may be coming
// up or going down just now.
func (p *program) start(ctx context.Context) (h house, other *control.Client, err error) {
	for end := time.Now().Add(betweenRuns); ; {
		h, err := p.place.start(ctx, p.Err)
		if !errors.Is(err, setup.ErrInUse) {
			return h, nil, err
		}
		if c, e := p.running(ctx); e == nil {
			return nil, c, nil
		}
		if time.Now().After(end) {
			return nil, nil, p.unreachable(err)
		}
		if err := pause(ctx, knockEvery); err != nil {
			return nil, nil, err
		}
	}
}

// untilTold waits until n completed jobs have been told since the given time, if
// only in the log: their alerts were shown since then, or are not among those that
// were there before.
func untilTold(ctx context.Context, svc engine.Desk, n int, before map[string]bool, since time.Time) error {
	for range svc.Watch(ctx) {
		told := 0
		for a, err := range svc.Alerts(ctx) {
			if err != nil {
				return err
			}
			if a.Kind == job.Completed && (!before[a.ID] || !a.ShownAt.Before(since)) {
				told++
			}
		}
		if told >= n {
			return nil
		}
	}
	return nil
}

func (p *program) simulateVerb() *cobra.Command {
	var storageListen string
	c := &cobra.Command{
		Use:   "simulate --listen ADDR",
		Short: "Run the Hover simulator as a server of its own",
		Long: `Run a Hover that lives on this machine: sign-in, jobs, webhooks, files. Point a
Dormer at it with --hover-url. Nothing leaves the machine.`,
		Example: `  dormer simulate --listen 127.0.0.1:8466
  dormer run --headless --hover-url http://127.0.0.1:8466 --data-dir try`,
		Args: takes(),
	}
	c.Flags().StringVar(&storageListen, "storage-listen", "", "`ADDR` of the storage that has the files (default: any port)")
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		if p.flags.Listen == "" {
			return engine.Usage(say.T("usage.simulate"))
		}
		log := slog.New(slog.NewTextHandler(p.Err, nil))
		return p.rooms.simulate(ctx, p.flags.Listen, storageListen, live{p.out}, log)
	})
	return c
}

// live is an outlet that holds nothing back.
type live struct{ *outlet }

func (l live) Write(b []byte) (int, error) {
	n, err := l.outlet.Write(b)
	l.Flush()
	return n, err
}
