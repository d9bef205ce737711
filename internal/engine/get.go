package engine

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/paperwork"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// giveUpGet is how long `get` goes on asking for a file that is not ready.
const giveUpGet = 2 * time.Minute

// Get downloads files and yields progress. It asks again while Hover is still
// making a file, for two minutes at most, and gives up at the first refusal.
func (e *Engine) Get(ctx context.Context, r GetRequest) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		if err := e.choose(ctx, r); err != nil {
			yield(Progress{}, err)
			return
		}
		e.get(ctx, r)(yield)
	}
}

// get is Get by nobody's choice.
func (e *Engine) get(ctx context.Context, r GetRequest) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		ctx := hoverapi.WithPerson(ctx)
		formats := r.Formats
		if len(formats) == 0 && len(r.Papers) == 0 {
			formats = []hover.Format{hover.FormatPDF}
		}
		comma := e.Comma()
		for _, c := range r.Comma {
			comma = c
		}
		dir := r.Dir
		if dir == "" {
			dir = e.Value(records.KeyDownloadDir)
		}
		d := &download{
			e: e, ctx: ctx, dir: dir, yield: yield, until: e.now().Add(giveUpGet), elsewhere: dir != e.Value(records.KeyDownloadDir),
		}
		found := map[hover.ModelID]bool{}
		for _, id := range r.Jobs {
			j, err := e.knowJob(ctx, id)
			if err != nil {
				d.fail(Progress{Job: id}, err)
				continue
			}
			_, leave := d.e.home(ctx, j, dir) // by its present name, also where nothing is fetched
			leave()
			for _, s := range j.Structures {
				if len(r.Models) > 0 && !slices.Contains(r.Models, s.ID) {
					continue
				}
				found[s.ID] = true
				if len(formats) > 0 {
					d.structure(j, s, formats, len(r.Models) > 0)
				}
			}
			d.papers(id, r.Papers, comma)
			if len(j.Structures) == 0 && len(formats) > 0 {
				d.fail(Progress{Job: id}, say.Because("get.no_structure"))
			}
		}
		for _, m := range r.Models {
			if !found[m] {
				d.fail(Progress{Model: m}, say.Because("get.no_such"))
			}
		}
		d.again()
		var unopened error
		if r.Open && len(d.saved) > 0 {
			if unopened = d.open(); unopened == nil && slices.Contains(formats, hover.FormatPDF) {
				for _, id := range r.Jobs {
					e.acted(ctx, id, "", job.Completed, job.StructureDone)
				}
			}
		}
		if d.stopped {
			return
		}
		if ctx.Err() != nil {
			yield(Progress{}, ctx.Err())
		} else if len(d.failed) == 1 && d.said != nil {
			yield(Progress{}, d.said)
		} else if len(d.failed) > 0 {
			missing := &say.Error{
				What: say.T("get.missing", "n", len(d.failed), "all", len(d.failed)+len(d.saved)),
				Why:  say.T("summary.names", "names", d.failed),
			}
			switch {
			case d.later:
				missing.Do = say.T("get.missing.do")
			case d.said != nil:
				missing.Do = d.said.Do
			}
			yield(Progress{}, missing)
		} else if unopened != nil {
			yield(Progress{}, unopened)
		}
	}
}

// download is one Get under way.
type download struct {
	e       *Engine
	ctx     context.Context
	dir     string
	yield   func(Progress, error) bool
	until   time.Time
	stopped bool // the reader has had enough
	saved   []string
	failed  []say.Text
	said    *say.Error // the last failure that already says what to do
	later   bool       // something that failed may be there later
	waiting []waitingFile
	// elsewhere says that the files go to another folder than the usual one.
	elsewhere bool
}

func (d *download) say(p Progress) {
	if !d.stopped && !d.yield(p, nil) {
		d.stopped = true
	}
}

func (d *download) fail(p Progress, err error) {
	p.Error = say.Of(err)
	if fp, ok := errors.AsType[*fetch.Problem](err); ok && !fp.Says.IsZero() {
		p.Error = fp.Text()
	}
	why := p.Error
	if said, ok := errors.AsType[*say.Error](err); ok && !said.Do.IsZero() {
		d.said = said
		p.Error = said.What
		why = (&say.Error{What: said.What, Why: said.Why, Err: said.Err}).Text()
	}
	what := say.T("get.job", "id", p.Job)
	if p.Model != "" {
		what = say.T("get.structure", "id", p.Model)
	}
	if p.Format != "" {
		what = say.T("get.format_of", "format", p.Format, "what", what)
	}
	d.failed = append(d.failed, say.T("error.what_why", "what", what, "why", why))
	d.say(p)
}

