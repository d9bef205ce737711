package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/tell"
	"dormer/storage"
)

// importing is the first reading of an account's history: what was finished
// before it began is listed and not told.
type importing struct {
	Began    time.Time `json:"began"`              // by Hover's clock
	Done     bool      `json:"done"`               // all jobs were read
	Captures bool      `json:"captures,omitempty"` // all capture requests were
}

// quiet says whether a job is history: it was last changed before the account
// was first read.
func (i importing) quiet(j hover.Job, _ bool) bool {
	return !i.Began.IsZero() && !i.Done && !j.UpdatedAt.After(i.Began)
}

// question is when Hover was asked: by our clock, and by the number of the newest
// event that was stored by then.
type question struct {
	at  time.Time
	seq uint64
}

// ask begins a question.
func (e *Engine) ask() (q question) {
	q.at = e.now()
	if err := e.store.View(func(tx *storage.Tx) error {
		q.seq = tx.LastSeq()
		return nil
	}); err != nil {
		return question{at: q.at} // who cannot read will not write what comes of it
	}
	return q
}

// learnAll folds API replies that were asked for at that time, and queues what
// they cause, in one transaction. run is the catch-up that brought them, 0 if
// an event did.
func (e *Engine) learnAll(ctx context.Context, replies []hover.Job, asked question, run uint64) error {
	return e.learn(ctx, replies, asked, run, importing.quiet, nil)
}

// learnt folds a reply, and writes nothing.
func learnt(
	tx *storage.Tx, reply hover.Job, asked question, quiet func(history importing, reply hover.Job, known bool) bool,
) (was, next job.Job, happenings []job.Happening, err error) {
	var history importing
	if _, err := tx.Doc(docImport, &history); err != nil {
		return was, next, nil, err
	}
	was, known, err := tx.Job(reply.ID)
	if err != nil {
		return was, next, nil, err
	}
	next, happenings = job.Learned(was, known, reply, asked.at, quiet(history, reply, known))
	return was, next, happenings, nil
}

// learn is learnAll for those who take more for history than the import does, or
// have more to write with it.
func (e *Engine) learn(
	ctx context.Context, replies []hover.Job, asked question, run uint64,
	quiet func(history importing, reply hover.Job, known bool) bool, also func(tx *storage.Tx) error,
) error {
	prefetch := e.fetched()
	var said []job.Job
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		said = nil
		for _, reply := range replies {
			was, next, happenings, err := learnt(tx, reply, asked, quiet)
			if err != nil {
				return err
			}
			if !next.Claimed && next.Confirmed.Equal(asked.at) { // else the reply was passed over
				next.Seq = max(next.Seq, asked.seq)
			}
			if err := tx.PutJob(next); err != nil {
				return err
			}
			if next.State != was.State || was.Claimed && !next.Claimed {
				said = append(said, next)
			}
			if was.Claimed && !next.Claimed {
				if err := dropClaim(tx, workClaim, string(next.ID)); err != nil {
					return err
				}
			}
			if was.Claimed && !next.Claimed && next.State == hover.JobCompleted && slices.Contains(was.Told, job.Completed) {
				// Told by a signed event alone, which knew nothing of the files.
				if err := queueFiles(tx, next, prefetch, e.now()); err != nil {
					return err
				}
			}
			if err := lookAgain(tx, next); err != nil {
				return err
			}
			if err := e.happened(tx, next, happenings, prefetch, tell.News{Confirmed: e.now(), Run: run}); err != nil {
				return err
			}
		}
		if also != nil {
			return also(tx)
		}
		return nil
	})
	e.stored(err)
	if err != nil {
		return err
	}
	if len(said) == 1 && run == 0 {
		e.log.Info("Hover confirms: "+said[0].Title().String()+" "+said[0].Says(asked.at).String(), "job", said[0].ID,
			"state", said[0].State)
	}
	e.changed()
	return nil
}

