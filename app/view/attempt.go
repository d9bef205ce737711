package view

import "context"

// An attempt is work beside the window's thread of which only the latest
// counts: a newer one, or [attempt.end], stops it and makes its answer void.
type attempt struct{ cancel context.CancelFunc }

// begin ends what was begun before and runs work beside the thread. What work
// posts runs on the thread, unless the attempt has been ended by then.
func (a *attempt) begin(d Deps, work func(ctx context.Context, post func(f func()))) {
	a.end()
	live, cancel := context.WithCancel(context.Background())
	a.cancel = cancel
	d.Go(func(desktop context.Context) {
		ctx, stop := context.WithCancel(live)
		defer stop()
		defer context.AfterFunc(desktop, stop)()
		work(ctx, func(f func()) {
			d.Do(func() {
				if live.Err() == nil {
					f()
				}
			})
		})
	})
}

// end stops the work that is under way, if there is any.
func (a *attempt) end() {
	if a.cancel != nil {
		a.cancel()
		a.cancel = nil
	}
}

// A question is asked beside the window's thread, once at a time: asked again
// meanwhile, in whatever words, it is asked once more afterwards, in the last.
type question struct {
	asking bool
	again  func(ctx context.Context)
}

// ask runs asks beside the thread. What it finds it hands over with d.Do.
func (q *question) ask(d Deps, asks func(ctx context.Context)) {
	if q.asking {
		q.again = asks
		return
	}
	q.asking = true
	d.Go(func(ctx context.Context) {
		asks(ctx)
		d.Do(func() {
			q.asking = false
			if again := q.again; again != nil {
				q.again = nil
				q.ask(d, again)
			}
		})
	})
}

// A series runs one thing after the other beside the window's thread, in the
// order in which they came.
type series struct {
	running bool
	waiting []func(ctx context.Context) (then func())
}

// add runs does beside the thread once those before it have ended, and then
// what it returns on the thread.
func (s *series) add(d Deps, does func(ctx context.Context) (then func())) {
	if s.running {
		s.waiting = append(s.waiting, does)
		return
	}
	s.running = true
	d.Go(func(ctx context.Context) {
		then := does(ctx)
		d.Do(func() {
			s.running = false
			if len(s.waiting) > 0 {
				next := s.waiting[0]
				s.waiting = s.waiting[1:]
				s.add(d, next)
			}
			then()
		})
	})
}

// Trial is how far the live test of something is.
type Trial struct {
	State TrialState
	Err   error // of a failed one
}

// TrialState is the state of a [Trial].
type TrialState int

// The states of a trial.
const (
	TrialNone TrialState = iota // nothing was tried since it was changed
	TrialRunning
	TrialGood
	TrialFailed
)

// tried gives the trial that ended with err.
func tried(err error) Trial {
	if err != nil {
		return Trial{State: TrialFailed, Err: err}
	}
	return Trial{State: TrialGood}
}

// run has does run as an attempt, and t say how it goes. show is called when it has begun, then on the thread when it
// has ended.
func (t *Trial) run(d Deps, a *attempt, show func(), does func(ctx context.Context) error, then func(err error)) {
	*t = Trial{State: TrialRunning}
	show()
	a.begin(d, func(ctx context.Context, post func(func())) {
		err := does(ctx)
		post(func() {
			*t = tried(err)
			then(err)
		})
	})
}
