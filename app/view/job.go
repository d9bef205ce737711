package view

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/roof"
)

// JobDesk is what the page of one job asks of the engine.
type JobDesk interface {
	Detail(ctx context.Context, id hover.JobID) (engine.JobDetail, error)
	RefreshJob(ctx context.Context, id hover.JobID) error
	Figures(ctx context.Context, id hover.JobID, models ...hover.ModelID) ([]figures.Figures, error)
	Roof(ctx context.Context, id hover.JobID, model hover.ModelID) (roof.Plan, error)
	EventPage(ctx context.Context, f engine.EventFilter, before uint64, limit int) ([]engine.EventView, error)
	Replay(ctx context.Context, seqs []uint64) (int, error)
	Get(ctx context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error]
	OpenPath(ctx context.Context, path string) error
	OpenURL(ctx context.Context, url string) error
	Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error
	OpenPaper(ctx context.Context, kind, id string) error
	memory
}

// Job is the page of one job: how it stands, its figures, its structures with
// their files and pictures, and what Hover sent about it. All methods are called
// on the window's thread and return at once.
type Job struct {
	// Changed is called on the window's thread after anything changed.
	Changed func()
	// Pictures are the pictures of the job's structures.
	Pictures *Pictures

	d    Deps
	desk JobDesk

	id         hover.JobID
	detail     engine.JobDetail
	loaded     bool
	gone       bool
	problem    error
	refreshing bool
	round      int // counts the times that pictures may have come

	asking  question
	refresh attempt
	clock   attempt
	figures jobFigures
	copied  jobCopied
	roof    jobRoof
	layer   Layer                  // of the drawing, by a person
	more    map[hover.ModelID]bool // structures whose other files are shown
	events  jobEvents
	// papersOpen are the papers that are shown whole, papersBusy their files that are being made or opened.
	papersOpen, papersBusy map[string]bool

	fetching map[fileOrder]float64 // of any job: how much of what is being fetched is here
}

// NewJob gives the page of no job yet.
func NewJob(d Deps) *Job {
	return &Job{Changed: func() {}, Pictures: NewPictures(d), d: d, desk: d.Desk, fetching: map[fileOrder]float64{}, copied: jobCopied{ordered: -1}, layer: LayerAreas,
		papersOpen: map[string]bool{}, papersBusy: map[string]bool{}}
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
	j.loaded, j.gone, j.problem, j.refreshing = false, false, nil, false
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
	j.asking.ask(j.d, func(ctx context.Context) {
		detail, err := j.desk.Detail(ctx, id)
		j.d.Do(func() {
			if id == j.id && !errors.Is(err, context.Canceled) {
				j.answer(detail, err)
			}
		})
	})
	j.events.reload(j)
}

func (j *Job) answer(detail engine.JobDetail, err error) {
	j.gone = errors.Is(err, engine.ErrUnknown)
	j.problem = nil
	if err == nil {
		if !detail.UpdatedAt.Equal(j.detail.UpdatedAt.Time) {
			j.round++
		}
		j.detail, j.loaded = detail, true
		j.figures.choose(j)
		j.roof.choose(j)
	} else if !j.gone {
		j.problem = err
	}
	j.Changed()
}

// Shown and Hidden say whether the page is in sight: while it is, what it says
// about times is kept true, and pictures are kept.
func (j *Job) Shown() {
	j.clock.keepTrue(j.d, j.Reload)
	j.recallWaste()
	j.Reload()
}

// Hidden: see Shown.
func (j *Job) Hidden() {
	j.clock.end()
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
		err := j.desk.RefreshJob(ctx, id)
		post(func() {
			j.refreshing = false
			j.failed(err)
			j.figures.again()
			j.roof.again()
			j.round++
			j.Reload()
			j.Changed()
		})
	})
	j.Changed()
}

// OpenPDF opens a PDF: a saved one as the engine chooses among several, else the main structure's, fetched first.
func (j *Job) OpenPDF() {
	pdf := mainPDF(j.detail)
	switch {
	case pdf == nil:
	case hasSavedPDF(j.detail):
		id := j.id
		j.errand(func(ctx context.Context) error { return j.desk.Act(ctx, engine.ActOpenPDF, id, "") })
	default:
		j.OpenFile(pdf.Model, hover.FormatPDF)
	}
}

// OpenFolder shows the job's PDF in the folder that its files are saved in.
func (j *Job) OpenFolder() {
	if id := j.id; hasSavedPDF(j.detail) {
		j.errand(func(ctx context.Context) error { return j.desk.Act(ctx, engine.ActShowFolder, id, "") })
	} else if path := savedFile(j.detail); path != "" {
		j.errand(func(ctx context.Context) error { return j.desk.OpenPath(ctx, filepath.Dir(path)) })
	}
}

// OpenAtHover opens the job's page at Hover in the browser.
func (j *Job) OpenAtHover() {
	id := j.id
	j.errand(func(ctx context.Context) error { return j.desk.Act(ctx, engine.ActAtHover, id, "") })
}

// OpenModel opens the 3D view in the browser.
func (j *Job) OpenModel() {
	if address := viewURL(j.detail, j.figures.shown()); address != "" {
		j.openURL(address)
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
		j.openURL(address)
	}
}

func (j *Job) openURL(address string) {
	j.errand(func(ctx context.Context) error { return j.desk.OpenURL(ctx, address) })
}

// errand does something small beside the window's thread.
func (j *Job) errand(does func(ctx context.Context) error) {
	j.d.Go(func(ctx context.Context) { j.failed(does(ctx)) })
}

// failed tells a person of an error, unless it is only that the desktop ends.
func (j *Job) failed(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		j.d.Tell(err)
	}
}

// savedFile gives the path of a file of the job that is on disk, "" if none is.
func savedFile(d engine.JobDetail) string {
	for _, m := range d.Models {
		for _, f := range m.Files {
			if f.State == engine.FileSaved {
				return f.Path
			}
		}
	}
	return ""
}

// hasSavedPDF says that a PDF of the job is on disk.
func hasSavedPDF(d engine.JobDetail) bool {
	return slices.ContainsFunc(d.Models, func(m engine.ModelView) bool {
		return slices.ContainsFunc(m.Files, func(f engine.FileView) bool {
			return f.Format == string(hover.FormatPDF) && f.State == engine.FileSaved
		})
	})
}

// mainPDF gives the PDF that is opened first: of the structures that have one,
// the one that Hover lists first. It is nil if there is none.
func mainPDF(d engine.JobDetail) *engine.PDF {
	for _, m := range d.Models {
		i := slices.IndexFunc(m.Files, func(f engine.FileView) bool {
			return f.Format == string(hover.FormatPDF) && (f.State == engine.FileReady || f.State == engine.FileSaved)
		})
		if i >= 0 {
			return &engine.PDF{Model: m.ID, Path: m.Files[i].Path}
		}
	}
	return nil
}