// lookAgain has a job that is being paid for asked for again when that has lasted.
func lookAgain(tx *storage.Tx, j job.Job) error {
	w, queued, err := tx.Work(workPayment, string(j.ID))
	if err != nil {
		return err
	}
	switch due := j.PaymentDue(); {
	case due.IsZero() && queued:
		return tx.Finish(w)
	case due.IsZero() || queued:
		return nil
	default:
		return tx.Enqueue(storage.Work{Kind: workPayment, Key: string(j.ID), Due: due})
	}
}

// happened queues the files and the alerts of what happened; as says how it was
// learnt.
func (e *Engine) happened(
	tx *storage.Tx, j job.Job, happenings []job.Happening, prefetch []hover.Format, as tell.News,
) error {
	for _, h := range happenings {
		// What an event alone claims has no files yet: they are fetched when Hover
		// confirms it, and with it the address that their folder is named by.
		if !as.Claimed && fetchesFiles(h) {
			if err := queueFiles(tx, j, prefetch, as.Confirmed); err != nil {
				return err
			}
		}
		as.Happening = h
		if err := tell.Queue(tx, as); err != nil {
			return err
		}
	}
	return nil
}

// fetchesFiles says that files and figures are fetched for what happened.
func fetchesFiles(h job.Happening) bool {
	return h.Outcome == job.Completed || h.Outcome == job.StructureDone
}

// forgetJob notes that Hover does not know a job (any more): it may have been
// archived or deleted, or an event may have named one that is not ours. Hover
// has answered, so there is nothing left to claim.
func (e *Engine) forgetJob(ctx context.Context, id hover.JobID) error {
	e.log.Info("Hover does not know the job", "job", id)
	return e.store.Update(ctx, func(tx *storage.Tx) error {
		if err := dropClaim(tx, workClaim, string(id)); err != nil {
			return err
		}
		j, known, err := tx.Job(id)
		if err != nil || !known {
			return err
		}
		j.Archived = true
		return tx.PutJob(j)
	})
}

// dropClaim forgets that a signed event was to be told by itself: Hover has
// answered.
func dropClaim(tx *storage.Tx, kind storage.WorkKind, key string) error {
	w, queued, err := tx.Work(kind, key)
	if err != nil || !queued {
		return err
	}
	return tx.Finish(w)
}

// claim tells of a signed event that Hover's API could not be asked about in
// time. If the API has answered meanwhile, or another event has said something
// else, there is nothing left to claim.
func (e *Engine) claim(ctx context.Context, id hover.JobID, state hover.JobState) error {
	prefetch := e.fetched()
	now := e.now()
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		j, known, err := tx.Job(id)
		if err != nil || !known || !j.Claimed || j.State != state {
			return err
		}
		next, happenings := job.Claim(j, now)
		if err := tx.PutJob(next); err != nil {
			return err
		}
		return e.happened(tx, next, happenings, prefetch, tell.News{Confirmed: now, Claimed: true})
	})
	e.changed()
	return err
}

// claimCapture tells of a signed event that a property was captured, where Hover's
// API could not be asked about it in time.
func (e *Engine) claimCapture(ctx context.Context, id hover.CaptureRequestID) error {
	now := e.now()
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		inv, known, err := tx.Invitation(id)
		if err != nil || !known {
			return err
		}
		next, happenings := job.ClaimCapture(inv, now)
		if err := tx.PutInvitation(next); err != nil {
			return err
		}
		return e.happened(tx, job.Job{}, happenings, nil, tell.News{Confirmed: now, Claimed: true})
	})
	e.changed()
	return err
}

// refreshCapture does for a capture request what refreshQueued does for a job.
func (e *Engine) refreshCapture(ctx context.Context, w storage.Work) (ticked bool, err error) {
	id := hover.CaptureRequestID(w.Key)
	known, err := e.capture(id)
	if err != nil {
		return false, err
	}
	asked := e.ask()
	reply, err := e.o.API.CaptureRequest(ctx, id)
	if hoverapi.IsGone(err) {
		return false, e.store.Update(ctx, func(tx *storage.Tx) error { return dropClaim(tx, workPhotos, string(id)) })
	}
	if err != nil {
		return false, err
	}
	goesOn := reply.State == hover.CaptureNew || reply.State == hover.CaptureConnected
	behind := goesOn && (known.State == hover.CaptureComplete || w.Behind) && w.Attempts < askBehind
	err = e.learnCapture(ctx, reply, asked, 0, func(tx *storage.Tx) error {
		if behind {
			return nil
		}
		return tx.Finish(w)
	})
	if err == nil && behind {
		err = errBehind
	}
	return err == nil, err
}