// structure downloads the files of one structure.
// It is named if it was asked for by its id.
func (d *download) structure(j job.Job, s job.Structure, formats []hover.Format, named bool) {
	if s.State == hover.ModelFailed {
		reason := s.Why()
		if reason.IsZero() {
			reason = say.T("structure.no_reason")
		}
		p := Progress{Job: j.ID, Model: s.ID, Error: say.T("structure.failed_why", "structure", s.Title(), "why", reason)}
		if named || j.State != hover.JobCompleted {
			d.fail(p, &say.Error{What: p.Error})
		} else {
			d.say(p) // told, but nothing that was asked for is missing
		}
		return
	}
	if s.State != hover.ModelCompleted && s.State != "" {
		d.later = true
		d.fail(Progress{Job: j.ID, Model: s.ID}, say.New("structure.building", "structure", s.Title()))
		return
	}
	for _, a := range chosen(s, formats) {
		if d.stopped || d.ctx.Err() != nil {
			return
		}
		d.file(j, s, a)
	}
}

// file downloads one file. One that Hover is still making waits until all
// others are here: see again.
func (d *download) file(j job.Job, s job.Structure, a hover.Artifact) {
	p := Progress{Job: j.ID, Model: s.ID, Format: a.Format, Part: a.Part, Total: -1}
	if row, ok := d.e.onDisk(d.ctx, j, s.ID, a, d.dir); ok {
		p.Path, p.SHA256, p.Done, p.Total = row.Path, row.SHA256, row.Size, row.Size
		d.saved = append(d.saved, row.Path)
		d.say(p)
		return
	}
	f := waitingFile{job: j, model: s.ID, artifact: a, progress: p, tries: 1}
	if due, err := d.attempt(&f); err != nil {
		if f.due = due; due.IsZero() {
			d.fail(f.progress, err)
		} else {
			d.waiting = append(d.waiting, f)
		}
	}
}

// waitingFile is a file that Hover was still making.
type waitingFile struct {
	job      job.Job
	model    hover.ModelID
	artifact hover.Artifact
	progress Progress
	tries    int
	due      time.Time
}

// again asks for the files that were not ready, each in its time, until all are
// here or the time is up.
func (d *download) again() {
	for len(d.waiting) > 0 && !d.stopped {
		slices.SortStableFunc(d.waiting, func(a, b waitingFile) int { return a.due.Compare(b.due) })
		f := d.waiting[0]
		d.waiting = d.waiting[1:]
		select {
		case <-d.ctx.Done():
			return
		case <-time.After(f.due.Sub(d.e.now())):
		}
		f.tries++
		due, err := d.attempt(&f)
		switch {
		case err == nil:
		case due.IsZero():
			d.fail(f.progress, err)
		default:
			f.due = due
			d.waiting = append(d.waiting, f)
		}
	}
}

// attempt tries to save a file. After an error that may pass, due is when to try
// again; zero means that there is no use, or no time.
func (d *download) attempt(f *waitingFile) (due time.Time, err error) {
	p := &f.progress
	file, err := d.e.save(d.ctx, f.job, f.model, f.artifact, d.dir, func(done, total int64) {
		p.Done, p.Total = done, total
		d.say(*p)
	})
	if err != nil {
		problem, _ := errors.AsType[*fetch.Problem](err)
		switch {
		case d.stopped || problem == nil || problem.Permanent:
			return time.Time{}, err
		case problem.Refused():
			return time.Time{}, d.refused(f, problem)
		case problem.Person:
			return time.Time{}, hoverapi.Asking(say.T("file.not_fetched"), err, say.Text{})
		case problem.NeedsPerson():
			return time.Time{}, err
		}
		d.later = true
		wait, _ := fetch.Backoff(f.tries)
		if due = d.e.now().Add(max(wait, problem.RetryAfter)); due.After(d.until) {
			return time.Time{}, err
		}
		return due, err
	}
	p.Path, p.SHA256, p.Done, p.Total = file.Path, file.SHA256, file.Size, file.Size
	d.saved = append(d.saved, file.Path)
	row := d.e.savedRow(f.job, f.model, f.artifact, file)
	d.list(row)
	d.e.watchers.changed()
	d.say(*p)
	return time.Time{}, nil
}

