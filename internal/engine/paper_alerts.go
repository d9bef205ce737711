package engine

import (
	"net/http"
	"time"

	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/tell"
	"dormer/storage"
)

// paperFiles says what became of a paper that Hover's API gives out, and of its file, for
// the alert that tells of it: see filesOf.
func paperFiles(
	tx *storage.Tx, n tell.News, kind storage.PaperKind, now time.Time,
) (files job.Files, until time.Time, err error) {
	id := string(n.Happening.Document)
	p, _, err := tx.Paper(kind, id)
	if err != nil {
		return files, until, err
	}
	files.Paper = job.Paper{Title: p.Title, By: p.By, Lines: p.Lines, Total: p.Total}
	f, _, err := tx.File(n.Happening.Job, "", records.PaperFile(kind, id, ".xlsx"))
	if err != nil {
		return files, until, err
	}
	w, queued, err := tx.Work(workPaper, storage.PaperRef(kind, id))
	if err != nil {
		return files, until, err
	}
	deadline := n.Confirmed.Add(waitPDF)
	refused := f.Refusal != 0 && f.Refusal != http.StatusNotFound && !f.RefusedAt.Before(w.Since)
	switch {
	case queued && !w.Dead:
		files.Waiting = 1
		if !refused && !f.Stuck && now.Before(deadline) && now.Add(waitPDF).After(n.Confirmed) {
			return files, deadline, nil
		}
		files.PDFFollows = true
	case f.State == storage.FileSaved && f.Content == p.Sum:
		files.Saved = 1
	case f.State == storage.FileUnavailable:
		files.Unavailable = 1
	}
	return files, until, nil
}

// waitPDF is how long an alert waits for its PDFs after Hover's confirmation, and for its
// figures.
const waitPDF = time.Minute
