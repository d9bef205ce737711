package engine

import (
	"context"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/tell"
)

// Act does what a notification's button asks: see [Desk]. What is to be shown is shown
// in the window if there can be one, else as well as it can be done without.
func (e *Engine) Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error {
	if action == ActAtHover && id != "" {
		err := e.OpenURL(ctx, e.o.API.JobPage(id))
		if err == nil {
			e.acted(ctx, id, "", job.Approval, job.Payment)
		}
		return err
	}
	if action == tell.ActShowJob && id == "" && e.inWindow(ShowRequest{Page: PageInbox}) {
		return nil
	}
	f, err := e.filesOf(id)
	if err != nil {
		return err
	}
	switch action {
	case tell.ActOpenPDF:
		if err := e.openPDF(ctx, f, model); err != nil {
			return e.unopened(ctx, f, err)
		}
		e.acted(ctx, id, model, job.Completed, job.StructureDone)
		return nil
	case ActShowFolder:
		return e.showFolder(ctx, f, model)
	case tell.ActShowJob:
		if e.inWindow(ShowRequest{Job: id, Model: model}) {
			return nil
		}
		return e.openFolder(ctx, f)
	}
	return records.Usage(say.T("usage.no_action", "action", action))
}
