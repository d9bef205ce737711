package records

import (
	"context"
	"slices"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/opener"
	"dormer/internal/say"
	"dormer/storage"
)

// JobDetail is a job with all that its page shows.
type JobDetail struct {
	JobView

	CustomerEmail string
	CustomerPhone string
	Place         hover.Address
	// CallURL, MailURL and MapURL are what OpenURL opens to call the customer, to write
	// to them, and to see where the house stands; "" where there is nothing to do it by.
	CallURL, MailURL, MapURL string

	// Steps are the states that the job was in, oldest first.
	Steps      []job.Step
	Structures []StructureDetail // in the order of Models
	Papers     []PaperView       // as Papers lists them
}

// Detail gives all that is known of one job.
func (r *Records) Detail(ctx context.Context, id hover.JobID) (d JobDetail, err error) {
	err = r.Read(func(tx *storage.Tx) error {
		j, known, err := tx.Job(id)
		if err != nil {
			return err
		}
		if !known {
			return Unknown(say.T("unknown.job", "id", id))
		}
		v, err := r.view(tx, j)
		d = detail(v, j)
		if err == nil {
			d.Papers, err = papersOf(tx, id)
		}
		return err
	})
	r.unlessGone(ctx, []JobView{d.JobView})
	r.unlessPapersGone(ctx, d.Papers)
	return d, err
}

func detail(v JobView, j job.Job) JobDetail {
	d := JobDetail{
		JobView: v, CustomerEmail: j.Customer.Email, CustomerPhone: j.Customer.Phone, Place: j.Address,
		CallURL: opener.Phone(j.Customer.Phone), MailURL: opener.Mail(j.Customer.Email), MapURL: opener.Map(j.Address.String()),
		Steps: j.History,
	}
	for _, s := range j.Structures {
		pictures := PicturesOf(s)
		sd := StructureDetail{
			ID: s.ID, Deliverable: job.DeliverableWords(s.Deliverable), ViewURL: s.ViewURL, Preview: preview(pictures),
		}
		for _, p := range pictures {
			sd.Pictures = append(sd.Pictures, Part(p.Key()))
		}
		d.Structures = append(d.Structures, sd)
	}
	return d
}

// PicturesOf lists the pictures of a structure, drawings first: there are some
// once it is measured. Photos stand in the order in which they were taken.
func PicturesOf(s job.Structure) []hover.Artifact {
	var all []hover.Artifact
	if s.State == hover.ModelCompleted || s.State == "" {
		for _, a := range s.Artifacts {
			if a.Format == hover.FormatWireframe && a.URL != "" {
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b hover.Artifact) int { return drawingRank(a.Part) - drawingRank(b.Part) })
	seen := map[hover.ImageID]bool{}
	for _, i := range s.Images {
		if i.ID != "" && !seen[i.ID] {
			seen[i.ID] = true
			all = append(all, hover.Artifact{Format: hover.FormatPhoto, Part: string(i.ID), URL: i.URL})
		}
	}
	return all
}

// drawings is the order in which people see the drawings; any other comes
// after them.
var drawings = []string{
	"roof-top", "roof", "roof-lengths", "roof-areas", "roof-pitches",
	"front", "front_right", "right", "right_back", "back", "back_left", "left", "left_front", "footprint",
}

func drawingRank(part string) int {
	if i := slices.Index(drawings, part); i >= 0 {
		return i
	}
	return len(drawings)
}

// preview chooses the picture of a structure's card: the roof from above, else
// the first photo, else whatever there is.
func preview(pictures []hover.Artifact) Part {
	photo := slices.IndexFunc(pictures, func(a hover.Artifact) bool { return a.Format == hover.FormatPhoto })
	switch {
	case len(pictures) == 0:
		return ""
	case photo > 0 && !strings.HasPrefix(pictures[0].Part, "roof"):
		return Part(pictures[photo].Key())
	}
	return Part(pictures[0].Key())
}

// Structure finds one structure of a job.
func (r *Records) Structure(id hover.JobID, model hover.ModelID) (j job.Job, s job.Structure, err error) {
	err = r.Read(func(tx *storage.Tx) error {
		var known bool
		if j, known, err = tx.Job(id); err != nil {
			return err
		}
		i := slices.IndexFunc(j.Structures, func(s job.Structure) bool { return s.ID == model })
		if !known || i < 0 {
			return Unknown(say.T("unknown.structure", "structure", model, "id", id))
		}
		s = j.Structures[i]
		return nil
	})
	return j, s, err
}
