package view

import (
	"context"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// handOver prints or mails the PDF of a job, and says what is left for the person to do.
func (d Deps) handOver(how engine.Handing, id hover.JobID) {
	d.errand(func(ctx context.Context) error {
		left, err := d.Desk.HandOver(ctx, how, id, "")
		if err == nil && !left.IsZero() && d.Say != nil {
			d.Say(left)
		}
		return err
	})
}

// Print prints the PDF that [Job.OpenPDF] opens; Mail begins a letter with it and the
// figures in the person's mail program. What is left for them to do is said.
func (j *Job) Print() { j.handOver(engine.HandPrint) }

// Mail: see Print.
func (j *Job) Mail() { j.handOver(engine.HandMail) }

func (j *Job) handOver(how engine.Handing) {
	if mainPDF(j.detail.JobView) != nil {
		j.d.handOver(how, j.id)
	}
}

// Print prints the PDF of a job of the list, Mail begins a letter with it: see [Job.Print].
func (j *Jobs) Print(id hover.JobID) { j.d.handOver(engine.HandPrint, id) }

// Mail: see Print.
func (j *Jobs) Mail(id hover.JobID) { j.d.handOver(engine.HandMail, id) }

// NeedsPhotos says that the job could not be measured from the photos that it has.
func (j *Job) NeedsPhotos() bool { return j.State().Failure != nil }
