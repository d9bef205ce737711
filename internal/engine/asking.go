package engine

import (
	"context"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
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
		e.askJob(ctx, a)
	})
}

// askJob fills an answer: with figures, if the job is news.
func (e *Engine) askJob(ctx context.Context, a *answer) {
	soon, cancel := context.WithTimeout(ctx, figuresWithin)
	defer cancel()
	if a.reply, a.err = e.o.API.Job(ctx, a.job); a.err == nil {
		a.figures = e.figuresOfNews(soon, a.reply, a.asked)
	}
}

// learnAnswer is learnAll for one answer, its figures included, with what is also to be
// written; it may be nil.
func (e *Engine) learnAnswer(ctx context.Context, a *answer, also func(tx *storage.Tx) error) error {
	err := e.learn(ctx, []hover.Job{a.reply}, a.asked, 0, importing.quiet, func(tx *storage.Tx) error {
		if err := e.settleEarly(tx, a.figures); err != nil || also == nil {
			return err
		}
		return also(tx)
	})
	for _, f := range a.figures {
		e.keep(f.fetched...) // after what waits for them
	}
	return err
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
			_ = e.learnAnswer(ctx, a, nil) // which says why not
		}
	})
}

// answerAbout gives what Hover says of a job now, and whether an event had told of an end
// before it was asked. What it said of the job before is folded.
func (e *Engine) answerAbout(ctx context.Context, id hover.JobID) (a *answer, claimed bool, err error) {
	a = &answer{job: id, asked: question{at: e.now()}}
	early := e.early.take(id)
	fresh := early != nil && a.asked.at.Sub(early.asked.at).Abs() < earlyFresh
	err = e.store.View(func(tx *storage.Tx) error {
		j, _, err := tx.Job(id)
		if err != nil {
			return err
		}
		claimed, a.asked.seq = j.Claimed && j.State.Finished(), tx.LastSeq()
		if fresh {
			for range tx.Events(storage.EventQuery{Job: id, After: early.asked.seq, Limit: 1}) {
				fresh = false // it says nothing of this event, which came since
			}
		}
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	if early != nil {
		<-early.come // which ends with the engine, as this does
	}
	if fresh {
		return early, claimed, early.err
	}
	if early != nil && early.err == nil {
		if err := e.learnAnswer(ctx, early, nil); err != nil {
			return nil, false, err
		}
	}
	e.askJob(ctx, a)
	return a, claimed, a.err
}

// refreshQueued asks Hover for the job of w, folds the answer, the truth, and ticks w off
// in the same commit: unless the answer does not know what the event told, for the API
// may lag behind the webhook. What is not ticked off is to be settled.
func (e *Engine) refreshQueued(ctx context.Context, w storage.Work) (ticked bool, err error) {
	id, behind := hover.JobID(w.Key), false
	a, claimed, err := e.answerAbout(ctx, id)
	if hoverapi.IsGone(err) {
		return false, e.forgetJob(ctx, id)
	}
	if err != nil {
		return false, err
	}
	err = e.learnAnswer(ctx, a, func(tx *storage.Tx) error {
		// An answer from before the last one was passed over, whatever it says.
		unsettled, err := unsettled(tx, id)
		behind = unsettled && (claimed || w.Behind) && w.Kind == workRefresh && w.Attempts < askBehind
		ticked = err == nil && !behind
		if !ticked {
			return err
		}
		return tx.Finish(w)
	})
	if err == nil && behind {
		err = errBehind
	}
	return ticked && err == nil, err
}

// RefreshJob asks Hover for a job now and waits.
func (e *Engine) RefreshJob(ctx context.Context, id hover.JobID) error {
	ctx = hoverapi.WithPerson(ctx)
	asked := e.ask()
	reply, err := e.o.API.Job(ctx, id)
	switch {
	case err == nil:
		if err := e.learnAll(ctx, []hover.Job{reply}, asked, 0); err != nil {
			return err
		}
		if err := e.findMaterials(ctx, id, true); err != nil {
			e.log.Debug("the job's material lists could not be listed", "job", id, "error", err)
		}
		return nil
	case hoverapi.IsGone(err):
		if err := e.forgetJob(ctx, id); err != nil {
			return err
		}
		e.changed()
		return &say.Error{What: say.T("job.gone"), Do: say.T("job.gone.do")}
	}
	return hoverapi.Asking(say.T("job.not_asked"), err, say.T("do.check_internet_try_again"))
}
