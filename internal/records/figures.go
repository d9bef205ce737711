package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"math"
	"os"
	"slices"
	"time"

	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// MeasurementsFile bounds a file of measurements, in bytes.
const MeasurementsFile = 8 << 20

// docFigures begins the keys of the figures that are kept, each under its job and structure.
const docFigures = "figures/"

// KeptFigures are the figures of a structure as they were read.
type KeptFigures struct {
	At      time.Time       `json:"at"`                // when they were asked for
	Version time.Time       `json:"version,omitzero"`  // of the job then
	Reader  int             `json:"reader"`            // that read them
	Partial bool            `json:"partial,omitempty"` // Hover had not made the version that tells all
	Figures figures.Figures `json:"figures"`
}

func figuresKey(id hover.JobID, model hover.ModelID) string {
	return docFigures + string(id) + "/" + string(model)
}

// KeepFigures keeps the figures of a structure.
func KeepFigures(tx *storage.Tx, id hover.JobID, model hover.ModelID, k KeptFigures) error {
	return tx.PutDoc(figuresKey(id, model), k)
}

// IsMeasured says that Hover has measured a structure.
func IsMeasured(j job.Job, s job.Structure) bool {
	return s.State == hover.ModelCompleted || s.State == "" && j.State == hover.JobCompleted
}

// KeptFiguresOf gives the figures that are kept of a structure, if they are of its job as it is now.
func KeptFiguresOf(tx *storage.Tx, j job.Job, model hover.ModelID) (k KeptFigures, ok bool, err error) {
	known, err := tx.Doc(figuresKey(j.ID, model), &k)
	if err != nil || !known || k.Reader != figures.Reader {
		return KeptFigures{}, false, err
	}
	if ok = !j.Version.IsZero() && k.Version.Equal(j.Version) || !k.At.Before(settledAt(j)); !ok {
		return KeptFigures{}, false, nil
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

// FiguresOf gives the figures of a job's measured structures, or of some of them; of several their total is the last.
func FiguresOf(ctx context.Context, j job.Job, models []hover.ModelID, read figuresReader) ([]figures.Figures, error) {
	for _, m := range models {
		if !slices.ContainsFunc(j.Structures, func(s job.Structure) bool { return s.ID == m }) {
			return nil, Unknown(say.T("unknown.structure", "structure", m, "id", j.ID))
		}
	}
	all := []figures.Figures{}
	for _, s := range j.Structures {
		if !IsMeasured(j, s) || len(models) > 0 && !slices.Contains(models, s.ID) {
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

// Known gives a job that is known.
func (r *Records) Known(id hover.JobID) (j job.Job, err error) {
	err = r.Read(func(tx *storage.Tx) error {
		var known bool
		if j, known, err = tx.Job(id); err == nil && !known {
			err = Unknown(say.T("unknown.job", "id", id))
		}
		return err
	})
	return j, err
}

// Figures gives the figures of a job's structures, as far as they are known here.
func (r *Records) Figures(ctx context.Context, id hover.JobID, models ...hover.ModelID) ([]figures.Figures, error) {
	j, err := r.Known(id)
	if err != nil {
		return nil, err
	}
	return FiguresOf(ctx, j, models, r.KnownFigures)
}

// AllFigures gives the figures of every measured structure, as far as they are known here.
func (r *Records) AllFigures(ctx context.Context, _ bool) iter.Seq2[figures.Figures, error] {
	return r.EachFigures(ctx, r.KnownFigures)
}

// EachFigures gives the figures of every measured structure, each as read gives them, the jobs that changed last first.
func (r *Records) EachFigures(ctx context.Context, read figuresReader) iter.Seq2[figures.Figures, error] {
	return func(yield func(figures.Figures, error) bool) {
		var found storage.FoundJobs
		err := r.Read(func(tx *storage.Tx) (err error) {
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
			if j, err = r.Known(id); errors.Is(err, ErrUnknown) { // no longer
				err = nil
				continue
			}
			if err == nil {
				all, err = FiguresOf(ctx, j, nil, read)
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

// KnownFigures gives what is kept of a structure, or stands in a file that was saved for the person; else none.
func (r *Records) KnownFigures(ctx context.Context, j job.Job, s job.Structure) (figures.Figures, error) {
	k, err := r.LookUp(ctx, j, s)
	return k.Figures, err
}

// LookUp finds the figures of a structure on this computer. Partial is set where Hover may tell more.
func (r *Records) LookUp(ctx context.Context, j job.Job, s job.Structure) (k KeptFigures, err error) {
	kept := false
	err = r.Read(func(tx *storage.Tx) (err error) {
		k, kept, err = KeptFiguresOf(tx, j, s.ID)
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
func (r *Records) savedFigures(ctx context.Context, j job.Job, s job.Structure) (k KeptFigures, ok bool, err error) {
	var rows []storage.File
	err = r.Read(func(tx *storage.Tx) (err error) {
		rows, err = tx.Files(j.ID)
		return err
	})
	if err != nil {
		return k, false, err
	}
	for _, part := range []string{hover.VersionFull, "", hover.VersionSummarized, hover.VersionSketch} {
		key := hover.Artifact{Format: hover.FormatJSON, Part: part}.Key()
		i := slices.IndexFunc(rows, func(f storage.File) bool { return f.Model == s.ID && f.Key == key })
		if i < 0 || rows[i].State != storage.FileSaved || rows[i].Size > MeasurementsFile ||
			rows[i].SavedAt.Before(settledAt(j)) {
			continue
		}
		var b []byte
		answered := r.folders.Ask(ctx, func() { b, _ = os.ReadFile(rows[i].Path) })
		if !answered || !isSum(b, rows[i].SHA256) {
			continue // somebody has moved or changed it: Hover's own is asked for
		}
		if f, whole := figures.Read(b); f.Known() {
			return KeptFigures{
				At: rows[i].SavedAt, Version: rows[i].Version, Reader: figures.Reader, Partial: !whole, Figures: f,
			}, true, nil
		}
	}
	return k, false, nil
}

func isSum(b []byte, sum string) bool {
	of := sha256.Sum256(b)
	return hex.EncodeToString(of[:]) == sum
}
