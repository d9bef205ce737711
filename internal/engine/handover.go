package engine

import (
	"context"
	"path/filepath"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/opener"
	"dormer/internal/records"
	"dormer/internal/say"
)

// HandOver prints PDFs or begins a letter with them: see [Desk].
func (e *Engine) HandOver(
	ctx context.Context, how Handing, id hover.JobID, model hover.ModelID,
) (left say.Text, err error) {
	does := map[Handing]func(context.Context, jobFiles, []string) (say.Text, error){HandPrint: e.print, HandMail: e.mail}[how]
	if does == nil {
		return say.Text{}, Usage(say.T("usage.no_action", "action", string(how)))
	}
	f, err := e.filesOf(id)
	if err != nil {
		return say.Text{}, err
	}
	paths, err := e.pdfs(ctx, f, model)
	if err != nil {
		return say.Text{}, err
	}
	if e.o.Opener == nil {
		return say.Text{}, opener.ErrNone
	}
	for _, path := range paths {
		if _, answered := e.folders.Has(ctx, path); !answered {
			return say.Text{}, records.NoAnswer(filepath.Dir(path))
		}
	}
	if left, err = does(ctx, f, paths); err == nil {
		e.acted(ctx, id, model, job.Completed, job.StructureDone)
	}
	return left, err
}

func (e *Engine) print(ctx context.Context, _ jobFiles, paths []string) (left say.Text, err error) {
	for _, path := range paths {
		how, err := e.o.Opener.Print(ctx, path)
		if err != nil {
			return say.Text{}, &say.Error{What: say.T("handover.not_printed"), Err: err, Do: say.T("handover.not_printed.do")}
		}
		switch how {
		case opener.ByPrinter:
			left = say.T("handover.printing")
		case opener.ByViewer:
			left = say.T("handover.print_there")
		}
	}
	return left, nil
}

func (e *Engine) mail(ctx context.Context, f jobFiles, paths []string) (left say.Text, err error) {
	f, err = e.filesOf(f.job.ID) // those that were just fetched are known now
	if err != nil {
		return say.Text{}, err
	}
	all, err := records.FiguresOf(ctx, f.job, f.modelsOf(paths), e.KnownFigures)
	if err != nil {
		return say.Text{}, err
	}
	attached, err := e.o.Opener.Mail(ctx, letter(f.job, all, paths, e.Reader()))
	switch {
	case err != nil:
		return say.Text{}, &say.Error{What: say.T("handover.not_mailed"), Err: err, Do: say.T("handover.not_mailed.do")}
	case attached:
		return say.Text{}, nil
	}
	return say.T("handover.attach_it"), nil
}

// modelsOf gives the structures that PDFs are of; none if they are of all that are
// measured.
func (f jobFiles) modelsOf(paths []string) (models []hover.ModelID) {
	of := map[string]hover.ModelID{}
	for _, row := range f.rows {
		of[row.Path] = row.Model
	}
	for _, path := range paths {
		if m, known := of[path]; known {
			models = append(models, m)
		}
	}
	return models
}
