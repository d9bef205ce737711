package engine

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/figures"
	"dormer/internal/gallery"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/storage"
)

// Figures gives the figures of a job's structures: what is known here, else what Hover is asked for. That is kept.
func (e *Engine) Figures(ctx context.Context, id hover.JobID, models ...hover.ModelID) ([]figures.Figures, error) {
	j, err := e.Known(id)
	if err != nil {
		return nil, err
	}
	return records.FiguresOf(hoverapi.WithPerson(ctx), j, models, e.figures)
}

// giveUpAll is how many structures in a row Hover is asked about in vain before the rest is told as far as it is known.
const giveUpAll = 3

// AllFigures gives the figures of every measured structure, the jobs that changed last first. With ask Hover is asked
// for those that are not known here, one after the other, behind everybody else's requests; why it could not be asked
// comes last.
func (e *Engine) AllFigures(ctx context.Context, ask bool) iter.Seq2[figures.Figures, error] {
	if !ask {
		return e.Records.AllFigures(ctx, false)
	}
	return func(yield func(figures.Figures, error) bool) {
		var failed error
		vain := 0
		all := e.EachFigures(ctx, func(ctx context.Context, j job.Job, s job.Structure) (figures.Figures, error) {
			if vain >= giveUpAll {
				return e.KnownFigures(ctx, j, s)
			}
			f, err := e.figures(ctx, j, s)
			if err == nil {
				vain = 0
				return f, nil
			}
			vain++
			failed = err
			return figures.Figures{}, ctx.Err()
		})
		for f, err := range all {
			if !yield(f, err) || err != nil {
				return
			}
		}
		if failed != nil {
			yield(figures.Figures{}, failed)
		}
	}
}

// figures gives the figures of a structure, from Hover if they are not known here.
func (e *Engine) figures(ctx context.Context, j job.Job, s job.Structure) (figures.Figures, error) {
	known, err := e.LookUp(ctx, j, s)
	if err != nil || !known.Partial {
		return known.Figures, err
	}
	k, fetched, err := e.fetchFigures(ctx, j, s, false)
	defer e.keep(fetched...)
	switch {
	case err != nil && known.Figures.Known():
		return known.Figures, nil // the rest later
	case err != nil || len(fetched) == 0:
		return known.Figures, err
	}
	// They are told whether or not they can be kept: Hover is asked again, else.
	e.stored(e.store.Update(context.WithoutCancel(ctx), func(tx *storage.Tx) error {
		return records.KeepFigures(tx, j.ID, s.ID, k)
	}))
	return k.Figures, nil
}

// fetchFigures asks Hover for the figures of a structure, to be kept: the version that tells all first, others where
// that is not made. fetched is what they were read in, to be kept after them, and empty if Hover has none yet. One that
// Hover did not have is asked for ever more rarely, unless insisting.
func (e *Engine) fetchFigures(
	ctx context.Context, j job.Job, s job.Structure, insisting bool,
) (k records.KeptFigures, fetched []gallery.Data, err error) {
	k = records.KeptFigures{At: e.now(), Version: j.Version, Reader: figures.Reader}
	for i, version := range slices.Backward(hover.Versions(hover.ParseDeliverable(s.Deliverable))) {
		d, failed := e.gallery.Measurements(ctx, j, s, version, insisting)
		if failed != nil {
			if err = failed; gallery.NoAnswer(failed) {
				break
			}
			continue
		}
		if !d.Made {
			k.Partial = k.Partial || i > 0 // the last tells all
			continue
		}
		fetched = append(fetched, d)
		f, whole := figures.Read(d.Bytes)
		f.Complete(k.Figures)
		k.Figures = f
		if whole {
			break
		}
	}
	switch {
	case len(fetched) == 0:
		return k, nil, err
	case err != nil:
		k.Partial = true
	}
	return k, fetched, nil
}

// partialTries is how often Hover is asked for the rest of figures that are known in part.
const partialTries = 4

// answeredFigures is what came of a question for the figures of a structure.
type answeredFigures struct {
	of      job.Job // as it was then
	model   hover.ModelID
	known   records.KeptFigures
	made    bool           // else Hover has none yet
	fetched []gallery.Data // that known was read in, to be kept after it; empty where it was known here
	err     error
}

// askFigures gives the figures of a measured structure: from Hover where they are not known here.
func (e *Engine) askFigures(ctx context.Context, j job.Job, s job.Structure) answeredFigures {
	a := answeredFigures{of: j, model: s.ID}
	a.known, a.err = e.LookUp(ctx, j, s)
	if a.made = a.err == nil && !a.known.Partial; !a.made && a.err == nil {
		a.known, a.fetched, a.err = e.fetchFigures(ctx, j, s, true)
		a.made = len(a.fetched) > 0
	}
	return a
}

