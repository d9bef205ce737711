package update

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Fetch saves a file of a feed in a folder, whole and with the hash that the feed
// has for it, or not at all, and gives its path. One that is there already is
// looked at, and not fetched again. It replaces nothing: whatever else has that
// name stays.
func (c *Feeder) Fetch(ctx context.Context, f File, dir string) (path string, err error) {
	if err := f.check(); err != nil { // the name becomes a path
		return "", refused(Nonsense, err)
	}
	path = filepath.Join(dir, f.Name)
	if same(path, f) {
		return path, nil
	}
	resp, err := c.ask(ctx, f.URL)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.ContentLength >= 0 && resp.ContentLength != f.Size {
		return "", refused(Other, fmt.Errorf("%d bytes, not %d", resp.ContentLength, f.Size))
	}
	part, err := os.CreateTemp(dir, "."+f.Name+".*.part")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(part.Name()) }() // once it is whole it has another name
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(part, sum), io.LimitReader(resp.Body, f.Size+1))
	err = errors.Join(err, part.Sync(), part.Close())
	switch got := hex.EncodeToString(sum.Sum(nil)); {
	case err != nil:
		return "", refused(Unreached, err)
	case n != f.Size:
		return "", refused(Other, fmt.Errorf("%d bytes or more, not %d", n, f.Size))
	case got != f.SHA256:
		return "", refused(Other, errors.New("its hash is another"))
	}
	// A link is made only where nothing stands, which a rename would replace; where
	// the disk knows no links, a rename has to do.
	switch err := os.Link(part.Name(), path); {
	case err == nil:
		return path, nil
	case errors.Is(err, os.ErrExist):
		return "", fmt.Errorf("update: something else is called %s: %w", path, err)
	}
	if _, err := os.Lstat(path); err == nil {
		return "", fmt.Errorf("update: something else is called %s: %w", path, os.ErrExist)
	}
	return path, os.Rename(part.Name(), path)
}

// same says whether a file is there and is that one.
func same(path string, f File) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(file, f.Size+1))
	return err == nil && n == f.Size && hex.EncodeToString(sum.Sum(nil)) == f.SHA256
}
