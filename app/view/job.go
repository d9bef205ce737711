package view

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"dormer/internal/engine"
	"dormer/internal/figures"
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

// savedFile gives the path of a file of the job that is on disk, "" if none is.
func savedFile(d engine.JobView) string {
	for _, f := range files(d) {
		if f.State == engine.FileSaved {
			return f.Path
		}
	}
	return ""
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

// choose asks for the shape of the roof of the structure that is shown, of all together for that of the first.
func (r *jobRoof) choose(j *Job) {
	of := j.figures.shown()
	if of == "" && len(j.figures.of) > 0 {
		of = j.figures.of[0]
	}
	version := j.detail.UpdatedAt.Time
	if of == r.of && version.Equal(r.version) {
		return
	}
	if of != r.of {
		r.plan = nil
	}
	r.of, r.version, r.loading = of, version, of != ""
	if !r.loading {
		r.asking.end()
		return
	}
	id := j.id
	r.asking.begin(j.d, func(ctx context.Context, post func(func())) {
		plan, err := j.d.Desk.Roof(ctx, id, of)
		post(func() {
			r.loading = false
			if r.plan = &plan; err != nil || plan.Empty() { // then Hover's own drawing is shown
				r.plan = nil
			}
			j.Changed()
		})
	})
}

// ChooseFigures shows the figures of another structure, or with "" of all together.
func (j *Job) ChooseFigures(model hover.ModelID) {
	j.figures.chosen = model
	j.roof.choose(j)
	j.Changed()
}

// choose reads the figures of all measured structures, if they are not here or may have changed.
func (f *jobFigures) choose(j *Job) {
	var of []hover.ModelID
	for _, m := range j.detail.Models {
		if measured(m) {
			of = append(of, m.ID)
		}
	}
	now, version := j.d.Now(), j.detail.UpdatedAt.Time
	same := slices.Equal(of, f.of) && version.Equal(f.version)
	if same && (f.loading || f.complete() || now.Sub(f.askedAt) < askFiguresAgain) {
		return
	}
	f.of, f.version, f.askedAt = of, version, now
	if f.loading = len(of) > 0; !f.loading {
		f.asking.end()
		return
	}
	id := j.id
	f.asking.begin(j.d, func(ctx context.Context, post func(func())) {
		known, problem := map[hover.ModelID]figures.Figures{}, error(nil)
		for _, m := range of { // each by itself: of one that cannot be had the others are shown
			all, err := j.d.Desk.Figures(ctx, id, m)
			if err != nil {
				problem = err
			} else if len(all) > 0 {
				known[m] = all[0]
			}
		}
		post(func() {
			f.loading, f.problem = false, problem
			for m, old := range f.known {
				if _, ok := known[m]; !ok && problem != nil && slices.Contains(of, m) {
					known[m] = old // better than none
				}
			}
			f.known = known
			j.Changed()
		})
	})
}

// ReplayEvent has Dormer take in an event once more.
func (j *Job) ReplayEvent(seq uint64) {
	j.events.busy.do(j.d, seq, func(ctx context.Context) error {
		_, err := j.d.Desk.Replay(ctx, []uint64{seq})
		return err
	}, j.changed, j.Reload)
}
