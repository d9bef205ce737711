package view

import (
	"cmp"
	"context"
	"iter"
	"path/filepath"
	"slices"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// Job is the page of one job: how it stands, its figures, its structures with
// their files and pictures, and what Hover sent about it. All methods are called
// on the window's thread and return at once.
type Job struct {
	loader
	// Pictures are the pictures of the job's structures.
	Pictures *Pictures

	id         hover.JobID
	detail     engine.JobDetail
	refreshing bool
	pictured   int // counts the times that pictures may have come

	refresh attempt
	figures jobFigures
	copied  jobCopied
	roof    jobRoof
	layer   Layer                  // of the drawing, by a person
	more    map[hover.ModelID]bool // structures whose other files are shown
	events  jobEvents
	// papersOpen are the papers that are shown whole, papersBusy their files that are being made or opened.
	papersOpen map[string]bool
	papersBusy doings[string]

	fetching map[fileOrder]float64 // of any job: how much of what is being fetched is here
}

// NewJob gives the page of no job yet.
func NewJob(d Deps) *Job {
	j := &Job{
		Pictures: NewPictures(d), fetching: map[fileOrder]float64{}, copied: jobCopied{ordered: -1}, layer: LayerAreas,
		papersOpen: map[string]bool{}, papersBusy: doings[string]{},
	}
	j.begin(d, j.Reload)
	j.ticks = j.Reload
	j.events.begin(d, j.reloadEvents)
	j.events.reset()
	j.events.Changed = j.changed
	return j
}

// ID gives the job that is shown, "" if none is.
func (j *Job) ID() hover.JobID { return j.id }

// Show shows another job, or none. What is known of it comes at once after.
func (j *Job) Show(id hover.JobID) {
	if id == j.id {
		return
	}
	j.refresh.end()
	j.figures.reset()
	j.events.reset()
	j.roof.reset()
	j.copied.passing.end()
	j.copied.key, j.more = "", nil
	j.id, j.detail = id, engine.JobDetail{}
	j.forget()
	j.refreshing = false
	j.Pictures.Forget()
	j.Changed()
	j.Reload()
}

// Reload asks again, after news. What is shown stays until the answer is there.
func (j *Job) Reload() {
	id := j.id
	if id == "" {
		return
	}
	j.load(func(ctx context.Context) (take func(), err error) {
		detail, err := j.d.Desk.Detail(ctx, id)
		return func() {
			if !detail.UpdatedAt.Equal(j.detail.UpdatedAt.Time) {
				j.pictured++
			}
			j.detail = detail
			j.figures.choose(j)
			j.roof.choose(j)
		}, err
	})
	j.reloadEvents()
}

// Shown and Hidden say whether the page is in sight: while it is, what it says
// about times is kept true, and pictures are kept.
func (j *Job) Shown() {
	j.recallWaste()
	j.loader.Shown()
}

// Hidden: see Shown.
func (j *Job) Hidden() {
	j.loader.Hidden()
	j.Pictures.Forget()
}

// Refresh asks Hover how the job stands now.
func (j *Job) Refresh() {
	if j.id == "" || j.refreshing {
		return
	}
	id := j.id
	j.refreshing = true
	j.refresh.begin(j.d, func(ctx context.Context, post func(func())) {
		j.d.tell(ctx, j.d.Desk.RefreshJob(ctx, id))
		post(func() {
			j.refreshing = false
			j.figures.again()
			j.roof.again()
			j.pictured++
			j.Reload()
			j.Changed()
		})
	})
	j.Changed()
}

// OpenPDF opens a PDF: a saved one as the engine chooses among several, else the main structure's, fetched first.
func (j *Job) OpenPDF() {
	pdf := mainPDF(j.detail.JobView)
	switch {
	case pdf == nil:
	case hasPDF(j.detail.JobView, engine.FileSaved):
		id := j.id
		j.d.errand(func(ctx context.Context) error { return j.d.Desk.Act(ctx, engine.ActOpenPDF, id, "") })
	default:
		j.OpenFile(pdf.Model, hover.FormatPDF)
	}
}

// OpenFolder shows the job's PDF in the folder that its files are saved in.
func (j *Job) OpenFolder() {
	if id := j.id; hasPDF(j.detail.JobView, engine.FileSaved) {
		j.d.errand(func(ctx context.Context) error { return j.d.Desk.Act(ctx, engine.ActShowFolder, id, "") })
	} else if path := savedFile(j.detail.JobView); path != "" {
		j.d.open(filepath.Dir(path))
	}
}

// OpenAtHover opens the job's page at Hover in the browser.
func (j *Job) OpenAtHover() { j.d.atHover(j.id) }

// OpenModel opens the 3D view in the browser.
func (j *Job) OpenModel() {
	if address := viewURL(j.detail, j.figures.shown()); address != "" {
		j.d.browse(address)
	}
}

// viewURL gives the address of the 3D view of a measured job: that of the structure that is shown, the whole job's, or
// the first there is.
func viewURL(d engine.JobDetail, shown hover.ModelID) string {
	if !slices.ContainsFunc(d.Models, measured) {
		return "" // Hover's page of it would be empty
	}
	first := d.ViewURL
	for _, s := range d.Structures {
		if s.ID == shown && s.ViewURL != "" {
			return s.ViewURL
		}
		first = cmp.Or(first, s.ViewURL)
	}
	return first
}

// Open opens an address of the job's [Contact].
func (j *Job) Open(address string) {
	if address != "" {
		j.d.browse(address)
	}
}

// files goes through the files of a job's structures.
func files(d engine.JobView) iter.Seq2[engine.ModelView, engine.FileView] {
	return func(yield func(engine.ModelView, engine.FileView) bool) {
		for _, m := range d.Models {
			for _, f := range m.Files {
				if !yield(m, f) {
					return
				}
			}
		}
	}
}

// savedFile gives the path of a file of the job that is on disk, "" if none is.
func savedFile(d engine.JobView) string {
	for _, f := range files(d) {
		if f.State == engine.FileSaved {
			return f.Path
		}
	}
	return ""
}

// hasPDF says that a PDF of the job is in that state.
func hasPDF(d engine.JobView, state string) bool {
	for _, f := range files(d) {
		if f.Format == string(hover.FormatPDF) && f.State == state {
			return true
		}
	}
	return false
}

// mainPDF gives the PDF that is opened first: of the structures that have one,
// the one that Hover lists first. It is nil if there is none.
func mainPDF(d engine.JobView) *engine.PDF {
	for m, f := range files(d) {
		if f.Format == string(hover.FormatPDF) && (f.State == engine.FileReady || f.State == engine.FileSaved) {
			return &engine.PDF{Model: m.ID, Path: f.Path}
		}
	}
	return nil
}
