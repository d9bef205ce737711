package engine

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/doctor"
)

// WriteWhole writes a file that a person named, whole or not at all: it has its
// name only once it is on disk. It may hold what customers told, so it is for
// this user alone.
func WriteWhole(path string, write func(f *os.File) error) (err error) {
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

// SaveDiagnostics writes the diagnostics that Diagnostics gave to a zip file.
func SaveDiagnostics(path string, docs []Document, at time.Time) error {
	return WriteWhole(path, func(f *os.File) error { return doctor.WriteZip(f, docs, at) })
}

func notWritten(path string, err error) error {
	return &Error{What: path + " could not be written", Why: err, Do: "Write it somewhere else."}
}
