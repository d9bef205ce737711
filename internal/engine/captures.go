package engine

import (
	"context"
	"net/mail"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// CreateCapture creates a capture request at Hover. It is never sent twice: a
// request costs, and Hover has no key to tell a repetition.
func (e *Engine) CreateCapture(ctx context.Context, r hover.NewCaptureRequest) (records.CaptureView, error) {
	r.Name, r.Email, r.Address.Line1 = strings.TrimSpace(r.Name), strings.TrimSpace(r.Email),
		strings.TrimSpace(r.Address.Line1)
	if r.Name == "" || r.Email == "" || r.Address.Line1 == "" {
		return records.CaptureView{}, records.Usage(say.T("usage.capture"))
	}
	if a, err := mail.ParseAddress(r.Email); err != nil || a.Address != r.Email {
		return records.CaptureView{}, records.Usage(say.T("usage.not_email", "value", r.Email))
	}
	asked := e.ask()
	reply, err := e.o.API.CreateCaptureRequest(hoverapi.WithPerson(ctx), r)
	if err != nil {
		do := say.T("do.see_status_try_again")
		if k := hoverapi.KindOf(err); k == hoverapi.Timeout || k == hoverapi.Network {
			do = say.T("capture.not_created.perhaps")
		}
		return records.CaptureView{}, hoverapi.Asking(say.T("capture.not_created"), err, do)
	}
	if reply.Link == "" && reply.Identifier != "" {
		if link, err := e.o.API.CaptureLink(hoverapi.WithPerson(ctx), reply.Identifier); err == nil {
			reply.Link = link
		}
	}
	if err := e.learnCapture(ctx, reply, asked, 0, nil); err != nil {
		return records.CaptureView{}, err
	}
	return e.capture(reply.ID)
}

// DeleteCapture deletes a capture request at Hover.
func (e *Engine) DeleteCapture(ctx context.Context, id hover.CaptureRequestID) error {
	err := e.o.API.DeleteCaptureRequest(hoverapi.WithPerson(ctx), id)
	if err != nil && !hoverapi.IsGone(err) {
		return hoverapi.Asking(say.T("capture.not_deleted"), err, say.T("do.see_status_try_again"))
	}
	err = e.store.Update(ctx, func(tx *storage.Tx) error {
		inv, known, err := tx.Invitation(id)
		if err != nil || !known {
			return err
		}
		inv.State = hover.CaptureDeleted
		return tx.PutInvitation(inv)
	})
	e.watchers.changed()
	return err
}

// TestJob runs Hover's own free test on a job.
func (e *Engine) TestJob(ctx context.Context, id hover.JobID, state hover.JobState) error {
	if state != hover.JobCompleted && state != hover.JobFailed {
		return records.Usage(say.T("usage.test_ends", "state", state))
	}
	err := e.o.API.SetTestState(hoverapi.WithPerson(ctx), id, state)
	switch {
	case err == nil:
		return nil
	case hoverapi.IsGone(err):
		return &say.Error{What: say.T("job.not_at_hover", "id", id), Do: say.T("do.check_number")}
	}
	return hoverapi.Asking(say.T("test.not_started"), err, say.T("test.not_started.do"))
}
