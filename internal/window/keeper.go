package window

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
)

// patience is how long a window may take.
type patience struct {
	answers time.Duration // to show itself, until whoever asked is told that it does not
	hangs   time.Duration // to show itself, until it is ended and opened anew
	starts  time.Duration // to draw for the first time, until whoever asked is told
	never   time.Duration // to draw for the first time, until it is ended
	leaves  time.Duration // to end when it is told to
}

var usual = patience{
	answers: 3 * time.Second, hangs: 10 * time.Second, starts: 30 * time.Second, never: time.Minute, leaves: time.Second,
}

// Options are what a Keeper is made of.
type Options struct {
	// Start starts the window's process at a place.
	Start func(at Place) (*os.Process, error)
	// Here is the place of the watcher itself.
	Here Place
	// LogFile is where the window says what went wrong, for who is told that it has
	// ended by itself.
	LogFile string
	Log     *slog.Logger
}

// Keeper keeps the window's process. Its methods may be called from any goroutine.
type Keeper struct {
	o    Options
	wait patience

	mu    sync.Mutex // protects what follows
	n     int        // of the last order
	p     *process   // nil while there is none
	ended bool
	stays bool // the window is to wait for another watcher
	all   sync.WaitGroup
}

// NewKeeper gives a keeper without a window.
func NewKeeper(o Options) *Keeper { return &Keeper{o: o, wait: usual} }

// process is a window's.
type process struct {
	os    *os.Process
	at    Place
	gone  chan struct{} // closed when it has ended
	moved chan struct{} // closed, and made anew, when one of those below has changed
	// The following are protected by the keeper's lock.
	orders  []Order  // that it has not been given yet
	drawn   int      // the last order that it has done
	refusal *Refusal // why it cannot draw
	well    bool     // it has ended in order
	left    bool     // for another display
}

// ErrStopping refuses to open a window of a Dormer that is ending.
var ErrStopping = say.Because("window.stopping")

// ErrSilent is wrapped where a window does not answer in time: it may come yet.
var ErrSilent = errors.New("the window does not answer")

// Show has the window show something, at a place or, where that is empty, where it
// is; it is started if there is none. It returns when the window has drawn. If it
// does not answer in time the error says so; it is then ended and opened anew a
// little later.
func (k *Keeper) Show(ctx context.Context, at Place, r engine.ShowRequest) error {
	answer := make(chan error, 1)
	k.mu.Lock()
	if k.ended {
		k.mu.Unlock()
		return ErrStopping
	}
	k.all.Go(func() { k.see(at, r, answer) })
	k.mu.Unlock()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// see follows an order until it is done: a window that was just being closed is
// opened anew, and so is, once, one that hangs.
func (k *Keeper) see(at Place, r engine.ShowRequest, answer chan<- error) {
	tell := func(err error) {
		select {
		case answer <- err:
		default: // whoever asked has been told already
		}
	}
	for try := 0; ; try++ {
		p, n, fresh, err := k.order(at, r)
		if err != nil {
			tell(err)
			return
		}
		soon, late := k.wait.answers, k.wait.hangs
		if fresh {
			soon, late = k.wait.starts, k.wait.never
		}
		if k.done(p, n, soon) {
			tell(nil)
			return
		}
		if !isClosed(p.gone) {
			tell(&say.Error{
				What: say.T("window.silent", "pid", strconv.Itoa(p.os.Pid)), Do: say.T("window.silent.do"), Err: ErrSilent,
			})
			if k.done(p, n, late-soon) {
				return
			}
		}
		hung := !isClosed(p.gone)
		if hung {
			k.o.Log.Warn("the window does not answer: it is ended", "pid", p.os.Pid)
			k.end(p)
		}
		k.mu.Lock()
		refusal, well, left, ended := p.refusal, p.well, p.left, k.ended
		k.mu.Unlock()
		switch {
		case ended:
			tell(ErrStopping)
			return
		case left: // who has asked since then has it where it is wanted now
			tell(nil)
			return
		case refusal != nil:
			tell(refusal.err())
			return
		case try > 0 || fresh && hung, !hung && !well:
			tell(&say.Error{What: say.T("window.ended"), Do: say.T("window.ended.do", "path", k.o.LogFile)})
			return
		}
	}
}

// order tells the window what to show, and starts one if there is none where it is
// wanted. It gives the order's number, and whether the window is only just starting.
func (k *Keeper) order(at Place, r engine.ShowRequest) (p *process, n int, fresh bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for p = k.p; p != nil && at.hasDisplay() && at.display() != p.at.display(); p = k.p {
		k.o.Log.Info("the window is wanted on another display")
		p.left = true
		k.mu.Unlock()
		k.leave(p)
		k.mu.Lock()
		if p == k.p { // it cannot be ended, and what is wanted is wanted of it
			p.left = false
			break
		}
	}
	if k.ended {
		return nil, 0, false, ErrStopping
	}
	if p == nil {
		if !at.hasDisplay() {
			at = k.o.Here
		}
		if p, err = k.start(at); err != nil {
			return nil, 0, false, err
		}
	}
	k.n++
	LetForward(p.os.Pid)
	p.orders = append(p.orders, Order{N: k.n, Show: r})
	fresh = p.drawn == 0
	p.move()
	return p, k.n, fresh, nil
}

// start starts a window, under the lock.
func (k *Keeper) start(at Place) (*process, error) {
	started, err := k.o.Start(at)
	if err != nil {
		return nil, &say.Error{What: say.T("window.not_started"), Err: err}
	}
	p := k.have(started, at)
	k.all.Go(func() {
		state, err := started.Wait()
		k.mu.Lock()
		p.well = err == nil && state.Success()
		k.mu.Unlock()
		if !p.well {
			k.o.Log.Warn("the window has ended by itself", "how", state, "error", err)
		}
		k.forget(p)
	})
	return p, nil
}

// have makes a process the window, under the lock.
func (k *Keeper) have(o *os.Process, at Place) *process {
	k.p = &process{os: o, at: at, gone: make(chan struct{}), moved: make(chan struct{})}
	return k.p
}

// forget knows of a window's end.
func (k *Keeper) forget(p *process) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.p == p {
		k.p = nil
	}
	close(p.gone)
}

