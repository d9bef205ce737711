package engine

import (
	"os"
	"path/filepath"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/health"
	"dormer/internal/say"
	"dormer/internal/whole"
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
	var failed error // of write, which says itself what went wrong
	err = whole.File(path, "."+filepath.Base(path)+".*", 0o600, func(f *os.File) error {
		failed = write(f)
		return failed
	})
	if err == nil || failed != nil {
		return failed
	}
	return notWritten(path, err)
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
func SaveDiagnostics(path string, docs []health.Document, at time.Time) error {
	return WriteWhole(path, func(f *os.File) error { return doctor.WriteZip(f, docs, at) })
}

func notWritten(path string, err error) error {
	return &say.Error{What: say.T("file.not_written", "path", path), Err: err, Do: say.T("do.write_elsewhere")}
}
