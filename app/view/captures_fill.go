package view

import (
	"context"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// FillFrom fills the form with what is known of a job, to ask for new photos of its
// house: whose it is, how they are reached, and where it is. What stood in the form goes.
func (c *Captures) FillFrom(id hover.JobID) {
	fetched(c.d, func(ctx context.Context) (engine.JobDetail, error) { return c.d.Desk.Detail(ctx, id) }, c.take)
}

func (c *Captures) take(j engine.JobDetail) {
	f := &c.form
	f.text = [captureFields]string{
		CaptureName: j.Customer, CaptureEmail: j.CustomerEmail, CapturePhone: j.CustomerPhone,
		CaptureStreet: j.Place.Line1, CaptureCity: j.Place.City, CaptureRegion: j.Place.Region,
		CapturePostalCode: j.Place.PostalCode,
	}
	f.typed, f.current = map[CaptureField]bool{}, captureFields
	f.sent, f.failed = nil, nil
	c.lookUp()
	c.Changed()
}
