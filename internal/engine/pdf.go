package engine

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// Unopened says that a job's PDF could not be opened, and that there is a folder to
// look for it.
type Unopened struct {
	Job hover.JobID
	Err error
}

// Error gives why.
func (u *Unopened) Error() string { return u.Err.Error() }

// Unwrap gives why.
func (u *Unopened) Unwrap() error { return u.Err }

// jobFiles is a job and what is known of its files.
type jobFiles struct {
	job    job.Job
	rows   []storage.File
	chosen []hover.ModelID // whose PDFs a person asked for last
}

func (e *Engine) filesOf(id hover.JobID) (f jobFiles, err error) {
	err = e.store.View(func(tx *storage.Tx) error {
		var known bool
		if f.job, known, err = tx.Job(id); err != nil {
			return err
		}
		if !known {
			return records.Unknown(say.T("unknown.job", "id", id))
		}
		if f.rows, err = tx.Files(id); err != nil {
			return err
		}
		_, err = tx.Doc(chosenDocs+string(id), &f.chosen)
		return err
	})
	return f, err
}

// openPDF opens the PDFs of a job, or of one of its structures: see pdfs.
func (e *Engine) openPDF(ctx context.Context, f jobFiles, model hover.ModelID) error {
	paths, err := e.pdfs(ctx, f, model)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := e.OpenPath(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// pdfs gives the paths of saved PDFs of a job, or of one of its structures: of several
// those that were chosen last, else the main one. Where none is saved it is fetched first.
func (e *Engine) pdfs(ctx context.Context, f jobFiles, model hover.ModelID) ([]string, error) {
	wanted, main := f.wanted(model)
	var paths []string
	for _, m := range wanted {
		paths = append(paths, f.saved(m)...)
	}
	gone := e.folders.Gone(ctx, paths)
	paths = slices.DeleteFunc(paths, func(path string) bool { return gone[path] })
	if len(paths) > 0 && main {
		paths = paths[:1]
	}
	if len(paths) == 0 {
		if main && len(wanted) > 1 {
			wanted = wanted[:1]
		}
		return e.fetchPDF(ctx, f, wanted)
	}
	return paths, nil
}

// fetchPDF fetches the PDFs of structures and gives their paths.
func (e *Engine) fetchPDF(ctx context.Context, f jobFiles, models []hover.ModelID) (paths []string, err error) {
	if len(models) == 0 {
		return nil, &say.Error{What: say.T("get.no_pdf"), Do: say.T("get.no_pdf.do")}
	}
	want := GetRequest{Jobs: []hover.JobID{f.job.ID}, Models: models, Formats: []hover.Format{hover.FormatPDF}}
	for p, err := range e.get(ctx, want) {
		if err != nil {
			return nil, err
		}
		if p.Path != "" {
			paths = append(paths, p.Path)
		}
	}
	return paths, nil
}

// wanted gives the structures whose PDF is to be opened: the one that is named, else
// those that were chosen last, else all that have one, the main one first: main says
// that one of them is enough. Hover lists the main one first.
func (f jobFiles) wanted(model hover.ModelID) (models []hover.ModelID, main bool) {
	if model != "" {
		return []hover.ModelID{model}, false
	}
	var rest []hover.ModelID // that Hover does not give out
	for _, s := range f.job.Structures {
		switch {
		case slices.Contains(f.chosen, s.ID) && f.state(s.ID) != storage.FileUnavailable:
			models = append(models, s.ID)
		case f.state(s.ID) == storage.FileUnavailable:
			rest = append(rest, s.ID)
		}
	}
	if len(models) > 0 {
		return models, false
	}
	for _, s := range f.job.Structures {
		if s.State == hover.ModelCompleted && !slices.Contains(rest, s.ID) || f.state(s.ID) == storage.FileSaved {
			models = append(models, s.ID)
		}
	}
	if len(models) == 0 {
		models = rest // whoever is asked says why there is none
	}
	return models, true
}

// state says how the PDF of a structure stands; nothing if nobody has asked for it.
func (f jobFiles) state(m hover.ModelID) storage.FileState {
	for _, row := range f.rows {
		if row.Model == m && row.Key == string(hover.FormatPDF) {
			return row.State
		}
	}
	return ""
}

// saved gives the path of the PDF of a structure, if it is saved.
func (f jobFiles) saved(m hover.ModelID) (paths []string) {
	for _, row := range f.rows {
		if row.Model == m && row.Key == string(hover.FormatPDF) && row.State == storage.FileSaved {
			paths = append(paths, row.Path)
		}
	}
	return paths
}

// folderOf gives the folder of a job's files: the one that they are in, else the one
// that they would be.
func (e *Engine) folderOf(f jobFiles) string {
	if i := slices.IndexFunc(f.rows,
		func(row storage.File) bool { return fetch.FolderOf(f.job, filepath.Dir(row.Path)) }); i >= 0 {
		return filepath.Dir(f.rows[i].Path)
	}
	return e.folder(e.Value(records.KeyDownloadDir), f.job)
}

// showFolder shows the PDF of a job, or of one of its structures, selected in its
// folder; where none is saved it opens the folder of the job's files.
func (e *Engine) showFolder(ctx context.Context, f jobFiles, model hover.ModelID) error {
	wanted, _ := f.wanted(model)
	for _, m := range wanted {
		for _, path := range f.saved(m) {
			if there, answered := e.folders.Has(ctx, path); !answered {
				return records.NoAnswer(filepath.Dir(path))
			} else if there && e.o.Opener != nil {
				return e.o.Opener.Reveal(ctx, path)
			}
		}
	}
	return e.openFolder(ctx, f)
}

// openFolder opens the folder of a job's files.
func (e *Engine) openFolder(ctx context.Context, f jobFiles) error {
	folder := e.folderOf(f)
	var err error
	if !e.folders.Ask(ctx, func() { _, err = os.Stat(folder) }) {
		return records.NoAnswer(folder)
	}
	if err != nil {
		return &say.Error{What: say.T("get.no_folder"), Do: say.T("get.no_folder.do")}
	}
	return e.open(ctx, folder)
}

// unopened adds to why a PDF was not opened that there is a folder, if there is one.
func (e *Engine) unopened(ctx context.Context, f jobFiles, err error) error {
	folder, there := e.folderOf(f), false
	if answered := e.folders.Ask(ctx, func() { _, e := os.Stat(folder); there = e == nil }); answered && there {
		return &Unopened{Job: f.job.ID, Err: err}
	}
	return err
}
