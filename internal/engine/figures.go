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
		e.settleFigures(ctx, w, nil, 0, err)
		return
	}
	known, err := e.LookUp(ctx, j, j.Structures[i])
	made := err == nil && !known.Partial
	var keep func(tx *storage.Tx) error
	if err == nil && !made {
		var fetched []gallery.Data
		known, fetched, err = e.fetchFigures(ctx, j, j.Structures[i], true)
		defer e.keep(fetched...) // after what waits for them
		if made = len(fetched) > 0; made {
			keep = func(tx *storage.Tx) error { return records.KeepFigures(tx, j.ID, want.Model, known) }
		}
	}
	if ctx.Err() != nil {
		return // it stays in the queue
	}
	wait, again := figuresAgain(w, known, made, err, e.now())
	if !again {
		wait = 0
	}
	e.settleFigures(ctx, w, keep, wait, err)
	e.alerts.Kick() // one that waits for them need not wait for the queue
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

// settleFigures writes down how that ended, with what there is to keep: over, or to be tried again after a wait.
func (e *Engine) settleFigures(
	ctx context.Context, w storage.Work, keep func(tx *storage.Tx) error, wait time.Duration, err error,
) {
	why := ""
	if err != nil {
		why = short(err)
		e.log.Info("the figures are not here yet", "structure", w.Key, "attempt", w.Attempts+1, "error", err)
	}
	uerr := e.store.Update(ctx, func(tx *storage.Tx) error {
		if keep != nil {
			if err := keep(tx); err != nil {
				return err
			}
		}
		if wait == 0 {
			return tx.Finish(w)
		}
		return tx.Retry(w, e.now().Add(wait), why)
	})
	e.stored(uerr)
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
