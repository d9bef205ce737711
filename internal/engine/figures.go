package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"os"
	"slices"
	"time"

	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// docFigures begins the keys of the figures that are kept, each under its job and structure.
const docFigures = "figures/"

// keptFigures are the figures of a structure as they were read.
type keptFigures struct {
	At      time.Time       `json:"at"`                // when they were asked for
	Version time.Time       `json:"version,omitzero"`  // of the job then
	Reader  int             `json:"reader"`            // that read them
	Partial bool            `json:"partial,omitempty"` // Hover had not made the version that tells all
	Figures figures.Figures `json:"figures"`
}

func figuresKey(id hover.JobID, model hover.ModelID) string {
	return docFigures + figuresWorkKey(id, model)
}

func figuresWorkKey(id hover.JobID, model hover.ModelID) string {
	return string(id) + "/" + string(model)
}

// isMeasured says that Hover has measured a structure.
func isMeasured(j job.Job, s job.Structure) bool {
	return s.State == hover.ModelCompleted || s.State == "" && j.State == hover.JobCompleted
}

// keptOf gives the figures that are kept of a structure, if they are of its job as it is now.
func keptOf(tx *storage.Tx, j job.Job, model hover.ModelID) (k keptFigures, ok bool, err error) {
	known, err := tx.Doc(figuresKey(j.ID, model), &k)
	if err != nil || !known || k.Reader != figures.Reader {
		return keptFigures{}, false, err
	}
	if ok = !j.Version.IsZero() && k.Version.Equal(j.Version) || !k.At.Before(settledAt(j)); !ok {
		return keptFigures{}, false, nil
	}
	return k, true, nil
}

// settledAt is when a job last changed its state: what was made before may have been corrected since.
func settledAt(j job.Job) time.Time {
	if n := len(j.History); n > 0 {
		return j.History[n-1].At
	}
	return time.Time{}
}

// figuresReader gives the figures of one structure.
type figuresReader func(ctx context.Context, j job.Job, s job.Structure) (figures.Figures, error)

// figuresOf gives the figures of a job's measured structures, or of some of them; of several their total is the last.
func figuresOf(ctx context.Context, j job.Job, models []hover.ModelID, read figuresReader) ([]figures.Figures, error) {
	for _, m := range models {
		if !slices.ContainsFunc(j.Structures, func(s job.Structure) bool { return s.ID == m }) {
			return nil, unknown(say.T("unknown.structure", "structure", m, "id", j.ID))
		}
	}
	all := []figures.Figures{}
	for _, s := range j.Structures {
		if !isMeasured(j, s) || len(models) > 0 && !slices.Contains(models, s.ID) {
			continue
		}
		f, err := read(ctx, j, s)
		if err != nil {
			return nil, err
		}
		f.JobID, f.ModelID, f.Name = j.ID, s.ID, s.Name
		f.JobName, f.Address, f.Test = j.Name, j.Address.String(), j.Test
		all = append(all, f)
	}
	if len(all) > 1 {
		all = append(all, figures.Total(all))
	}
	return all, nil
}

// job gives a job that is known.
func (r *Records) job(id hover.JobID) (j job.Job, err error) {
	err = r.read(func(tx *storage.Tx) error {
		var known bool
		if j, known, err = tx.Job(id); err == nil && !known {
			err = unknown(say.T("unknown.job", "id", id))
		}
		return err
	})
	return j, err
}

// Figures gives the figures of a job's structures, as far as they are known here.
func (r *Records) Figures(ctx context.Context, id hover.JobID, models ...hover.ModelID) ([]figures.Figures, error) {
	j, err := r.job(id)
	if err != nil {
		return nil, err
	}
	return figuresOf(ctx, j, models, r.knownFigures)
}

// AllFigures gives the figures of every measured structure, as far as they are known here.
func (r *Records) AllFigures(ctx context.Context, _ bool) iter.Seq2[figures.Figures, error] {
	return r.allFigures(ctx, r.knownFigures)
}

