package view

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/engine"
)

// Export writes all data to a file, without secrets: whole or not at all. All
// methods are called on the window's thread and return at once.
type Export struct {
	// Changed is called on the window's thread after the state has changed.
	Changed func()

	d     Deps
	state ExportState
	work  attempt
}

// ExportState is how far the last export is.
type ExportState struct {
	Running bool
	Bytes   int64  // written so far
	Path    string // of the file, once it is whole
	Failed  error
}

// ExportFormats are the formats that all data can be written in.
func ExportFormats() []string { return []string{"csv", "json", "har"} }

// NewExport gives an export that has not begun.
func NewExport(d Deps) *Export { return &Export{Changed: func() {}, d: d} }

// State gives how far it is.
func (x *Export) State() ExportState { return x.state }

// Name proposes a file's name.
func (x *Export) Name(format string) string {
	return "dormer-" + x.d.Now().Format(time.DateOnly) + "." + format
}

// To writes the file. One at a time is enough.
func (x *Export) To(format, path string) {
	if x.state.Running {
		return
	}
	if filepath.Ext(path) == "" {
		path += "." + format
	}
	x.set(ExportState{Running: true})
	x.work.begin(x.d, func(ctx context.Context, post func(func())) {
		told := x.d.Now()
		err := engine.WriteWhole(path, func(f *os.File) error {
			return x.d.Desk.Export(ctx, format, &counted{to: f, wrote: func(all int64) {
				if now := x.d.Now(); now.Sub(told) >= redraw {
					told = now
					post(func() { x.set(ExportState{Running: true, Bytes: all}) })
				}
			}})
		})
		post(func() {
			if err != nil {
				x.set(ExportState{Failed: err})
			} else {
				x.set(ExportState{Bytes: x.state.Bytes, Path: path})
			}
		})
	})
}

// Cancel ends an export; nothing is left of its file. Of one that has ended it
// forgets the outcome.
func (x *Export) Cancel() {
	x.work.end()
	x.set(ExportState{})
}

// OpenFolder shows the folder of the exported file.
func (x *Export) OpenFolder() { x.d.open(filepath.Dir(x.state.Path)) }

func (x *Export) set(s ExportState) {
	x.state = s
	x.Changed()
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