// settle writes down what came of it, and whether and when it is to be tried again.
func (a answeredFigures) settle(tx *storage.Tx, w storage.Work, now time.Time) error {
	if len(a.fetched) > 0 {
		if err := records.KeepFigures(tx, a.of.ID, a.model, a.known); err != nil {
			return err
		}
	}
	wait, again := figuresAgain(w, a.known, a.made, a.err, now)
	if !again {
		return tx.Finish(w)
	}
	why := ""
	if a.err != nil {
		why = short(a.err)
	}
	return tx.Retry(w, now.Add(wait), why)
}

// fetchQueuedFigures fetches the figures of a structure that were queued. They are no file that anybody misses: what
// is given up is asked for again when somebody looks at it.
func (e *Engine) fetchQueuedFigures(ctx context.Context, w storage.Work) {
	var want wantedFile
	var j job.Job
	err := json.Unmarshal(w.Payload, &want)
	if err == nil {
		j, err = e.Known(want.Job)
	}
	i := slices.IndexFunc(j.Structures, func(s job.Structure) bool { return s.ID == want.Model && records.IsMeasured(j, s) })
	if err != nil || i < 0 {
		e.log.Info("there is nothing to ask for figures of", "structure", w.Key, "error", err)
		e.stored(e.store.Update(ctx, func(tx *storage.Tx) error { return tx.Finish(w) }))
		return
	}
	a := e.askFigures(ctx, j, j.Structures[i])
	defer e.keep(a.fetched...) // after what waits for them
	if ctx.Err() != nil {
		return // it stays in the queue
	}
	if a.err != nil {
		e.log.Info("the figures are not here yet", "structure", w.Key, "attempt", w.Attempts+1, "error", a.err)
	}
	e.stored(e.store.Update(ctx, func(tx *storage.Tx) error { return a.settle(tx, w, e.now()) }))
	e.alerts.Kick() // one that waits for them need not wait for the queue
}

// figuresWithin is how long after the question for a job its figures may come to be written down with the answer.
const figuresWithin = 5 * time.Second

// figuresOfNews gives the figures that the alert names which a reply leads to: they are written down with it, so that
// the alert waits for one commit and not for two. It asks for none where other jobs wait, or where it leads to no alert;
// what has not come by the end of ctx is left to the queue.
func (e *Engine) figuresOfNews(ctx context.Context, reply hover.Job, asked question) (all []answeredFigures) {
	var next job.Job
	err := e.store.View(func(tx *storage.Tx) error {
		waiting, err := tx.Due(e.now(), 2, workRefresh) // this one and another
		if err != nil || len(waiting) > 1 {
			return err
		}
		_, folded, happenings, err := learnt(tx, reply, asked, importing.quiet)
		if slices.ContainsFunc(happenings, fetchesFiles) {
			next = folded
		}
		return err
	})
	if err != nil {
		return nil // whoever folds it will say so
	}
	for _, s := range next.Structures {
		if !hasFigures(s) {
			continue
		}
		a := e.askFigures(ctx, next, s)
		if ctx.Err() != nil {
			break
		}
		if a.err != nil {
			e.log.Info("the figures are not here yet", "structure", figuresWorkKey(next.ID, s.ID), "error", a.err)
		}
		all = append(all, a)
	}
	return all
}

// settleEarly writes down the figures that came with a reply, if they are of the job as it was folded.
func (e *Engine) settleEarly(tx *storage.Tx, all []answeredFigures) error {
	for _, a := range all {
		j, _, err := tx.Job(a.of.ID)
		if err != nil || !j.Version.Equal(a.of.Version) {
			return err
		}
		w, queued, err := tx.Work(workFigures, figuresWorkKey(j.ID, a.model))
		if err == nil && queued {
			err = a.settle(tx, w, e.now())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// figuresAgain says whether and when Hover is asked once more for figures that were queued: as for a file, but that a
// refusal of its own is its last word when it has lasted.
func figuresAgain(
	w storage.Work, k records.KeptFigures, made bool, err error, now time.Time,
) (wait time.Duration, again bool) {
	if p, ok := errors.AsType[*fetch.Problem](err); ok && (p.Refused() || p.NeedsPerson()) {
		return refusedAfter, now.Sub(w.Since) < refusedAfter
	}
	wait, again = fetch.Backoff(w.Attempts + 1)
	switch {
	case err != nil || !made:
		return wait, again
	case k.Partial:
		return wait, w.Attempts+1 < partialTries
	}
	return 0, false
}

// Picture gives the path of a picture of a structure, fetched if need be.
func (e *Engine) Picture(ctx context.Context, id hover.JobID, model hover.ModelID, part Part) (string, error) {
	if photo, ok, err := e.paperPhoto(part); err != nil {
		return "", err
	} else if ok {
		return e.gallery.Photo(ctx, photo)
	}
	j, s, err := e.Structure(id, model)
	if err != nil {
		return "", err
	}
	return e.gallery.Picture(ctx, j, s, part)
}
