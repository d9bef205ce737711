package records

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"math"
	"os"
	"slices"
	"strconv"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/storage"
)

// Records is what a data directory holds, running or closed.
type Records struct {
	store   *storage.Store
	secrets secret.Store
	given   map[string]string // settings from flags and environment
	givenBy map[string]string
	presets map[string]string // defaults that depend on the machine
	now     func() time.Time
	log     *slog.Logger
	dir     string
	start   func(on bool) error
	folders *Folders
	comma   rune // between the cells of a table

	keyring keyring
	secrecy secrecy
}

// Options are what Records are made of.
type Options struct {
	Store   *storage.Store    // nil where there is no database yet
	Secrets secret.Store      // nil without Store
	Given   map[string]string // settings given by flag or environment: they win
	GivenBy map[string]string // the flags and variables that gave them, and secrets
	Presets map[string]string // defaults that depend on the machine
	Now     func() time.Time
	Log     *slog.Logger
	Dir     string // the data directory
	// Autostart has Dormer start with the computer, or no longer, when that is
	// set. Optional.
	Autostart func(on bool) error
	// Separator stands between the cells of a table; 0 is a comma.
	Separator rune
	// Exists says whether a file is there, and may hang; nil asks the system.
	Exists func(path string) bool
}

// New opens a data directory's records for reading and setting.
func New(o Options) *Records {
	return &Records{
		store: o.Store, secrets: o.Secrets, given: o.Given, givenBy: o.GivenBy, presets: o.Presets, now: o.Now, log: o.Log,
		dir: o.Dir, start: o.Autostart, folders: newFolders(o.Exists), comma: cmp.Or(o.Separator, ','),
	}
}

// Store gives the database; nil where there is none yet.
func (r *Records) Store() *storage.Store { return r.store }

// Secrets gives the store of the secrets; nil without a database.
func (r *Records) Secrets() secret.Store { return r.secrets }

// Dir gives the data directory.
func (r *Records) Dir() string { return r.dir }

// Now gives the present time.
func (r *Records) Now() time.Time { return r.now() }

// Comma stands between the cells of a table in this person's locale.
func (r *Records) Comma() rune { return r.comma }

// Folders gives who asks the folders that files are saved in.
func (r *Records) Folders() *Folders { return r.folders }

// GivenBy gives the flags and variables of the environment that settings come from in
// this run, by the settings' keys.
func (r *Records) GivenBy() map[string]string { return r.givenBy }

// comeMost is how long who asks for events waits for the log's reader.
const comeMost = 2 * time.Second

// Come waits until what is stored now can be found.
func (r *Records) Come(ctx context.Context) {
	if r.store != nil {
		r.store.Come(ctx, comeMost)
	}
}

// Read looks into the store, if there is one.
func (r *Records) Read(fn func(*storage.Tx) error) error {
	if r.store == nil {
		return &say.Error{What: say.T("doctor.running.nothing", "dir", r.dir), Do: say.T("doctor.running.nothing.do")}
	}
	return r.store.View(fn)
}

// How many rows a page has where nobody says, and at most.
const (
	pageRows    = 100
	maxPageRows = 1000
)

func rowsOf(limit int) int { return min(cmp.Or(max(limit, 0), pageRows), maxPageRows) }

// Jobs lists jobs, the last updated first: those that match now, in their present
// order, each as it is when its page is read.
func (r *Records) Jobs(ctx context.Context, f JobFilter) iter.Seq2[JobView, error] {
	return func(yield func(JobView, error) bool) {
		// The reader may be slow, and may ask the store for more: it gets its jobs
		// after the transaction, a page at a time.
		var found storage.FoundJobs
		r.Come(ctx)
		err := r.Read(func(tx *storage.Tx) (err error) {
			found, err = tx.FindJobs(storage.JobSearch{
				Search: f.Search, Limit: cmp.Or(max(f.Limit, 0), math.MaxInt),
				Wanted: func(s hover.JobState) bool { return f.State == "" || s == f.State },
			})
			return err
		})
		if err != nil {
			yield(JobView{}, err)
			return
		}
		for ids := range slices.Chunk(found.IDs, pageRows) {
			views, err := r.JobRows(ctx, ids)
			for _, v := range views {
				if !yield(v, nil) {
					return
				}
			}
			if err != nil {
				yield(JobView{}, err)
				return
			}
		}
	}
}

