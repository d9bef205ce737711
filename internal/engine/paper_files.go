package engine

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/paperwork"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// PaperFormats lists the forms in which papers are saved: "materials", "checklist-csv".
func PaperFormats() []PaperFormat { return paperwork.Formats() }

// ParsePaperFormat reads the name of one.
func ParsePaperFormat(name string) (PaperFormat, bool) { return paperwork.ParseFormat(name) }

// keptPaper gives the file of a paper as it is now, saved if it is not there.
func (e *Engine) keptPaper(
	ctx context.Context, p storage.Paper, f PaperFormat, dir string, comma rune,
) (row storage.File, err error) {
	_, ext := f.Of()
	there := false
	err = e.store.View(func(tx *storage.Tx) (err error) {
		row, _, err = tx.File(p.Job, "", records.PaperFile(p.Kind, p.ID, ext))
		return err
	})
	if err == nil && row.State == storage.FileSaved && row.Content == p.Sum && filepath.Dir(filepath.Dir(row.Path)) == dir {
		there, _ = e.folders.Has(ctx, row.Path)
	}
	if err != nil || there {
		return row, err
	}
	if row, err = e.savePaper(ctx, p, f, dir, comma); err != nil {
		return row, err
	}
	err = e.store.Update(context.WithoutCancel(ctx), func(tx *storage.Tx) error { return tx.PutFile(row) })
	e.stored(err)
	e.watchers.changed()
	return row, nil
}

// freshPaper is a paper as Hover gives it now, and why it could not be asked.
type freshPaper struct {
	paper storage.Paper
	err   error
}

func (e *Engine) freshPapers(
	ctx context.Context, id hover.JobID, kinds map[storage.PaperKind]bool,
) (list []freshPaper, err error) {
	j, err := e.jobOfPaper(ctx, id)
	if err != nil {
		return nil, hoverapi.Asking(say.T("job.not_read", "id", id), err, say.T("job.not_read.do"))
	}
	if kinds[paperwork.Materials] {
		// An event may have told of them: without an answer, those are what there is.
		if err := e.findMaterials(ctx, id, false); err != nil {
			e.log.Info("the job's material lists could not be listed", "job", id, "error", err)
		}
	}
	var known []storage.Paper
	err = e.store.View(func(tx *storage.Tx) error {
		known, err = tx.Papers(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if kinds[paperwork.Checklists] {
		for _, i := range j.Inspections {
			if !slices.ContainsFunc(known,
				func(p storage.Paper) bool { return p.Kind == paperwork.Checklists && p.ID == string(i) }) {
				known = append(known, storage.Paper{Kind: paperwork.Checklists, ID: string(i)})
			}
		}
		if !slices.ContainsFunc(known, func(p storage.Paper) bool { return p.Kind == paperwork.Checklists }) {
			if reply, err := e.o.API.LatestChecklist(ctx, id); err == nil {
				if c, ok := paperwork.IDOf(reply); ok {
					if p, err := e.learnPaper(ctx, paperwork.Checklists, c, reply, e.now()); err == nil && p.Job == id {
						list = append(list, freshPaper{paper: p})
					}
				}
			} else if !hoverapi.IsGone(err) {
				return nil, hoverapi.Asking(say.T("file.not_fetched"), paperProblem(err), say.Text{})
			}
		}
	}
	for _, p := range known {
		if !kinds[p.Kind] || !paperwork.Fetched(p.Kind) {
			continue
		}
		now, err := e.fetchPaper(ctx, p.Kind, p.ID)
		switch {
		case err == nil && now.Job == id:
			list = append(list, freshPaper{paper: now})
		case err == nil: // it is of another job
		case p.Sum != "":
			list = append(list, freshPaper{paper: p}) // what is kept
		case p.Job == "" && isMissing(err): // an inspection's id that only events use
		default:
			list = append(list, freshPaper{p, err})
		}
	}
	return list, ctx.Err()
}

func isMissing(err error) bool {
	p, ok := errors.AsType[*fetch.Problem](err)
	return ok && p.Missing()
}