// move wakes who waits for a change of the process, under the lock.
func (p *process) move() {
	close(p.moved)
	p.moved = make(chan struct{})
}

// done waits until the window has done an order, and says whether it has in time.
func (k *Keeper) done(p *process, n int, within time.Duration) bool {
	clock := time.NewTimer(within)
	defer clock.Stop()
	for {
		k.mu.Lock()
		drawn, moved := p.drawn >= n, p.moved
		k.mu.Unlock()
		if drawn {
			return true
		}
		select {
		case <-moved:
		case <-p.gone:
			return false
		case <-clock.C:
			return false
		}
	}
}

// leave tells a window to end, and ends it if it does not.
func (k *Keeper) leave(p *process) {
	k.mu.Lock()
	p.orders = append(p.orders, Order{Leave: true})
	p.move()
	k.mu.Unlock()
	clock := time.NewTimer(k.wait.leaves)
	defer clock.Stop()
	select {
	case <-p.gone:
	case <-clock.C:
		k.end(p)
	}
}

// end ends a window that does not answer; one that is stopped too.
func (k *Keeper) end(p *process) {
	_ = p.os.Kill() // fails for a process that has ended
	clock := time.NewTimer(k.wait.leaves)
	defer clock.Stop()
	select {
	case <-p.gone:
	case <-clock.C: // it stands in the system itself, and nobody waits for it
	}
}

// Stay has the window outlive its watcher, which is about to start again.
func (k *Keeper) Stay() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stays = true
}

// Close ends the window, unless it is to stay, and waits for that, two seconds at
// most.
func (k *Keeper) Close() {
	k.mu.Lock()
	k.ended = true
	p, stays := k.p, k.stays
	k.mu.Unlock()
	if stays {
		return // what follows it ends with the program
	}
	if p != nil {
		k.leave(p)
	}
	done := make(chan struct{})
	go func() { // ends with what it waits for, or with the program
		defer close(done)
		k.all.Wait()
	}()
	clock := time.NewTimer(k.wait.leaves)
	defer clock.Stop()
	select {
	case <-done:
	case <-clock.C:
	}
}

// Attend gives a window its orders; see [Host]. One that has outlived its watcher
// becomes this one's; one too many is told to leave.
func (k *Keeper) Attend(ctx context.Context, pid int) iter.Seq2[Order, error] {
	return func(yield func(Order, error) bool) {
		p, adopted := k.meet(pid)
		if p == nil {
			yield(Order{Leave: true}, nil)
			return
		}
		if adopted {
			defer k.forget(p)
		}
		if !yield(Order{}, nil) { // somebody is there
			return
		}
		for {
			k.mu.Lock()
			orders, moved := p.orders, p.moved
			p.orders = nil
			k.mu.Unlock()
			for _, o := range orders {
				if !yield(o, nil) {
					return
				}
			}
			select {
			case <-moved:
			case <-p.gone:
				return
			case <-ctx.Done(): // the watcher ends, or nobody listens any more
				k.mu.Lock()
				stays := k.stays
				k.mu.Unlock()
				if !stays {
					yield(Order{Leave: true}, nil)
				}
				return
			}
		}
	}
}

// meet gives the window of a process.
func (k *Keeper) meet(pid int) (p *process, adopted bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.p != nil && k.p.os.Pid == pid:
		return k.p, false
	case k.p != nil, k.ended:
		return nil, false
	}
	found, err := os.FindProcess(pid)
	if err != nil {
		return nil, false
	}
	p = k.have(found, k.o.Here)
	p.drawn = k.n
	k.all.Go(func() { _, _ = found.Wait() }) // it is our child where we have started again in place: it is collected
	return p, true
}

// Drawn hears that an order is done; see [Host].
func (k *Keeper) Drawn(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.p != nil && n > k.p.drawn {
		k.p.drawn = min(n, k.n)
		k.p.move()
	}
}

// CannotDraw hears why the window ends; see [Host].
func (k *Keeper) CannotDraw(why Refusal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.p != nil {
		k.p.refusal = &why
		k.p.move()
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