// JobRows gives the jobs of these ids, in their order.
func (r *Records) JobRows(ctx context.Context, ids []hover.JobID) ([]JobView, error) {
	views := make([]JobView, 0, len(ids))
	err := r.Read(func(tx *storage.Tx) error {
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			j, known, err := tx.Job(id)
			if err != nil {
				return err
			}
			if !known {
				continue
			}
			v, err := r.view(tx, j)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	r.unlessGone(ctx, views)
	return views, err
}

// Job gives one job.
func (r *Records) Job(ctx context.Context, id hover.JobID) (v JobView, err error) {
	r.Come(ctx)
	err = r.Read(func(tx *storage.Tx) error {
		j, ok, err := tx.Job(id)
		if err != nil {
			return err
		}
		if !ok {
			return Unknown(say.T("unknown.job", "id", id))
		}
		v, err = r.view(tx, j)
		return err
	})
	r.unlessGone(ctx, []JobView{v})
	return v, err
}

// Events lists stored events, oldest first.
func (r *Records) Events(ctx context.Context, f EventFilter) iter.Seq2[EventView, error] {
	return func(yield func(EventView, error) bool) {
		// Pages keep the read transaction short: a slow reader must not hold
		// back the reuse of the database's pages.
		const page = 500
		sent := 0
		r.Come(ctx)
		for {
			var views []EventView
			err := r.Read(func(tx *storage.Tx) error {
				q := storage.EventQuery{Job: f.Job, Name: f.Event, After: f.After, Limit: page}
				for e, err := range tx.Events(q) {
					if err != nil {
						return err
					}
					views = append(views, eventView(e))
				}
				return nil
			})
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(EventView{}, err)
				return
			}
			for _, v := range views {
				if !yield(v, nil) {
					return
				}
				if sent++; sent == f.Limit {
					return
				}
				f.After = v.Seq
			}
			if len(views) < page {
				return
			}
		}
	}
}

// Alerts lists the in-app inbox, oldest first.
func (r *Records) Alerts(ctx context.Context) iter.Seq2[AlertView, error] {
	return func(yield func(AlertView, error) bool) {
		var views []AlertView
		err := r.Read(func(tx *storage.Tx) error {
			for a, err := range tx.Alerts(storage.AlertQuery{}) {
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					return err
				}
				views = append(views, alertView(tx, a))
			}
			return nil
		})
		if err != nil {
			yield(AlertView{}, err)
			return
		}
		for _, v := range views {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Backup writes a whole, consistent copy of the database to path.
func (r *Records) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return &say.Error{
			What: say.T("backup.none"), Err: say.Because("backup.exists", "path", path), Do: say.T("backup.none.do"),
		}
	}
	if r.store == nil {
		return r.Read(nil)
	}
	if err := r.store.Backup(ctx, path); err != nil {
		return &say.Error{What: say.T("backup.not_written"), Err: err, Do: say.T("backup.not_written.do")}
	}
	return nil
}

// view draws a job with its files, as they were saved; see unlessGone.
func (r *Records) view(tx *storage.Tx, j job.Job) (JobView, error) {
	now := r.now()
	v := JobView{
		ID: j.ID, Name: j.Name, Address: j.Address.String(), ExternalID: j.ExternalID, State: j.State,
		ETA: At(j.ETA), UpdatedAt: At(j.UpdatedAt), FailureReason: j.FailureReason(), Customer: j.Customer.Name,
		Says: j.Says(now), ViewURL: j.ViewURL, Confirmed: !j.Claimed && !j.Confirmed.IsZero(), Test: j.Test,
		PhotosOnly: j.PhotosOnly(), Unpaid: j.Unpaid(), Archived: j.Archived, CapturedBy: j.CapturedBy, Models: []ModelView{},
	}
	if _, err := tx.Doc(markDocs+j.ID.String(), &v.Marks); err != nil {
		return v, err
	}
	if p, ok := j.Progress(now); ok {
		v.Progress = &p
	}
	rows, err := tx.Files(j.ID)
	if err != nil {
		return v, err
	}
	known := map[hover.ModelID]map[string]storage.File{}
	for _, f := range rows {
		if known[f.Model] == nil {
			known[f.Model] = map[string]storage.File{}
		}
		known[f.Model][f.Key] = f
	}
	for _, s := range j.Structures {
		m := ModelView{ID: s.ID, Name: s.Name, State: s.State, FailureReason: s.FailureReason, Files: []FileView{}}
		for _, a := range offered(s) {
			m.Files = append(m.Files, fileView(s, a, known[s.ID][a.Key()]))
		}
		v.Models = append(v.Models, m)
	}
	return v, nil
}

// offered lists the files that a structure has or will have: those that Hover
// names, and the PDF, which every measured structure gets.
func offered(s job.Structure) []hover.Artifact {
	for _, a := range s.Artifacts {
		if a.Format == hover.FormatPDF {
			return s.Artifacts
		}
	}
	if !hover.MayHave(hover.ParseDeliverable(s.Deliverable), hover.FormatPDF) {
		return s.Artifacts
	}
	return append([]hover.Artifact{{Format: hover.FormatPDF}}, s.Artifacts...)
}

func fileView(s job.Structure, a hover.Artifact, row storage.File) FileView {
	v := FileView{Format: string(a.Format), Part: a.Part, State: FileWaiting}
	switch {
	case row.State == storage.FileUnavailable:
		v.State = FileUnavailable
	case s.State == hover.ModelFailed:
		v.State = FileUnavailable
	case row.State == storage.FileWaiting:
		// Hover was asked and was not ready.
	case s.State == hover.ModelCompleted && a.URL != "":
		v.State = FileReady
	}
	if row.State == storage.FileSaved {
		v.otherwise = v.State
		v.State, v.Path, v.SHA256 = FileSaved, row.Path, row.SHA256
	}
	return v
}

func eventView(e storage.Event) EventView {
	return EventView{
		Seq: e.Seq, ReceivedAt: At(e.ReceivedAt), Event: e.Name, JobID: e.Job, ModelID: e.Model, State: e.State,
		WebhookID: e.Webhook, Verdict: e.Verdict, Duplicate: e.Duplicate, Body: bodyJSON(e.Body),
	}
}

// bodyJSON gives a body as JSON. Only JSON is received, but one row that is not
// must not be the end of a list.
func bodyJSON(body []byte) json.RawMessage {
	if object, ok := hover.Object(body); ok {
		return object
	}
	if json.Valid(body) {
		return body
	}
	quoted, _ := json.Marshal(string(body)) // a string is always JSON
	return quoted
}

func alertView(tx *storage.Tx, a job.Alert) AlertView {
	if _, before := a.Title.Outside(); before && a.Kind == job.StructureDone {
		// A row that was written before it had Failed.
		j, _, err := tx.Job(a.Job)
		a.Failed = err == nil && slices.ContainsFunc(j.Structures, func(s job.Structure) bool {
			return s.ID == a.Model && s.State == hover.ModelFailed
		})
	}
	return AlertView{
		ID: strconv.FormatUint(a.ID, 10), At: At(a.At), Kind: a.Kind, JobID: a.Job, ModelID: a.Model, Paper: string(a.Document),
		Title: a.Title, Body: a.Body, Failed: a.Failed || a.Kind == job.Failed, ShownAt: At(a.ShownAt), ReadAt: At(a.ReadAt),
	}
}

// markDocs begins the keys of the documents that hold marks; the job's id follows.
const markDocs = "mark/"
