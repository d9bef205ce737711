package engine

import (
	"context"
	"errors"
	"runtime"
	"time"

	"dormer/internal/records"
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
		if e.Value(records.KeyUpdates) == "true" {
			e.askUpdates(ctx)
		}
	}
}

// askUpdates asks, if it is time.
func (e *Engine) askUpdates(ctx context.Context) {
	was, err := e.HeardOfUpdates()
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
	if e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(records.DocUpdates, is) }) == nil {
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

// FetchUpdate implements [Desk].
func (e *Engine) FetchUpdate(ctx context.Context) (path string, err error) {
	u := e.Newer(e.o.Version)
	if e.o.Updates == nil || u.File == "" {
		return "", &say.Error{What: say.T("update.none")}
	}
	h, err := e.HeardOfUpdates()
	if err != nil {
		return "", err
	}
	file, ok := h.Feed.For(runtime.GOOS, runtime.GOARCH)
	if !ok {
		return "", &say.Error{What: say.T("update.none")}
	}
	if path, err = e.o.Updates.Fetch(ctx, file, e.o.UpdatesDir); err != nil {
		return "", &say.Error{
			What: say.T("update.not_fetched", "file", file.Name), Why: whyRefused(err), Err: err,
			Do: say.T("update.not_fetched.do", "page", u.Page),
		}
	}
	return path, nil
}
