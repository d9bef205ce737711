package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dormer/internal/say"
	"dormer/internal/whole"
)

var errChanged = errors.New("it is not what was saved any more")

// Copy copies a saved file into a folder that is there, under a name as [CopyName] gives
// it, and returns the copy's path. The name is the next free version where another file
// has it; the same content under such a name stays alone. The copy is whole or not there
// at all. Unlike Save it holds up nobody else where the folder hangs. Every error is a
// [*Problem].
func Copy(ctx context.Context, f File, dir, name, owner string) (string, error) {
	from, err := os.Open(f.Path)
	if err != nil {
		return "", unreadable(err)
	}
	defer from.Close()
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		// Making it would hide that a drive is not there, or a program that keeps it.
		return "", unwritable(say.T("copy.no_folder", "folder", dir), err)
	}
	home := filepath.Join(dir, filepath.Dir(name))
	if err := os.MkdirAll(home, 0o755); err != nil {
		return "", unwritable(say.T("copy.no_folder", "folder", home), err)
	}
	t, err := newTemp(home, owner)
	if err != nil {
		return "", unwritable(say.T("copy.not_written", "folder", home), err)
	}
	defer t.discard()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(t, hash), reader{ctx, from})
	switch {
	case ctx.Err() != nil:
		return "", brokenOff(ctx, say.Text{}, ctx.Err())
	case err != nil:
		return "", unwritable(say.T("copy.not_written", "folder", home), err)
	case size != f.Size || hex.EncodeToString(hash.Sum(nil)) != f.SHA256:
		return "", unreadable(errChanged)
	}
	if err := t.finish(); err != nil {
		return "", unwritable(say.T("copy.not_written", "folder", home), err)
	}
	path, err := placeFree(t.path, home, filepath.Base(name), size, f.SHA256)
	if err == nil {
		t.discard()
		err = errors.Join(whole.SyncDir(home), whole.SyncDir(dir))
	}
	if err != nil {
		return "", unwritable(say.T("copy.not_written", "folder", home), err)
	}
	return path, nil
}

func unreadable(err error) *Problem {
	return &Problem{Disk: true, Says: say.T("copy.not_read"), Err: fmt.Errorf("copying: %w", err)}
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (r reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}
