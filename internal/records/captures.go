package records

import (
	"context"
	"slices"

	"dormer/internal/job"
	"dormer/storage"
)

// Captures lists the capture requests that are known, newest first.
func (r *Records) Captures(context.Context) ([]CaptureView, error) {
	list := []CaptureView{}
	err := r.Read(func(tx *storage.Tx) error {
		for inv, err := range tx.Invitations() {
			if err != nil {
				return err
			}
			list = append(list, ViewOfCapture(inv))
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b CaptureView) int { return b.CreatedAt.Compare(a.CreatedAt.Time) })
	return list, err
}

// ViewOfCapture draws a capture request as people and scripts see it.
func ViewOfCapture(inv job.Invitation) CaptureView {
	return CaptureView{
		ID: inv.ID, State: inv.State, Name: inv.Name, Email: inv.Email, Phone: inv.Phone, Address: inv.Address.String(),
		JobID: inv.Job, Link: inv.Link, CreatedAt: At(inv.CreatedAt),
	}
}
