package view

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"dormer/internal/say"
)

// BackupName gives the name that is offered for a backup's file.
func (s *Settings) BackupName() string { return "dormer-" + s.d.Now().Format(time.DateOnly) + ".db" }

// Export gives an export of all data.
func (s *Settings) Export() *Export { return NewExport(s.d) }

// Backup writes a copy of the database to a file. One that is there already,
// as the person was asked about, is replaced once the copy is whole.
func (s *Settings) Backup(path string) {
	s.carryOut(TaskBackup, path, func(ctx context.Context) error {
		part := path + ".part"
		if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &say.Error{What: say.T("backup.not_made"), Err: err, Do: say.T("do.another_folder")}
		}
		if err := s.d.Desk.Backup(ctx, part); err != nil {
			return err
		}
		if err := os.Rename(part, path); err != nil {
			return &say.Error{What: say.T("backup.not_made"), Err: errors.Join(err, os.Remove(part)), Do: say.T("do.another_folder")}
		}
		return nil
	})
}

// Compact rewrites the database without what is no longer used in it.
func (s *Settings) Compact() { s.carryOut(TaskCompact, "", s.d.Desk.Compact) }

// carryOut does one thing with all the data. One at a time is enough.
func (s *Settings) carryOut(what TaskKind, path string, do func(ctx context.Context) error) {
	if s.s.Task.Trial.State == TrialRunning {
		return
	}
	s.s.Task = SettingsTask{What: what, Path: path}
	s.s.Task.Trial.run(s.d, &s.task, s.changed, do, func(error) { s.Changed() })
}

// CancelTask stops what is being done with the data; nothing of it remains.
func (s *Settings) CancelTask() {
	s.task.end()
	s.s.Task = SettingsTask{}
	s.Changed()
}

// FetchUpdate saves the newer Dormer, and shows where it is.
func (s *Settings) FetchUpdate() {
	if s.s.Fetching.State == TrialRunning {
		return
	}
	s.s.Fetching.run(s.d, &s.fetch, s.changed, func(ctx context.Context) error {
		path, err := s.d.Desk.FetchUpdate(ctx)
		if err != nil {
			return err
		}
		return s.d.Desk.OpenPath(ctx, filepath.Dir(path))
	}, func(error) { s.Changed() })
}

// A Module is a library that this program is built on.
type Module struct{ Path, Version string }

// Modules lists the libraries that this program is built on, as its builder
// wrote them down.
func Modules() []Module {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	list := make([]Module, len(info.Deps))
	for i, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		list[i] = Module{d.Path, d.Version}
	}
	return list
}

// LicencePage is where a library's licence can be read.
func (m Module) LicencePage() string {
	return "https://pkg.go.dev/" + m.Path + "@" + m.Version + "?tab=licenses"
}
