package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/tell"
	"dormer/storage"
)

// save fetches one file of a job into dir.
func (e *Engine) save(
	ctx context.Context, j job.Job, model hover.ModelID, a hover.Artifact, dir string, progress func(done, total int64),
) (fetch.File, error) {
	ordered := ordered(j, model)
	link := a.URL
	if link == "" && hover.MayHave(ordered, a.Format) {
		link = e.o.API.ArtifactURL(model, a.Format)
	}
	if a.Format == hover.FormatJSON && link != "" {
		link = hover.Versioned(link, a, ordered)
	}
	if link == "" {
		return fetch.File{}, &fetch.Problem{Permanent: true, Says: say.T("file.no_such")}
	}
	if !e.folders.Answer(ctx, dir) {
		return fetch.File{}, records.NotWrittenThere(dir)
	}
	f, err := e.beside(ctx, func(progress func(done, total int64)) (fetch.File, error) {
		home, leave := e.home(ctx, j, dir)
		defer leave()
		return fetch.Save(ctx, e.o.API, fetch.Request{
			URL: link, Format: a.Format, Dir: home, Name: fetch.Names(j)(model, a), Owner: e.owner, Progress: progress,
		})
	}, progress)
	if p, ok := errors.AsType[*fetch.Problem](err); ok && needsSignIn(err) {
		p.Person = true
	}
	return f, err
}

// needsSignIn says that Hover cannot be asked before a person has signed in, or
// has mended what the sign-in is made with.
func needsSignIn(err error) bool {
	switch hoverapi.KindOf(err) {
	case hoverapi.NotSignedIn, hoverapi.SignInAgain, hoverapi.BadClient, hoverapi.NotSaved:
		return true
	}
	return false
}

// ordered gives what was ordered of a job's structure.
func ordered(j job.Job, model hover.ModelID) hover.DeliverableID {
	for _, s := range j.Structures {
		if s.ID == model {
			return hover.ParseDeliverable(s.Deliverable)
		}
	}
	return ""
}

// present finds a job and the present link of an artifact: links may have
// changed since the work was queued.
func (e *Engine) present(want wantedFile) (j job.Job, a hover.Artifact, ok bool, err error) {
	a = want.Artifact
	err = e.store.View(func(tx *storage.Tx) error {
		j, ok, err = tx.Job(want.Job)
		return err
	})
	for _, s := range j.Structures {
		if s.ID != want.Model {
			continue
		}
		for _, now := range s.Artifacts {
			if now.Key() == a.Key() {
				a = now
			}
		}
	}
	return j, a, ok, err
}

// fetchQueued fetches one queued file and writes down how that ended.
func (e *Engine) fetchQueued(ctx context.Context, w storage.Work) {
	var want wantedFile
	if err := json.Unmarshal(w.Payload, &want); err != nil {
		e.settleFile(ctx, w, storage.File{}, &fetch.Problem{Permanent: true, Says: say.T("work.not_read"), Err: err})
		return
	}
	row := storage.File{Job: want.Job, Model: want.Model, Key: want.Artifact.Key()}
	j, a, known, err := e.present(want)
	if err == nil && !known {
		err = &fetch.Problem{Permanent: true, Says: say.T("job.not_known")}
	}
	if err == nil && slices.ContainsFunc(j.Structures, func(s job.Structure) bool {
		return s.ID == want.Model && s.State == hover.ModelFailed && !s.Claimed
	}) {
		err = &fetch.Problem{Permanent: true, Says: say.T("structure.failed")}
	}
	if err != nil {
		e.settleFile(ctx, w, row, err)
		return
	}
	dir := e.Value(records.KeyDownloadDir)
	if here, ok := e.onDisk(ctx, j, want.Model, a, dir); ok {
		e.settleFile(ctx, w, here, nil)
		return
	}
	f, err := e.save(ctx, j, want.Model, a, dir, nil)
	if ctx.Err() != nil {
		return // it stays in the queue
	}
	if err == nil {
		row = e.savedRow(j, want.Model, a, f)
		e.log.Info("saved "+f.Path, "job", j.ID, "bytes", f.Size)
	}
	e.settleFile(ctx, w, row, err)
}

// savedRow is what is written down of a file that was saved.
func (e *Engine) savedRow(j job.Job, model hover.ModelID, a hover.Artifact, f fetch.File) storage.File {
	return storage.File{
		Job: j.ID, Model: model, Key: a.Key(), State: storage.FileSaved, Path: f.Path, SHA256: f.SHA256, Size: f.Size,
		SavedAt: e.now(), Version: j.Version,
	}
}

// How long it lasts until what Hover itself answers is its last word: that it
// refuses a file, and that it has none.
const (
	refusedAfter = time.Hour
	goneAfter    = 24 * time.Hour
)

// weigh notes in a file's row what Hover itself has answered, and says whether
// that is its last word. What somebody on the way says, or nobody, is none of
// Hover's; what it said before begun is forgotten.
func weigh(row *storage.File, p *fetch.Problem, begun, now time.Time) (final bool) {
	switch {
	case p == nil || p.Permanent:
		return p != nil
	case !p.Own:
		return false
	case !p.Refused() && !p.Missing():
		row.Refusal, row.RefusedAt = 0, time.Time{}
		return false
	}
	again := row.Refusal != 0 && p.Missing() == (row.Refusal == http.StatusNotFound)
	if !again || row.RefusedAt.Before(begun) && begun.Before(now) || row.RefusedAt.After(now) {
		row.RefusedAt = now
	}
	row.Refusal = p.Status
	lasted := now.Sub(row.RefusedAt)
	return p.Refused() && lasted >= refusedAfter || p.Missing() && lasted >= goneAfter
}

