// Package view holds what the window shows as plain data: it turns the engine's
// news into view state and carries out what a person asks for, beside the
// window's thread. It knows no widgets, so all of it is tested without a window.
package view

import (
	"context"
	"errors"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// Deps is what every part of the window's state needs.
type Deps struct {
	Desk engine.Desk
	Now  func() time.Time
	// Do runs f on the window's thread, later.
	Do func(f func())
	// Go runs f beside the window's thread. Its context ends with the desktop,
	// which waits for it.
	Go func(f func(ctx context.Context))
	// Tell shows a person that something went wrong, quietly. It may be called
	// from any goroutine.
	Tell func(err error)
	// Say tells a person, as quietly, what is left for them to do. It may be nil.
	Say func(says say.Text)
}

// gone says that nobody waits for an answer any more.
func gone(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.Canceled)
}

// tell shows a person what went wrong, unless nothing did, or nobody waits for it.
func (d Deps) tell(ctx context.Context, err error) {
	if err != nil && !gone(ctx, err) {
		d.Tell(err)
	}
}

// errand does something small beside the window's thread, and tells if it failed.
func (d Deps) errand(does func(ctx context.Context) error) {
	d.Go(func(ctx context.Context) { d.tell(ctx, does(ctx)) })
}

// fetched asks for something beside the window's thread and hands it over on it, or tells why there is nothing.
func fetched[T any](d Deps, ask func(ctx context.Context) (T, error), then func(T)) {
	d.Go(func(ctx context.Context) {
		got, err := ask(ctx)
		d.Do(func() {
			if d.tell(ctx, err); err == nil {
				then(got)
			}
		})
	})
}

// open opens a file or a folder, browse a page in the browser; atHover opens a
// job's page there.
func (d Deps) open(path string) {
	d.errand(func(ctx context.Context) error { return d.Desk.OpenPath(ctx, path) })
}

func (d Deps) browse(url string) {
	d.errand(func(ctx context.Context) error { return d.Desk.OpenURL(ctx, url) })
}

func (d Deps) atHover(id hover.JobID) {
	d.errand(func(ctx context.Context) error { return d.Desk.Act(ctx, engine.ActAtHover, id, "") })
}

// values gives the settings that are in force by their keys, setting one of them.
func (d Deps) values(ctx context.Context) (map[string]string, error) {
	settings, err := d.Desk.Settings(ctx)
	values := make(map[string]string, len(settings))
	for _, s := range settings {
		values[s.Key] = s.Value
	}
	return values, err
}

func (d Deps) setting(ctx context.Context, key string) (string, error) {
	values, err := d.values(ctx)
	return values[key], err
}

// jobsOf gives the jobs of some ids that can be shown, by their ids. An id that is empty is none.
func (d Deps) jobsOf(ctx context.Context, ids []hover.JobID) (map[hover.JobID]engine.JobView, error) {
	jobs := map[hover.JobID]engine.JobView{}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id hover.JobID) bool { return id == "" })
	if len(ids) == 0 {
		return jobs, nil
	}
	rows, err := d.Desk.JobRows(ctx, ids)
	for _, v := range rows {
		jobs[v.ID] = v
	}
	return jobs, err
}

// doings are things that are being done beside the window's thread, each once at a time.
type doings[K comparable] map[K]bool

// do does one of them. changed is called when it begins and when it has ended, and then each of then.
func (b doings[K]) do(d Deps, what K, does func(ctx context.Context) error, changed func(), then ...func()) {
	if b[what] {
		return
	}
	b[what] = true
	changed()
	d.Go(func(ctx context.Context) {
		err := does(ctx)
		d.Do(func() {
			delete(b, what)
			d.tell(ctx, err)
			changed()
			for _, f := range then {
				f()
			}
		})
	})
}

// pdfRef names the PDF of a structure, or of a job as a whole.
type pdfRef struct {
	job   hover.JobID
	model hover.ModelID
}

// openPDF opens a PDF, after it was fetched where none is saved yet.
func (d Deps) openPDF(busy doings[pdfRef], p pdfRef, changed func()) {
	busy.do(d, p, func(ctx context.Context) error { return d.Desk.Act(ctx, engine.ActOpenPDF, p.job, p.model) }, changed)
}
