package engine

import (
	"context"
	"net/mail"
	"slices"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// CreateCapture creates a capture request at Hover. It is never sent twice: a
// request costs, and Hover has no key to tell a repetition.
func (e *Engine) CreateCapture(ctx context.Context, r hover.NewCaptureRequest) (CaptureView, error) {
	r.Name, r.Email, r.Address.Line1 = strings.TrimSpace(r.Name), strings.TrimSpace(r.Email), strings.TrimSpace(r.Address.Line1)
	if r.Name == "" || r.Email == "" || r.Address.Line1 == "" {
		return CaptureView{}, Usage(say.T("usage.capture"))
	}
	if a, err := mail.ParseAddress(r.Email); err != nil || a.Address != r.Email {
		return CaptureView{}, Usage(say.T("usage.not_email", "value", r.Email))
	}
	asked := e.ask()
	reply, err := e.o.API.CreateCaptureRequest(hoverapi.WithPerson(ctx), r)
	if err != nil {
		do := say.T("do.see_status_try_again")
		if k := hoverapi.KindOf(err); k == hoverapi.Timeout || k == hoverapi.Network {
			do = say.T("capture.not_created.perhaps")
		}
		return CaptureView{}, asking(say.T("capture.not_created"), err, do)
	}
	if reply.Link == "" && reply.Identifier != "" {
		if link, err := e.o.API.CaptureLink(hoverapi.WithPerson(ctx), reply.Identifier); err == nil {
			reply.Link = link
		}
	}
	if err := e.learnCapture(ctx, reply, asked, 0); err != nil {
		return CaptureView{}, err
	}
	return e.capture(reply.ID)
}

func (e *Engine) capture(id hover.CaptureRequestID) (v CaptureView, err error) {
	err = e.store.View(func(tx *storage.Tx) error {
		inv, _, err := tx.Invitation(id)
		v = captureView(inv)
		return err
	})
	return v, err
}

// Captures lists the capture requests that are known, newest first.
func (r *Records) Captures(context.Context) ([]CaptureView, error) {
	list := []CaptureView{}
	err := r.read(func(tx *storage.Tx) error {
		for inv, err := range tx.Invitations() {
			if err != nil {
				return err
			}
			list = append(list, captureView(inv))
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b CaptureView) int { return b.CreatedAt.Compare(a.CreatedAt.Time) })
	return list, err
}

func captureView(inv job.Invitation) CaptureView {
	return CaptureView{
		ID: inv.ID, State: inv.State, Name: inv.Name, Email: inv.Email, Phone: inv.Phone, Address: inv.Address.String(),
		JobID: inv.Job, Link: inv.Link, CreatedAt: At(inv.CreatedAt),
	}
}

// DeleteCapture deletes a capture request at Hover.
func (e *Engine) DeleteCapture(ctx context.Context, id hover.CaptureRequestID) error {
	err := e.o.API.DeleteCaptureRequest(hoverapi.WithPerson(ctx), id)
	if err != nil && !hoverapi.IsGone(err) {
		return asking(say.T("capture.not_deleted"), err, say.T("do.see_status_try_again"))
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
		return Usage(say.T("usage.test_ends", "state", state))
	}
	err := e.o.API.SetTestState(hoverapi.WithPerson(ctx), id, state)
	switch {
	case err == nil:
		return nil
	case hoverapi.IsGone(err):
		return &say.Error{What: say.T("job.not_at_hover", "id", id), Do: say.T("do.check_number")}
	}
	return asking(say.T("test.not_started"), err, say.T("test.not_started.do"))
}
