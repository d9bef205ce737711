package view

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/engine"
)

// ExportState is how far the last export is.
type ExportState struct {
	Running bool
	Bytes   int64  // written so far
	Path    string // of the file, once it is whole
	Failed  error
}

// ExportName proposes a file's name.
func (a *Activity) ExportName(format string) string {
	return "dormer-" + a.d.Now().Format(time.DateOnly) + "." + format
}

// ExportTo writes all stored events to a file, whole or not at all.
func (a *Activity) ExportTo(format, path string) {
	if a.export.Running {
		return
	}
	if filepath.Ext(path) == "" {
		path += "." + format
	}
	a.export = ExportState{Running: true}
	a.Changed()
	a.exports.begin(a.d, func(ctx context.Context, post func(func())) {
		told := a.d.Now()
		err := engine.WriteWhole(path, func(f *os.File) error {
			return a.desk.Export(ctx, format, &counted{to: f, wrote: func(all int64) {
				if now := a.d.Now(); now.Sub(told) >= redraw {
					told = now
					post(func() {
						a.export.Bytes = all
						a.Changed()
					})
				}
			}})
		})
		post(func() {
			a.export = ExportState{Bytes: a.export.Bytes, Path: path}
			if err != nil {
				a.export = ExportState{Failed: err}
			}
			a.Changed()
		})
	})
}

// CancelExport ends an export; nothing is left of its file. Of one that has
// ended it forgets the outcome.
func (a *Activity) CancelExport() {
	a.exports.end()
	a.export = ExportState{}
	a.Changed()
}

// OpenExport shows the folder of the exported file.
func (a *Activity) OpenExport() {
	folder := filepath.Dir(a.export.Path)
	a.d.Go(func(ctx context.Context) {
		if err := a.desk.OpenPath(ctx, folder); err != nil && ctx.Err() == nil {
			a.d.Tell(err)
		}
	})
}

// counted counts what is written.
type counted struct {
	to    io.Writer
	all   int64
	wrote func(all int64)
}

// Write hands p on.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.all += int64(n)
	c.wrote(c.all)
	return n, err
}
