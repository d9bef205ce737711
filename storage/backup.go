package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Backup writes a consistent copy of the store to path, while the store goes on
// working. The copy is whole or absent: a file that was there before is replaced
// only by a finished one. Only its owner can read it. A path that does not answer,
// as on a network drive that is gone, holds up neither the store, not even its
// Close, nor the caller for longer than its context.
func (s *Store) Backup(ctx context.Context, path string) error {
	ended := make(chan error, 1)
	go func() { ended <- s.backup(ctx, path) }() // ends with its context, or when the path answers
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		timer := time.NewTimer(backupLeaves)
		defer timer.Stop()
		select {
		case err = <-ended:
		case <-timer.C:
			err = ctx.Err()
		}
	}
	if err != nil {
		return fmt.Errorf("storage: back up: %w", err)
	}
	return nil
}

// backupLeaves is how long a backup that is stopped may take to clear away what it
// has written.
const backupLeaves = 500 * time.Millisecond

func (s *Store) backup(ctx context.Context, path string) error {
	if here, err := os.Stat(path); err == nil {
		if mine, err := os.Stat(s.path); err == nil && os.SameFile(here, mine) {
			return fmt.Errorf("%s is the database itself", path)
		}
	}
	straight := func(w io.Writer) error { return s.copyInto(ctx, w) }
	if rel, err := filepath.Rel(filepath.Dir(s.path), path); err == nil && filepath.IsLocal(rel) {
		return writeCopy(path, straight) // on the store's own disk
	}
	beside, done, err := s.copyBeside(ctx)
	switch {
	case err == nil:
		defer done()
		return writeCopy(path, func(w io.Writer) error {
			_, err := io.Copy(&stoppable{ctx, w}, beside)
			return err
		})
	case ctx.Err() != nil, errors.Is(err, ErrDamaged), errors.Is(err, ErrClosed):
		return err
	}
	s.o.Log.Warn("there is no room for a copy beside the database", "error", err)
	return writeCopy(path, straight)
}

// copyInto writes a consistent copy, within one transaction.
func (s *Store) copyInto(ctx context.Context, w io.Writer) error {
	return s.View(func(tx *Tx) error {
		_, err := tx.b.WriteTo(&stoppable{ctx, w})
		if err != nil && ctx.Err() != nil {
			return ctx.Err() // which bbolt's error does not wrap
		}
		return err
	})
}

// copyBeside makes a copy on the store's own disk, ready to be read: no transaction
// may last for as long as another disk pleases. The caller calls done.
func (s *Store) copyBeside(ctx context.Context) (f *os.File, done func(), err error) {
	dir, name := filepath.Dir(s.path), filepath.Base(s.path)+".copy-"
	old, _ := os.ReadDir(dir) // what a crash has left, where an open file has to have a name
	for _, e := range old {
		if strings.HasPrefix(e.Name(), name) {
			_ = os.Remove(filepath.Join(dir, e.Name())) // it fails for one that is in use
		}
	}
	if f, err = os.CreateTemp(dir, name+"*"); err != nil { // 0600
		return nil, nil, err
	}
	_ = os.Remove(f.Name()) // where an open file needs no name nothing can be left
	done = func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	err = s.copyInto(ctx, f)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return f, done, nil
}

// copyFile is what a copy is written into: an os.File.
type copyFile interface {
	io.WriteCloser
	Name() string
	Chmod(fs.FileMode) error
	Sync() error
}

var createCopy = func(dir, pattern string) (copyFile, error) { return os.CreateTemp(dir, pattern) }

// writeCopy writes a file for its owner alone, whole or not at all.
func writeCopy(path string, write func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	f, err := createCopy(dir, filepath.Base(path)+".*.tmp") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close() // closed twice where the failure came later; harmless
			_ = os.Remove(f.Name())
		}
	}()
	err = write(f)
	if err == nil {
		err = f.Chmod(0o600)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	return syncDir(dir)
}

// stoppable fails to write once its context has ended.
type stoppable struct {
	ctx context.Context
	w   io.Writer
}

func (s *stoppable) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(b)
}

// Compact rewrites the file without the space that deleted rows have left, and
// goes on with the new one. Everything else waits meanwhile. If it fails, the
// store goes on with the old file, as if nothing had been done.
func (s *Store) Compact(ctx context.Context) error {
	if s.queue == nil {
		return ErrReadOnly
	}
	s.committing.Lock()
	defer s.committing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("storage: compact: %w", err)
	}
	if err := s.fitToCopy(); err != nil {
		return fmt.Errorf("storage: compact: %w", err)
	}
	temp := s.path + ".compact"
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) { // left by a crash
		return fmt.Errorf("storage: compact: %w", err)
	}
	packed, err := openFile(temp, s.o.Timeout, false)
	if err != nil {
		return fmt.Errorf("storage: compact: %w", err)
	}
	packed.NoSync = true // one sync at the end does
	err = s.copyRows(packed)
	if err == nil {
		err = packed.Sync()
	}
	packed.NoSync = false
	if err == nil {
		err = s.replaceBy(packed, temp)
	}
	if err != nil {
		if s.db != packed {
			err = errors.Join(err, packed.Close(), os.Remove(temp))
		}
		return fmt.Errorf("storage: compact: %w", err)
	}
	return syncDir(filepath.Dir(s.path))
}

// fitToCopy refuses a damaged file: following its pages could have no end.
func (s *Store) fitToCopy() error {
	if err := s.damage.get(); err != nil {
		return err
	}
	err := examineFile(s.path, true)
	s.damage.note(err)
	return err
}

// copyRows copies all rows into packed. A file that fails meanwhile is an error.
func (s *Store) copyRows(packed *database) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			s.db.broken.Store(true) // bbolt's transaction stays open
			packed.broken.Store(true)
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
		s.damage.note(err)
	}()
	const perCommit = 8 << 20
	return bolt.Compact(packed.DB, s.db.DB, perCommit)
}

// replaceBy puts the file of packed in the place of the store's own. Where open
// files can be renamed, the name is never without a locked file.
func (s *Store) replaceBy(packed *database, temp string) error {
	if replacesOpenFiles {
		if err := os.Rename(temp, s.path); err != nil {
			return err
		}
		old := s.db
		s.db = packed
		return old.Close()
	}
	if err := packed.Close(); err != nil {
		return err
	}
	if err := s.db.Close(); err != nil {
		return err
	}
	s.db = nil
	renamed := os.Rename(temp, s.path)
	db, err := openFile(s.path, s.o.Timeout, false) // the new file, or the old one again
	if err == nil {
		s.db = db
	}
	return errors.Join(renamed, err)
}