// settleFile writes down how a fetch ended: saved, refused for good, or to be
// tried again.
func (e *Engine) settleFile(ctx context.Context, w storage.Work, row storage.File, err error) {
	p, _ := errors.AsType[*fetch.Problem](err)
	copied, told := e.copiedFormats(), e.toldFormats()
	wait, again := fetch.Backoff(w.Attempts + 1)
	stale := false
	if p != nil {
		wait = max(wait, p.RetryAfter)
		if p.Person && !again { // it goes on when a person has done something, whenever that is
			wait, again = time.Hour, true
		}
		if p.Disk {
			e.space.Look()
		}
		stale = !p.Own && p.Status >= 400 && p.Status < 500 && e.linkOfStorage(w)
		e.log.Info("a file is not here yet", "job", row.Job, "model", row.Model, "file", row.Key, "attempt", w.Attempts+1,
			"says", p.Text().String(), "status", p.Status, "by_hover", p.Own)
	}
	uerr := e.store.Update(ctx, func(tx *storage.Tx) error {
		final, next := false, row
		if err != nil {
			old, known, rerr := tx.File(row.Job, row.Model, row.Key)
			if rerr != nil {
				return rerr
			}
			if known {
				next = old // what is here stays listed until the new one has come
			}
			if final = weigh(&next, p, w.Since, e.hoversNow()); final {
				next = row
				next.State, next.Reason = storage.FileUnavailable, p.Text().String()
			} else {
				next.Stuck = p != nil && p.NeedsPerson()
				if next.State != storage.FileSaved {
					next.State, next.Reason = storage.FileWaiting, short(errText(p, err))
				}
			}
		}
		if next.Job != "" {
			if err := tx.PutFile(next); err != nil {
				return err
			}
		}
		if err == nil {
			if err := queueCopy(tx, next, copied, e.now()); err != nil {
				return err
			}
			if err := queueFileNews(tx, w, next, told, e.now()); err != nil {
				return err
			}
		}
		if stale { // a new one comes with the job
			if err := tx.Enqueue(storage.Work{Kind: workRefresh, Key: string(row.Job)}); err != nil {
				return err
			}
		}
		switch {
		case err == nil || final:
			return tx.Finish(w)
		case !again:
			return tx.Bury(w, short(err))
		}
		return tx.Retry(w, e.now().Add(wait), short(err))
	})
	e.stored(uerr)
	if uerr != nil {
		e.log.Error("the end of a download could not be written down", "error", uerr)
	}
}

// queueFileNews queues the alert that a file was saved, if a person asked to be told of
// its format: once for each end of its job.
func queueFileNews(tx *storage.Tx, w storage.Work, row storage.File, formats []hover.Format, now time.Time) error {
	format, _, _ := strings.Cut(row.Key, "/")
	if w.Kind != workFile || !slices.Contains(formats, hover.Format(format)) {
		return nil
	}
	j, _, err := tx.Job(row.Job)
	if err != nil {
		return err
	}
	return tell.QueueOnce(tx, tell.News{Confirmed: now, Happening: job.Happening{
		Key: fmt.Sprintf("file/%s/%s/%s/%d", row.Job, row.Model, row.Key, j.Generation), Outcome: job.File,
		Job: row.Job, Model: row.Model, State: format, At: now,
	}})
}

// linkOfStorage says that the link of a queued file leads to storage without
// asking Hover: it ends some days after Hover has given it.
func (e *Engine) linkOfStorage(w storage.Work) bool {
	var want wantedFile
	if json.Unmarshal(w.Payload, &want) != nil {
		return false
	}
	_, a, known, err := e.present(want)
	return err == nil && known && a.URL != "" && !e.o.API.OwnLink(a.URL)
}

func errText(p *fetch.Problem, err error) error {
	if p != nil && !p.Says.IsZero() {
		return &say.Error{What: p.Text()}
	}
	return err
}

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

// onDisk finds a file that was saved below dir since the job last changed.
func (e *Engine) onDisk(
	ctx context.Context, j job.Job, model hover.ModelID, a hover.Artifact, dir string,
) (row storage.File, ok bool) {
	err := e.store.View(func(tx *storage.Tx) (err error) {
		row, ok, err = tx.File(j.ID, model, a.Key())
		return err
	})
	if err != nil || !ok || row.State != storage.FileSaved || !row.Version.Equal(j.Version) || j.Version.IsZero() {
		return row, false
	}
	folder := filepath.Dir(row.Path)
	if filepath.Dir(folder) != dir || !fetch.FolderOf(j, folder) {
		return row, false
	}
	there, _ := e.folders.Has(ctx, row.Path)
	return row, there
}

// open opens the one file that was saved, or the folder of several.
func (d *download) open() error {
	path := d.saved[0]
	if len(d.saved) > 1 {
		path = filepath.Dir(path)
	}
	return d.e.OpenPath(d.ctx, path)
}
