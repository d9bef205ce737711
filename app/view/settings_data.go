package view

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
)

// ExportFormats are the formats that all data can be written in.
func ExportFormats() []string { return []string{"csv", "json", "har"} }

// ExportName gives the name that is offered for an export's file, BackupName
// that for a backup's.
func (s *Settings) ExportName(format string) string {
	return "dormer-" + s.deps.Now().Format(time.DateOnly) + "." + format
}

// BackupName gives the name that is offered for a backup's file.
func (s *Settings) BackupName() string { return "dormer-" + s.deps.Now().Format(time.DateOnly) + ".db" }

// Export writes the data to a file, without secrets.
func (s *Settings) Export(format, path string) {
	s.carryOut(TaskExport, path, func(ctx context.Context) error {
		return engine.WriteWhole(path, func(f *os.File) error { return s.desk.Export(ctx, format, f) })
	})
}

// Backup writes a copy of the database to a file. One that is there already,
// as the person was asked about, is replaced once the copy is whole.
func (s *Settings) Backup(path string) {
	s.carryOut(TaskBackup, path, func(ctx context.Context) error {
		part := path + ".part"
		if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &say.Error{What: say.T("backup.not_made"), Err: err, Do: say.T("do.another_folder")}
		}
		if err := s.desk.Backup(ctx, part); err != nil {
			return err
		}
		if err := os.Rename(part, path); err != nil {
			return &say.Error{What: say.T("backup.not_made"), Err: errors.Join(err, os.Remove(part)), Do: say.T("do.another_folder")}
		}
		return nil
	})
}

// Compact rewrites the database without what is no longer used in it.
func (s *Settings) Compact() { s.carryOut(TaskCompact, "", s.desk.Compact) }

// carryOut does one thing with all the data. One at a time is enough.
func (s *Settings) carryOut(what TaskKind, path string, do func(ctx context.Context) error) {
	if s.s.Task.Trial.State == TrialRunning {
		return
	}
	s.s.Task = SettingsTask{What: what, Trial: Trial{State: TrialRunning}, Path: path}
	s.show()
	s.task.begin(s.deps, func(ctx context.Context, post func(func())) {
		err := do(ctx)
		post(func() {
			s.s.Task.Trial = tried(err)
			s.show()
		})
	})
}

// CancelTask stops what is being done with the data; nothing of it remains.
func (s *Settings) CancelTask() {
	s.task.end()
	s.s.Task = SettingsTask{}
	s.show()
}

// FetchUpdate saves the newer Dormer, and shows where it is.
func (s *Settings) FetchUpdate() {
	if s.s.Fetching.State == TrialRunning {
		return
	}
	s.s.Fetching = Trial{State: TrialRunning}
	s.show()
	s.fetch.begin(s.deps, func(ctx context.Context, post func(func())) {
		path, err := s.desk.FetchUpdate(ctx)
		if err == nil {
			err = s.desk.OpenPath(ctx, filepath.Dir(path))
		}
		post(func() {
			s.s.Fetching = tried(err)
			s.show()
		})
	})
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
