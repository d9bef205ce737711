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
		return CaptureView{}, usage("a capture request needs a name, an e-mail address and a street address")
	}
	if a, err := mail.ParseAddress(r.Email); err != nil || a.Address != r.Email {
		return CaptureView{}, usage("%q is not an e-mail address", r.Email)
	}
	asked := e.now()
	reply, err := e.o.API.CreateCaptureRequest(hoverapi.WithPerson(ctx), r)
	if err != nil {
		do := "See dormer status, and try again."
		if k := hoverapi.KindOf(err); k == hoverapi.Timeout || k == hoverapi.Network {
			do = "It may have been created all the same: look in Hover before you try again."
		}
		return CaptureView{}, asking("The capture request could not be created", err, do)
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
	if err != nil && hoverapi.KindOf(err) != hoverapi.NotFound {
		return asking("The capture request could not be deleted", err, "See dormer status, and try again.")
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
		return usage("a test ends completed or failed, not %q", state)
	}
	err := e.o.API.SetTestState(hoverapi.WithPerson(ctx), id, state)
	switch {
	case err == nil:
		return nil
	case hoverapi.KindOf(err) == hoverapi.NotFound:
		return &say.Error{What: say.Words("Hover does not know job " + string(id)), Do: say.Words("Check the number.")}
	}
	return asking("The test could not be started", err, "The job has to be a new one, whose photos are not uploaded yet.")
}
