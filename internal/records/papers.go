package records

import (
	"context"
	"slices"

	"dormer/internal/hover"
	"dormer/internal/paperwork"
	"dormer/internal/say"
	"dormer/storage"
)

// What a paper holds, as the room that keeps papers reads it.
type (
	MaterialList  = paperwork.List
	MaterialLine  = paperwork.Line
	Checklist     = paperwork.Checklist
	PaperFormat   = paperwork.Format
	ChecklistItem = paperwork.Answer
)

// PaperView is a paper of a job: a material list, a checklist, an estimate, a proposal, a
// signature, an order.
type PaperView struct {
	Kind  string      `json:"kind"` // materials, checklist, estimate, proposal, signature, order, delivery
	ID    string      `json:"id"`
	JobID hover.JobID `json:"job_id"`
	Title string      `json:"title"`
	By    string      `json:"by"`    // whose it is
	State string      `json:"state"` // what became of it last, as Hover spells it
	At    Time        `json:"at"`    // when that was told
	Total *float64    `json:"total"` // of a material list, in dollars
	Says  say.Text    `json:"says"`  // the state in plain words
	Steps []PaperStep `json:"steps"`
	// Materials or Checklist is what Hover's API gives of it; nil of what it gives nothing.
	Materials *MaterialList `json:"materials,omitempty"`
	Checklist *Checklist    `json:"checklist,omitempty"`
	// Files are its files by format, "materials" or "checklist-csv"; of a paper that
	// cannot be had there are none.
	Files []FileView `json:"files"`
	// Reason is why Hover has not given it, empty if it has, or need not.
	Reason string `json:"reason,omitempty"`
}

// PaperStep is one thing that became of a paper.
type PaperStep struct {
	At    Time            `json:"at"`
	Event hover.EventName `json:"event"`
	State string          `json:"state"`
	By    string          `json:"by"` // who did it, as far as Hover says
	Says  say.Text        `json:"says"`
}

// Papers lists the papers of a job, the one of which was heard last first.
func (r *Records) Papers(ctx context.Context, id hover.JobID) (views []PaperView, err error) {
	err = r.Read(func(tx *storage.Tx) error {
		_, known, err := tx.Job(id)
		if err == nil {
			views, err = papersOf(tx, id)
		}
		if err == nil && !known && len(views) == 0 {
			err = Unknown(say.T("unknown.job", "id", id))
		}
		return err
	})
	r.unlessPapersGone(ctx, views)
	return views, err
}

func papersOf(tx *storage.Tx, id hover.JobID) ([]PaperView, error) {
	views := []PaperView{}
	papers, err := tx.Papers(id)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Files(id)
	if err != nil {
		return nil, err
	}
	for _, p := range papers {
		if len(p.Steps) > 0 || p.Sum != "" { // else only another one has named it
			views = append(views, paperView(p, tx.PaperReply(p.Kind, p.ID), rows))
		}
	}
	slices.SortStableFunc(views, func(a, b PaperView) int { return b.At.Compare(a.At.Time) })
	return views, nil
}

func paperView(p storage.Paper, reply []byte, rows []storage.File) PaperView {
	v := PaperView{
		Kind: string(p.Kind), ID: p.ID, JobID: p.Job, Title: p.Title, By: p.By, Total: p.Total, At: At(p.HeardAt),
		Steps: []PaperStep{}, Files: []FileView{},
	}
	for _, s := range p.Steps {
		v.Steps = append(v.Steps,
			PaperStep{At: At(s.At), Event: s.Event, State: s.State, By: s.By, Says: stepSays(p.Kind, s.State)})
		v.State, v.Says = s.State, stepSays(p.Kind, s.State)
	}
	switch p.Kind {
	case paperwork.Materials:
		if l, err := paperwork.ReadList(reply); err == nil {
			v.Materials = &l
		}
	case paperwork.Checklists:
		if c, err := paperwork.ReadChecklist(reply); err == nil {
			v.Checklist = &c
			if v.State == "" {
				v.State = c.State
			}
		}
	}
	if !paperwork.Fetched(p.Kind) {
		return v
	}
	for _, f := range paperwork.Formats() {
		kind, ext := f.Of()
		if kind != p.Kind {
			continue
		}
		file := FileView{Format: string(f), State: FileReady, otherwise: FileReady}
		if p.Sum == "" {
			file.State = FileWaiting
		}
		for _, row := range rows {
			if row.Key != PaperFile(p.Kind, p.ID, ext) {
				continue
			}
			if row.State != storage.FileSaved && p.Sum == "" {
				v.Reason = row.Reason
				if row.State == storage.FileUnavailable {
					file.State = FileUnavailable
				}
			}
			if row.State == storage.FileSaved && row.Content == p.Sum {
				file.State, file.Path, file.SHA256 = FileSaved, row.Path, row.SHA256
			}
		}
		v.Files = append(v.Files, file)
	}
	return v
}

// stepSays tells what became of a paper.
func stepSays(kind storage.PaperKind, state string) say.Text {
	switch state {
	case paperwork.Created:
		return say.T("paper.step.created")
	case paperwork.Updated:
		return say.T("paper.step.updated")
	case paperwork.Sent:
		return say.T("paper.step.sent")
	case "signed":
		return say.T("paper.step.signed")
	case "submitted":
		if kind == paperwork.Deliveries {
			return say.T("paper.step.ordered")
		}
		return say.T("paper.step.submitted")
	case "complete", "completed":
		if kind == paperwork.Signatures {
			return say.T("paper.step.all_signed")
		}
		return say.T("paper.step.complete")
	case "approved":
		return say.T("paper.step.approved")
	case "not approved":
		return say.T("paper.step.not_approved")
	}
	return say.Words(state) // as Hover spells it
}

// unlessPapersGone corrects what is shown of saved files that are not there any more.
func (r *Records) unlessPapersGone(ctx context.Context, views []PaperView) {
	var paths []string
	for _, v := range views {
		for _, f := range v.Files {
			if f.Path != "" {
				paths = append(paths, f.Path)
			}
		}
	}
	gone := r.folders.Gone(ctx, paths)
	for _, v := range views {
		for i := range v.Files {
			if f := &v.Files[i]; gone[f.Path] {
				f.State, f.Path, f.SHA256 = f.otherwise, "", ""
			}
		}
	}
}

// PaperFile is the key of the file of a paper in one form, among the files of its job.
func PaperFile(kind storage.PaperKind, id, ext string) string {
	return "paper/" + storage.PaperRef(kind, id) + ext
}