// list writes down that a file is saved. A copy for another folder does not take
// the place of the one that the alert's button opens.
func (d *download) list(row storage.File) {
	var usual storage.File
	err := d.e.store.View(func(tx *storage.Tx) (err error) {
		usual, _, err = tx.File(row.Job, row.Model, row.Key)
		return err
	})
	if err == nil && d.elsewhere && usual.State == storage.FileSaved {
		if there, ok := d.e.folders.Has(d.ctx, usual.Path); there || !ok {
			return
		}
	}
	var copied []hover.Format
	if !d.elsewhere {
		copied = d.e.copiedFormats()
	}
	if err == nil {
		err = d.e.store.Update(context.WithoutCancel(d.ctx), func(tx *storage.Tx) error {
			return errors.Join(tx.PutFile(row), queueCopy(tx, row, copied, d.e.now()))
		})
	}
	if err != nil {
		d.e.log.Error("a saved file could not be listed", "error", err)
	}
	kick(d.e.workKick) // its copy
}

// refused notes that Hover itself refuses a file, and gives the error of it: for
// now, or for good if it has said so an hour ago.
func (d *download) refused(f *waitingFile, p *fetch.Problem) error {
	final := false
	err := d.e.store.Update(context.WithoutCancel(d.ctx), func(tx *storage.Tx) error {
		row, known, err := tx.File(f.job.ID, f.model, f.artifact.Key())
		if err != nil {
			return err
		}
		if !known {
			row = storage.File{Job: f.job.ID, Model: f.model, Key: f.artifact.Key()}
		}
		final = weigh(&row, p, time.Time{}, d.e.hoversNow())
		if row.State != storage.FileSaved {
			row.State, row.Reason = storage.FileWaiting, p.Text().String()
			if final {
				row.State = storage.FileUnavailable
			}
		}
		return tx.PutFile(row)
	})
	if err != nil {
		d.e.log.Error("a refusal could not be written down", "error", err)
	}
	d.e.watchers.changed()
	if final {
		return p
	}
	return &say.Error{What: say.T("file.refused"), Why: p.Says, Do: say.T("file.refused.do"), Err: p}
}

// open opens the one file that was saved, or the folder of several.
func (d *download) open() error {
	path := d.saved[0]
	if len(d.saved) > 1 {
		path = filepath.Dir(path)
	}
	return d.e.OpenPath(d.ctx, path)
}

// papers saves the papers of a job in some formats: what is known of them, brought up to
// date where Hover can be asked. Inspections that its reply names are asked for, too, and
// its latest checklist.
func (d *download) papers(id hover.JobID, formats []PaperFormat, comma rune) {
	kinds := map[storage.PaperKind]bool{}
	for _, f := range formats {
		kind, _ := f.Of()
		kinds[kind] = true
	}
	list, err := d.e.freshPapers(d.ctx, id, kinds)
	if err != nil {
		d.fail(Progress{Job: id}, err)
		return
	}
	for _, f := range formats {
		kind, _ := f.Of()
		found := false
		for _, p := range list {
			if p.paper.Kind != kind || d.stopped {
				continue
			}
			found = true
			step := Progress{Job: id, Format: hover.Format(f), Part: p.paper.ID, Total: -1}
			if p.paper.Sum == "" {
				d.later = true
				d.fail(step, p.err)
				continue
			}
			row, err := d.e.keptPaper(d.ctx, p.paper, f, d.dir, comma)
			if err != nil {
				d.fail(step, err)
				continue
			}
			step.Path, step.SHA256, step.Done, step.Total = row.Path, row.SHA256, row.Size, row.Size
			d.saved = append(d.saved, row.Path)
			d.say(step)
		}
		if !found && kind == paperwork.Materials {
			d.fail(Progress{Job: id, Format: hover.Format(f)},
				&say.Error{What: say.T("paper.no_materials"), Do: say.T("paper.no_materials.do")})
		} else if !found {
			d.fail(Progress{Job: id, Format: hover.Format(f)},
				&say.Error{What: say.T("paper.no_checklist"), Do: say.T("paper.no_checklist.do")})
		}
	}
}

// chosenDocs begins the keys under which the structures are kept that a person chose
// last, by job.
const chosenDocs = "chosen/"

// choose keeps which structures of a job a person has asked for the PDFs of.
func (e *Engine) choose(ctx context.Context, r GetRequest) error {
	models := r.Chosen
	if len(models) == 0 {
		models = r.Models
	}
	if len(models) == 0 || len(r.Jobs) != 1 || len(r.Formats) > 0 && !slices.Contains(r.Formats, hover.FormatPDF) {
		return nil
	}
	key, known := chosenDocs+string(r.Jobs[0]), []hover.ModelID(nil)
	err := e.store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(key, &known)
		return err
	})
	if err != nil || slices.Equal(known, models) {
		return err
	}
	return e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(key, models) })
}
