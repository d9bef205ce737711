package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
