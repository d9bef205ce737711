package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/storage"
)

// homes are the folders into which files of jobs are being saved. A job whose
// address becomes known, or is corrected, has its folder renamed: a file stands on
// disk once. That is done while nothing is being saved there.
type homes struct {
	mu   sync.Mutex // protects both; never held while a disk is asked
	in   map[string]*home
	seen []string // the folders of downloads that are written down already
}

// home is the folder of one job, for all who save files into it now.
type home struct {
	once sync.Once
	path string
	busy int
}

// home gives the folder for a job's files below dir, which keeps its name until
// leave is called.
func (e *Engine) home(ctx context.Context, j job.Job, dir string) (path string, leave func()) {
	key := filepath.Join(dir, j.ID.String())
	h := &e.homes
	h.mu.Lock()
	if h.in == nil {
		h.in = map[string]*home{}
	}
	mine := h.in[key]
	if mine == nil {
		mine = &home{}
		h.in[key] = mine
	}
	mine.busy++
	h.mu.Unlock()
	mine.once.Do(func() {
		e.noteFolder(ctx, dir)
		mine.path = e.settleHome(ctx, j, dir)
	})
	return mine.path, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if mine.busy--; mine.busy == 0 {
			delete(h.in, key)
		}
	}
}

// settleHome gives a job's folder below dir its present name, if it has another
// one. Where that cannot be done (a viewer has one of its files open, on Windows)
// the folder is used as it is.
func (e *Engine) settleHome(ctx context.Context, j job.Job, dir string) string {
	wanted := e.folder(dir, j)
	was, err := e.savedFiles(j.ID)
	if err != nil {
		e.log.Error("the files of a job cannot be read", "job", j.ID, "error", err)
		return wanted
	}
	for _, f := range was {
		from := filepath.Dir(f.Path)
		if from == wanted || filepath.Dir(from) != dir || !fetch.FolderOf(j, from) {
			continue
		}
		moved, err := moveHome(was, from, wanted)
		e.noteMoved(ctx, moved)
		switch {
		case err == nil, errors.Is(err, fs.ErrNotExist): // somebody has taken it away
		default:
			e.log.Warn("a job's folder keeps its name", "job", j.ID, "error", err)
			return from
		}
	}
	return wanted
}

func (e *Engine) savedFiles(id hover.JobID) (saved []storage.File, err error) {
	err = e.store.View(func(tx *storage.Tx) error {
		saved, err = tx.Files(id)
		return err
	})
	return slices.DeleteFunc(saved, func(f storage.File) bool { return f.State != storage.FileSaved }), err
}

// moveHome brings what is in one folder of a job into another: the whole folder,
// with what a person has put there, or else the files that we saved. It gives the
// rows whose files have moved, by their paths of before.
func moveHome(rows []storage.File, from, to string) (moved map[string]storage.File, err error) {
	moved = map[string]storage.File{}
	renamed := fetch.Rename(from, to)
	if renamed != nil && !errors.Is(renamed, fs.ErrExist) {
		return nil, renamed
	}
	for _, f := range rows {
		if filepath.Dir(f.Path) != from {
			continue
		}
		was := f.Path
		if f.Path = filepath.Join(to, filepath.Base(was)); renamed != nil {
			path, err := fetch.Move(fetch.File{Path: was, SHA256: f.SHA256, Size: f.Size}, to)
			if err != nil {
				return moved, err
			}
			f.Path = path
		}
		moved[was] = f
	}
	if renamed != nil {
		_ = os.Remove(from) // unless a person has put something there
	}
	return moved, nil
}

// noteMoved writes down where files are now. If that fails, or the program ends
// before, they are found there when they are saved again.
func (e *Engine) noteMoved(ctx context.Context, moved map[string]storage.File) {
	if len(moved) == 0 {
		return
	}
	err := e.store.Update(context.WithoutCancel(ctx), func(tx *storage.Tx) error {
		for was, f := range moved {
			now, known, err := tx.File(f.Job, f.Model, f.Key)
			if err == nil && known && now.Path == was {
				now.Path = f.Path
				err = tx.PutFile(now)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	e.stored(err)
	if err != nil {
		e.log.Error("the new name of a folder could not be written down", "error", err)
	}
}

// mostFolders bounds how many folders of downloads are remembered.
const mostFolders = 20

// noteFolder remembers a folder into which files are saved, so that what a kill
// leaves there is found by the next start: see sweep.
func (e *Engine) noteFolder(ctx context.Context, dir string) {
	h := &e.homes
	h.mu.Lock()
	known := slices.Contains(h.seen, dir)
	h.mu.Unlock()
	if known {
		return
	}
	err := e.store.Update(context.WithoutCancel(ctx), func(tx *storage.Tx) error {
		var dirs []string
		if _, err := tx.Doc(docFolders, &dirs); err != nil || slices.Contains(dirs, dir) {
			return err
		}
		dirs = append(dirs, dir)
		return tx.PutDoc(docFolders, dirs[max(len(dirs)-mostFolders, 0):])
	})
	e.stored(err)
	if err != nil {
		e.log.Warn("a folder of downloads could not be written down", "error", err)
		return
	}
	h.mu.Lock()
	h.seen = append(h.seen, dir)
	h.mu.Unlock()
}

// folder gives a job's folder below dir, by the name that it is to have.
func (e *Engine) folder(dir string, j job.Job) string {
	return fetch.Folder(dir, j, fetch.Naming(e.Value(records.KeyFolderNames)))
}
