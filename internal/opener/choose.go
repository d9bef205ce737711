package opener

import (
	"context"
	"errors"
	"path/filepath"
)

// ErrNoDialog says that this desktop has no dialog of its own for choosing files, or that
// it did not answer.
var ErrNoDialog = errors.New("the desktop has no dialog for choosing files")

// Choose has a person choose in the desktop's own dialog: a folder, or, where name
// proposes one, a folder and the name of a new file. It begins in the folder start, the
// desktop's choice where that is "". It waits for them and gives the whole path, "" where
// they change their mind.
func (Opener) Choose(ctx context.Context, title, start, name string) (path string, err error) {
	path, err = chosen(ctx, choice{title, start, name})
	switch {
	case err != nil || path == "":
		return "", err
	case !filepath.IsAbs(path):
		return "", ErrNoDialog // it gives what is no file here
	}
	return filepath.Clean(path), nil
}

// choice is what a dialog asks for.
type choice struct{ title, start, name string }
