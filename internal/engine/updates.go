package engine

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"

	"dormer/internal/say"
	"dormer/internal/update"
	"dormer/storage"
)

// Updater knows what newer Dormers there are. What it gives is signed; see package
// update.
type Updater interface {
	Check(ctx context.Context, known update.Known) (update.Feed, update.Known, error)
	Fetch(ctx context.Context, f update.File, dir string) (path string, err error)
}

// docUpdates is what was last heard of updates.
const docUpdates = "updates"

// heard is what is kept of it. A feed that was refused leaves all but the first
// two as they were.
type heard struct {
	AskedAt time.Time `json:"asked_at"`
	Refused say.Text  `json:"refused"` // why the last answer was not taken; zero if it was
	TakenAt time.Time `json:"taken_at"`

	Known update.Known `json:"known"`
	Feed  update.Feed  `json:"feed"`
}

const (
	updatesEvery = 24 * time.Hour // how often is asked whether there is a newer Dormer
	updatesRetry = time.Hour      // where the last one was not answered
	updatesLook  = 10 * time.Minute
)

// runUpdates asks once a day whether there is a newer Dormer, while a person wants
// that.
func (e *Engine) runUpdates(ctx context.Context) {
	if e.o.Updates == nil {
		return
	}
	t := time.NewTicker(updatesLook)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if e.Value(KeyUpdates) == "true" {
			e.askUpdates(ctx)
		}
	}
}

// askUpdates asks, if it is time.
func (e *Engine) askUpdates(ctx context.Context) {
	was, err := e.heardOfUpdates()
	if err != nil {
		return // the store is broken, which has a lamp of its own
	}
	now, every := e.now(), updatesEvery
	if !was.Refused.IsZero() {
		every = updatesRetry
	}
	if since := now.Sub(was.AskedAt); since >= 0 && since < every { // a clock that was set back is no reason to wait
		return
	}
	is := was
	is.AskedAt, is.Refused = now, say.Text{}
	feed, known, err := e.o.Updates.Check(ctx, was.Known)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		is.Refused = whyRefused(err)
		e.log.Warn("whether there is a newer Dormer could not be found out", "error", err)
	default:
		is.Feed, is.Known, is.TakenAt = feed, known, now
		if update.Newer(feed.Version, e.o.Version) && feed.Version != was.Feed.Version {
			e.log.Info("there is a newer Dormer", "version", feed.Version, "page", feed.Page)
		}
	}
	if e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docUpdates, is) }) == nil {
		e.watchers.changed()
	}
}

// whyRefused puts into words why an answer was not taken.
func whyRefused(err error) say.Text {
	var r *update.Refused
	if errors.As(err, &r) {
		return r.Say()
	}
	return say.Of(err)
}

// heardOfUpdates gives what was last heard.
func (r *Records) heardOfUpdates() (h heard, err error) {
	err = r.read(func(tx *storage.Tx) error {
		_, err := tx.Doc(docUpdates, &h)
		return err
	})
	return h, err
}

// newer tells of a newer Dormer than the one of this version; the zero value if
// none is known, or nobody wants to know.
func (r *Records) newer(version string) (u UpdateStatus) {
	if r.Value(KeyUpdates) != "true" {
		return u
	}
	h, err := r.heardOfUpdates()
	if err != nil || !update.Newer(h.Feed.Version, version) {
		return u
	}
	u = UpdateStatus{Version: h.Feed.Version, Page: h.Feed.Page, Says: say.T("update.there", "version", h.Feed.Version, "own", version)}
	file, ok := h.Feed.For(runtime.GOOS, runtime.GOARCH)
	self, _ := os.Executable() // unknown is as good as one's own
	switch {
	case update.Managed(runtime.GOOS, self):
		u.Do = say.T("update.there.managed")
	case ok:
		u.File, u.Do = file.Name, say.T("update.there.do", "page", u.Page)
	default:
		u.Do = say.T("update.there.do", "page", u.Page)
	}
	return u
}

// FetchUpdate implements [Desk].
func (e *Engine) FetchUpdate(ctx context.Context) (path string, err error) {
	u := e.newer(e.o.Version)
	if e.o.Updates == nil || u.File == "" {
		return "", &say.Error{What: say.T("update.none")}
	}
	h, err := e.heardOfUpdates()
	if err != nil {
		return "", err
	}
	file, ok := h.Feed.For(runtime.GOOS, runtime.GOARCH)
	if !ok {
		return "", &say.Error{What: say.T("update.none")}
	}
	if path, err = e.o.Updates.Fetch(ctx, file, e.o.UpdatesDir); err != nil {
		return "", &say.Error{What: say.T("update.not_fetched", "file", file.Name), Why: whyRefused(err), Err: err, Do: say.T("update.not_fetched.do", "page", u.Page)}
	}
	return path, nil
}

// lookUpdates is the doctor's look at it.
func (r *Records) lookUpdates(context.Context) []Finding {
	if r.Value(KeyUpdates) != "true" {
		return found("updates", Green, say.T("doctor.updates.off"), say.Text{})
	}
	h, err := r.heardOfUpdates()
	u := r.newer(r.around.Version)
	switch {
	case err != nil:
		return found("updates", Amber, say.Of(err), say.Text{})
	case !h.Refused.IsZero():
		return found("updates", Amber, say.T("doctor.updates.refused", "why", h.Refused), say.T("doctor.updates.refused.do"))
	case u.Version != "":
		return found("updates", Amber, u.Says, u.Do)
	case h.TakenAt.IsZero():
		return found("updates", Green, say.T("doctor.updates.not_yet"), say.Text{})
	case !r.now().Before(h.Known.Expires):
		return found("updates", Amber, say.T("doctor.updates.refused", "why", say.T("update.stale")), say.T("doctor.updates.refused.do"))
	}
	return found("updates", Green, say.T("doctor.updates.good", "version", r.around.Version, "at", h.TakenAt), say.Text{})
}
