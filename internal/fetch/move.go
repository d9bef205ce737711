package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"dormer/internal/whole"
)

// Rename gives a folder another name, with all that is in it, where that name is
// free; else it changes nothing, and the error is or wraps [fs.ErrExist].
func Rename(from, to string) error {
	there, err := os.Lstat(to)
	if err == nil {
		// Another name for the same folder is free: it differs by case alone.
		if mine, err := os.Lstat(from); err != nil || !os.SameFile(mine, there) {
			return fs.ErrExist
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return whole.SyncDir(filepath.Dir(to))
}

// Move brings a saved file into another folder, under its name or the next free
// version of it, and returns its path. Where the same content is there under such
// a name, that file stays alone.
func Move(f File, dir string) (string, error) {
	path, err := place(f.Path, dir, filepath.Base(f.Path), f.Size, f.SHA256)
	if err != nil {
		return "", err
	}
	if err := os.Remove(f.Path); err != nil && !errors.Is(err, fs.ErrNotExist) { // place may have renamed it
		return "", err
	}
	return path, errors.Join(whole.SyncDir(dir), whole.SyncDir(filepath.Dir(f.Path)))
}
