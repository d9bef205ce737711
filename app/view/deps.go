// Package view holds what the window shows as plain data: it turns the engine's
// news into view state and carries out what a person asks for, beside the
// window's thread. It knows no widgets, so all of it is tested without a window.
package view

import (
	"context"
	"errors"
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

// setting gives the value that is in force.
func (d Deps) setting(ctx context.Context, key string) (string, error) {
	settings, err := d.Desk.Settings(ctx)
	for _, s := range settings {
		if s.Key == key {
			return s.Value, err
		}
	}
	return "", err
}

// openings are the PDFs that are being opened, after they were fetched where none
// is saved yet: each once at a time.
type openings map[pdfRef]bool

// pdfRef names that of a structure, or of a job as a whole.
type pdfRef struct {
	job   hover.JobID
	model hover.ModelID
}

// open opens a PDF. changed is called when it begins and when it has ended.
func (o openings) open(d Deps, p pdfRef, changed func()) {
	if o[p] {
		return
	}
	o[p] = true
	changed()
	d.Go(func(ctx context.Context) {
		err := d.Desk.Act(ctx, engine.ActOpenPDF, p.job, p.model)
		d.Do(func() {
			delete(o, p)
			d.tell(ctx, err)
			changed()
		})
	})
}