// learnCapture folds an API reply that was asked for at that time, and queues what it
// causes, in one transaction with what is also to be written; it may be nil.
func (e *Engine) learnCapture(
	ctx context.Context, reply hover.CaptureRequest, asked question, run uint64, also func(tx *storage.Tx) error,
) error {
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		var history importing
		if _, err := tx.Doc(docImport, &history); err != nil {
			return err
		}
		was, known, err := tx.Invitation(reply.ID)
		if err != nil {
			return err
		}
		quiet := !history.Captures && !reply.UpdatedAt.After(history.Began)
		next, happenings := job.LearnedCapture(was, known, reply, asked.at, quiet)
		if reply.State != "" {
			next.Seq = max(next.Seq, asked.seq)
		}
		if err := tx.PutInvitation(next); err != nil {
			return err
		}
		if err := dropClaim(tx, workPhotos, string(next.ID)); err != nil {
			return err
		}
		for _, h := range happenings {
			if err := tell.Queue(tx, tell.News{Happening: h, Confirmed: e.now(), Run: run}); err != nil {
				return err
			}
		}
		if also != nil {
			return also(tx)
		}
		return nil
	})
	e.changed()
	return err
}

// prefetch gives the formats that are fetched before an alert.
func (e *Engine) prefetch() []hover.Format {
	list, err := records.ParseFormats(e.Value(records.KeyPrefetch))
	if err != nil {
		return []hover.Format{hover.FormatPDF}
	}
	return list
}

// toldFormats gives the formats that a person is told of by themselves once they are saved.
func (e *Engine) toldFormats() []hover.Format {
	list, _ := records.ParseFormats(e.Value(records.KeyAlertsFiles)) // it was checked when it was set
	return list
}

// fetched gives the formats that are fetched as soon as a job is measured: before its
// alert, or to be told of by themselves.
func (e *Engine) fetched() []hover.Format {
	list := e.prefetch()
	for _, f := range e.toldFormats() {
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// knowJob gives a job, asking Hover for one that is not known to be finished.
func (e *Engine) knowJob(ctx context.Context, id hover.JobID) (j job.Job, err error) {
	find := func() (known bool, err error) {
		err = e.store.View(func(tx *storage.Tx) error {
			j, known, err = tx.Job(id)
			return err
		})
		return known, err
	}
	asked := e.ask()
	known, err := find()
	if err != nil || known && !j.Claimed && j.State.Finished() && len(j.Structures) > 0 {
		return j, err
	}
	reply, err := e.o.API.Job(ctx, id)
	if err != nil {
		if known {
			return j, nil
		}
		return j, hoverapi.Asking(say.T("job.not_read", "id", id), err, say.T("job.not_read.do"))
	}
	if err := e.learnAll(ctx, []hover.Job{reply}, asked, 0); err != nil {
		return j, err
	}
	_, err = find()
	return j, err
}

// errBehind is a reply that does not know yet what an event has told.
var errBehind = errors.New("the answer is behind Hover's own news")

// askBehind is how often Hover is asked again when its answer is behind.
const askBehind = 5

// unsettled says that a job goes on, or that only an event says that it does not.
func unsettled(tx *storage.Tx, id hover.JobID) (bool, error) {
	j, known, err := tx.Job(id)
	return known && !j.Archived && (j.Claimed || !j.State.Finished()), err
}

func (e *Engine) capture(id hover.CaptureRequestID) (v records.CaptureView, err error) {
	err = e.store.View(func(tx *storage.Tx) error {
		inv, _, err := tx.Invitation(id)
		v = records.ViewOfCapture(inv)
		return err
	})
	return v, err
}