func (r *Records) allFigures(ctx context.Context, read figuresReader) iter.Seq2[figures.Figures, error] {
	return func(yield func(figures.Figures, error) bool) {
		var found storage.FoundJobs
		err := r.read(func(tx *storage.Tx) (err error) {
			found, err = tx.FindJobs(storage.JobSearch{Limit: math.MaxInt, Wanted: func(hover.JobState) bool { return true }})
			return err
		})
		for _, id := range found.IDs {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				break
			}
			var j job.Job
			var all []figures.Figures
			if j, err = r.job(id); errors.Is(err, ErrUnknown) { // no longer
				err = nil
				continue
			}
			if err == nil {
				all, err = figuresOf(ctx, j, nil, read)
			}
			for _, f := range all {
				if !yield(f, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(figures.Figures{}, err)
		}
	}
}

// knownFigures gives what is kept of a structure, or stands in a file that was saved for the person; else none.
func (r *Records) knownFigures(ctx context.Context, j job.Job, s job.Structure) (figures.Figures, error) {
	k, err := r.lookUp(ctx, j, s)
	return k.Figures, err
}

// lookUp finds the figures of a structure on this computer. Partial is set where Hover may tell more.
func (r *Records) lookUp(ctx context.Context, j job.Job, s job.Structure) (k keptFigures, err error) {
	kept := false
	err = r.read(func(tx *storage.Tx) (err error) {
		k, kept, err = keptOf(tx, j, s.ID)
		return err
	})
	if err != nil || kept && !k.Partial {
		return k, err
	}
	saved, ok, err := r.savedFigures(ctx, j, s)
	if err != nil || ok && (!kept || !saved.Partial) {
		return saved, err
	}
	k.Partial = true
	return k, nil
}

// savedFigures reads the figures from a file on disk that is still what was saved, and was saved since the job last
// changed its state.
func (r *Records) savedFigures(ctx context.Context, j job.Job, s job.Structure) (k keptFigures, ok bool, err error) {
	var rows []storage.File
	err = r.read(func(tx *storage.Tx) (err error) {
		rows, err = tx.Files(j.ID)
		return err
	})
	if err != nil {
		return k, false, err
	}
	for _, part := range []string{hover.VersionFull, "", hover.VersionSummarized, hover.VersionSketch} {
		key := hover.Artifact{Format: hover.FormatJSON, Part: part}.Key()
		i := slices.IndexFunc(rows, func(f storage.File) bool { return f.Model == s.ID && f.Key == key })
		if i < 0 || rows[i].State != storage.FileSaved || rows[i].Size > measurementsFile || rows[i].SavedAt.Before(settledAt(j)) {
			continue
		}
		var b []byte
		answered := r.folders.ask(ctx, func() { b, _ = os.ReadFile(rows[i].Path) })
		if !answered || !isSum(b, rows[i].SHA256) {
			continue // somebody has moved or changed it: Hover's own is asked for
		}
		if f, whole := figures.Read(b); f.Known() {
			return keptFigures{At: rows[i].SavedAt, Version: rows[i].Version, Reader: figures.Reader, Partial: !whole, Figures: f}, true, nil
		}
	}
	return k, false, nil
}

func isSum(b []byte, sum string) bool {
	of := sha256.Sum256(b)
	return hex.EncodeToString(of[:]) == sum
}

// Figures gives the figures of a job's structures: what is known here, else what Hover is asked for. That is kept.
func (e *Engine) Figures(ctx context.Context, id hover.JobID, models ...hover.ModelID) ([]figures.Figures, error) {
	j, err := e.job(id)
	if err != nil {
		return nil, err
	}
	return figuresOf(hoverapi.WithPerson(ctx), j, models, e.figures)
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
		all := e.allFigures(ctx, func(ctx context.Context, j job.Job, s job.Structure) (figures.Figures, error) {
			if vain >= giveUpAll {
				return e.knownFigures(ctx, j, s)
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
	known, err := e.lookUp(ctx, j, s)
	if err != nil || !known.Partial {
		return known.Figures, err
	}
	k, made, err := e.fetchFigures(ctx, j, s, false)
	switch {
	case err != nil && known.Figures.Known():
		return known.Figures, nil // the rest later
	case err != nil || !made:
		return known.Figures, err
	}
	return k.Figures, nil
}

// fetchFigures asks Hover for the figures of a structure and keeps them: the version that tells all first, others where
// that is not made. made is false if Hover has none yet. One that Hover did not have is asked for ever more rarely,
// unless insisting.
func (e *Engine) fetchFigures(ctx context.Context, j job.Job, s job.Structure, insisting bool) (k keptFigures, made bool, err error) {
	k = keptFigures{At: e.now(), Version: j.Version, Reader: figures.Reader}
	for i, version := range slices.Backward(hover.Versions(hover.ParseDeliverable(s.Deliverable))) {
		b, there, failed := e.fetchJSON(ctx, j, s, version, insisting)
		if failed != nil {
			if err = failed; noAnswer(failed) {
				break
			}
			continue
		}
		if !there {
			k.Partial = k.Partial || i > 0 // the last tells all
			continue
		}
		f, whole := figures.Read(b)
		f.Complete(k.Figures)
		k.Figures, made = f, true
		if whole {
			break
		}
	}
	switch {
	case err != nil && !made:
		return k, false, err
	case !made:
		return k, false, nil
	case err != nil:
		k.Partial = true
	}
	err = e.store.Update(context.WithoutCancel(ctx), func(tx *storage.Tx) error { return tx.PutDoc(figuresKey(j.ID, s.ID), k) })
	e.stored(err)
	return k, true, err
}

// queueFigures queues the figures of a job's measured structures, which its alert names.
func queueFigures(tx *storage.Tx, j job.Job, now time.Time) error {
	for _, s := range j.Structures {
		if s.State != hover.ModelCompleted || len(hover.Versions(hover.ParseDeliverable(s.Deliverable))) == 0 {
			continue
		}
		payload, err := json.Marshal(wantedFile{Job: j.ID, Model: s.ID})
		if err != nil {
			return err
		}
		// When many houses are measured at once, all their PDFs come first.
		w := storage.Work{Kind: workFigures, Key: figuresWorkKey(j.ID, s.ID), Payload: payload, Due: now.Add(time.Microsecond)}
		if err := tx.Enqueue(w); err != nil {
			return err
		}
	}
	return nil
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
		j, err = e.job(want.Job)
	}
	i := slices.IndexFunc(j.Structures, func(s job.Structure) bool { return s.ID == want.Model && isMeasured(j, s) })
	if err != nil || i < 0 {
		e.settleFigures(ctx, w, 0, err)
		return
	}
	known, err := e.lookUp(ctx, j, j.Structures[i])
	made := err == nil && !known.Partial
	if err == nil && !made {
		known, made, err = e.fetchFigures(ctx, j, j.Structures[i], true)
	}
	if ctx.Err() != nil {
		return // it stays in the queue
	}
	wait, again := figuresAgain(w, known, made, err, e.now())
	if !again {
		wait = 0
	}
	e.settleFigures(ctx, w, wait, err)
}

// settleFigures writes down how that ended: over, or to be tried again after a wait.
func (e *Engine) settleFigures(ctx context.Context, w storage.Work, wait time.Duration, err error) {
	why := ""
	if err != nil {
		why = short(err)
		e.log.Info("the figures are not here yet", "structure", w.Key, "attempt", w.Attempts+1, "error", err)
	}
	uerr := e.store.Update(ctx, func(tx *storage.Tx) error {
		if wait == 0 {
			return tx.Finish(w)
		}
		return tx.Retry(w, e.now().Add(wait), why)
	})
	e.stored(uerr)
}
