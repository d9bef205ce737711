package engine

import (
	"net/http"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/paperwork"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/tell"
	"dormer/storage"
)

// waitFigures is after how many tries in vain an alert no longer waits for figures.
const waitFigures = 3

// filesTold says what became of the PDFs and the figures that an alert speaks of. until
// is zero if the alert need not wait for them any longer.
func (e *Engine) filesTold(n tell.News) (files job.Files, until time.Time) {
	prefetched := slices.Contains(e.prefetch(), hover.FormatPDF)
	err := e.store.View(func(tx *storage.Tx) (err error) {
		files, until, err = filesOf(tx, n, prefetched, e.now())
		return err
	})
	if err != nil {
		e.log.Error("the files of an alert cannot be read", "error", err)
	}
	return files, until
}

func filesOf(tx *storage.Tx, n tell.News, prefetched bool, now time.Time) (files job.Files, until time.Time, err error) {
	h := n.Happening
	if kind := storage.PaperKind(h.Outcome); paperwork.Fetched(kind) {
		return paperFiles(tx, n, kind, now)
	}
	if h.Outcome != job.Completed && h.Outcome != job.StructureDone {
		return files, until, nil
	}
	j, _, err := tx.Job(h.Job)
	if err != nil {
		return files, until, err
	}
	deadline := n.Confirmed.Add(waitPDF)
	worthwhile := false // to wait: nobody has said that it will take longer
	measuring := false  // figures are to come, and soon
	files.Figures = map[hover.ModelID]say.Text{}
	for _, s := range j.Structures {
		if s.State != hover.ModelCompleted || h.Model != "" && s.ID != h.Model {
			continue
		}
		k, read, err := records.KeptFiguresOf(tx, j, s.ID)
		if err != nil {
			return files, until, err
		}
		if says := k.Figures.Says(); !says.IsZero() {
			files.Figures[s.ID] = says
		}
		if !read {
			w, queued, err := tx.Work(workFigures, figuresWorkKey(j.ID, s.ID))
			if err != nil {
				return files, until, err
			}
			measuring = measuring || queued && w.Attempts < waitFigures && w.Due.Before(deadline)
		}
		f, _, err := tx.File(j.ID, s.ID, string(hover.FormatPDF))
		if err != nil {
			return files, until, err
		}
		w, queued, err := tx.Work(workFile, fileKey(j.ID, s.ID, hover.Artifact{Format: hover.FormatPDF}))
		if err != nil {
			return files, until, err
		}
		switch {
		case prefetched && n.Claimed && j.Claimed: // queued when Hover confirms it
			files.Waiting++
		case prefetched && queued && !w.Dead: // also where one of before a correction is saved
			files.Waiting++
			refused := f.Refusal != 0 && f.Refusal != http.StatusNotFound && !f.RefusedAt.Before(w.Since)
			worthwhile = worthwhile || !refused && !f.Stuck
		case f.State == storage.FileSaved:
			files.Saved++
		case f.State == storage.FileUnavailable:
			files.Unavailable++
		}
	}
	switch {
	case files.Waiting == 0 && !measuring:
	case (worthwhile || measuring) && !n.Claimed && now.Before(deadline) && now.Add(waitPDF).After(n.Confirmed):
		until = deadline // else the clock was set back
	default:
		files.PDFFollows = files.Waiting > 0
	}
	return files, until, nil
}
