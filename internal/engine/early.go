package engine

import (
	"context"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/storage"
)

// earlyFresh is how long an early answer counts as one that was asked for now; after
// earlyLost it makes room for another one.
const (
	earlyFresh = 5 * time.Second
	earlyLost  = time.Minute
)

// early is a question about a job that was begun when an event was read, beside the fold
// of that event: the work that the fold queues finds it answered, or nearly so. There
// is one at most, for events that come alone: where many come, the disk is not what
// people wait for.
type early struct {
	asking sync.WaitGroup

	mu     sync.Mutex // protects what follows
	answer *answer    // nil once it was taken
}

// answer is what Hover says of a job, and of the figures that an alert of it will name.
type answer struct {
	job     hover.JobID
	asked   question
	come    chan struct{} // closed when what follows is there
	reply   hover.Job
	figures []answeredFigures
	err     error
}

// begin gives a new answer to be filled; nil if there is one that nobody has taken yet.
func (y *early) begin(id hover.JobID, asked question) *answer {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.answer != nil && asked.at.Sub(y.answer.asked.at).Abs() < earlyLost {
		return nil
	}
	y.answer = &answer{job: id, asked: asked, come: make(chan struct{})}
	return y.answer
}

// take gives the answer about a job, and about any if id is empty; nil if there is none.
func (y *early) take(id hover.JobID) (a *answer) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.answer != nil && (id == "" || y.answer.job == id) {
		a, y.answer = y.answer, nil
	}
	return a
}

// askEarly asks Hover about the job of an event that is about to be folded, unless that is
// being done already. One that is read again, since it could not be, is not read as it
// came, and nobody is asked.
func (e *Engine) askEarly(ctx context.Context, ev storage.Event) {
	if ev.Job == "" || ev.Read == nil || !worthAsking(ev.Read) || e.flight.has(flightOf(workRefresh, string(ev.Job))) {
		return
	}
	a := e.early.begin(ev.Job, e.ask())
	if a == nil {
		return
	}
	e.early.asking.Go(func() {
		defer close(a.come)
		e.askJob(ctx, a, true)
	})
}

// askJob fills an answer: with figures, if the job is news.
func (e *Engine) askJob(ctx context.Context, a *answer, news bool) {
	soon, cancel := context.WithTimeout(ctx, figuresWithin)
	defer cancel()
	if a.reply, a.err = e.o.API.Job(ctx, a.job); a.err == nil && news {
		a.figures = e.figuresOfNews(soon, a.reply, a.asked)
	}
}

// learnEarly folds what was answered about an event that cannot be folded yet itself: it
// is the truth all the same.
func (e *Engine) learnEarly(ctx context.Context) {
	a := e.early.take("")
	if a == nil {
		return
	}
	e.early.asking.Go(func() {
		if <-a.come; a.err == nil {
			_ = e.learnAnswer(ctx, a, 0, nil) // which says why not
		}
	})
}
