package engine

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/say"
)

// WriteWhole writes a file that a person named, whole or not at all: it has its
// name only once it is on disk. It may hold what customers told, so it is for
// this user alone. A link stays one: what it leads to is written. What is no file,
// such as /dev/null or a pipe, is written to and stays what it is.
func WriteWhole(path string, write func(f *os.File) error) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if i, err := os.Stat(path); err == nil && !i.Mode().IsRegular() && !i.IsDir() {
		return writeThrough(path, write)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return notWritten(path, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // closed already, as a rule
			_ = os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return notWritten(path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return notWritten(path, err)
	}
	return nil
}

func writeThrough(path string, write func(f *os.File) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return notWritten(path, err)
	}
	if err := write(f); err != nil {
		_ = f.Close() // what failed first is told
		return err
	}
	if err := f.Close(); err != nil {
		return notWritten(path, err)
	}
	return nil
}

// SaveDiagnostics writes the diagnostics that Diagnostics gave to a zip file.
func SaveDiagnostics(path string, docs []Document, at time.Time) error {
	return WriteWhole(path, func(f *os.File) error { return doctor.WriteZip(f, docs, at) })
}

func notWritten(path string, err error) error {
	return &say.Error{What: say.T("file.not_written", "path", path), Err: err, Do: say.T("do.write_elsewhere")}
}
