package gallery

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"dormer/internal/records"
)

const (
	// cacheMost bounds the cache, in bytes.
	cacheMost = 200 << 20
	// cacheFetchers is how many files are fetched for it at once: nobody's
	// download waits for a gallery.
	cacheFetchers = 2
)

// cache keeps on disk what can be fetched again, pictures above all: each file
// under a digest of what it is. When it grows too large, the files that were
// used longest ago go.
type cache struct {
	dir   string
	most  int64 // in bytes
	slots chan struct{}

	mu   sync.Mutex // protects busy
	busy map[string]*fetching

	// counting protects size. It is held while the folder is read, which may hang: only
	// those wait for it whose files are here.
	counting sync.Mutex
	size     int64 // of the files, in bytes, or more; negative until they were counted
}

// found is what was asked for: the path of a file, or what is in it.
type found struct {
	path string
	data []byte
}

// fetching is one file under way, for all who want it. found and err are set once
// done is closed.
type fetching struct {
	found
	done chan struct{}
	err  error
}

// What is under way to the cache is called so.
const (
	wholeSuffix = ".whole"
	partSuffix  = ".part"
)

// arriving is the folder within the cache in which files are fetched: who looks there
// for a name that is free does not look through thousands.
const arriving = "arriving"

// maker puts a file whole into the cache, under base and an extension, and gives
// its path.
type maker func(ctx context.Context, base string) (path string, err error)

func newCache(dir string) *cache {
	return &cache{dir: dir, most: cacheMost, slots: make(chan struct{}, cacheFetchers), busy: map[string]*fetching{}, size: -1}
}

// Digest names what the parts tell.
func Digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16])
}

// file gives the path of the file of that name, with one of the extensions, and
// has it made if it is not there: by one of those who ask at the same time, for
// all of them.
func (c *cache) file(ctx context.Context, name string, extensions []string, make maker) (string, error) {
	there := func() (f found, ok bool) {
		for _, ext := range extensions {
			if path := filepath.Join(c.dir, name+ext); records.FileExists(path) {
				c.used(path)
				return found{path: path}, true
			}
		}
		return f, false
	}
	f, err := c.once(ctx, name, there, func() (f found, err error) {
		if err := os.MkdirAll(filepath.Join(c.dir, arriving), 0o700); err != nil {
			return f, err
		}
		if f.path, err = make(ctx, filepath.Join(c.dir, name)); err == nil {
			c.used(f.path)
			c.trim(f.path)
		}
		return f, err
	})
	return f.path, err
}

// contents gives what is in the file of that name, if it is whole: a power cut may have
// taken what was not on disk yet. What is not there is fetched by one of those who ask at
// the same time, for all of them, and whoever did is to keep it.
func (c *cache) contents(
	ctx context.Context, name string, whole func(b []byte) bool, fetch func() ([]byte, error),
) (b []byte, mine bool, err error) {
	path := filepath.Join(c.dir, name)
	there := func() (f found, ok bool) {
		b, err := os.ReadFile(path)
		if err != nil || !whole(b) {
			return f, false
		}
		c.used(path)
		return found{data: b}, true
	}
	f, err := c.once(ctx, name, there, func() (f found, err error) {
		mine = true
		f.data, err = fetch()
		return f, err
	})
	return f.data, mine, err
}

// keep writes what was fetched. It may be gone after a power cut, or not be whole.
func (c *cache) keep(name string, b []byte) error {
	dir, path := filepath.Join(c.dir, arriving), filepath.Join(c.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "*") // for this user alone
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	c.trim(path)
	return nil
}

// once gives what is there, and has it made if it is not: by one of those who ask at the
// same time, for all of them.
func (c *cache) once(
	ctx context.Context, name string, there func() (found, bool), make func() (found, error),
) (found, error) {
	for {
		if f, ok := there(); ok {
			return f, nil
		}
		f, mine := c.begin(name)
		if mine {
			c.fetch(ctx, name, f, make)
			return f.found, f.err
		}
		select {
		case <-ctx.Done():
			return found{}, ctx.Err()
		case <-f.done:
		}
		// That somebody else has lost interest is nothing to us.
		if !errors.Is(f.err, context.Canceled) && !errors.Is(f.err, context.DeadlineExceeded) {
			return f.found, f.err
		}
	}
}

// used notes when a file was used. If that fails it goes sooner, and no harm is
// done.
func (c *cache) used(path string) { _ = os.Chtimes(path, time.Time{}, time.Now()) }

func (c *cache) begin(name string) (f *fetching, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f, ok := c.busy[name]; ok {
		return f, false
	}
	f = &fetching{done: make(chan struct{})}
	c.busy[name] = f
	return f, true
}

// fetch makes a file when it is its turn.
func (c *cache) fetch(ctx context.Context, name string, f *fetching, make func() (found, error)) {
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.busy, name)
		close(f.done)
	}()
	select {
	case <-ctx.Done():
		f.err = ctx.Err()
		return
	case c.slots <- struct{}{}:
	}
	defer func() { <-c.slots }()
	f.found, f.err = make()
}

// sweep clears away what a kill has left unfinished. Nothing is being made.
func (c *cache) sweep() error {
	entries, err := os.ReadDir(c.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err = errors.Join(err, os.RemoveAll(filepath.Join(c.dir, arriving)))
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext == wholeSuffix || ext == partSuffix {
			err = errors.Join(err, os.Remove(filepath.Join(c.dir, e.Name())))
		}
	}
	return err
}

// trim lets the files go that were used longest ago, until there is room again
// beside the new one. The files are counted only when there may be no room: there are
// thousands of them.
func (c *cache) trim(kept string) {
	info, err := os.Stat(kept)
	if err != nil {
		return // the next one tries again
	}
	c.counting.Lock()
	defer c.counting.Unlock()
	if c.size >= 0 && c.size+info.Size() <= c.most {
		c.size += info.Size()
		return
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []os.FileInfo
	c.size = 0
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() { // one that is gone already needs no room
			files = append(files, info)
			c.size += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, f := range files {
		if c.size <= c.most {
			break
		}
		path := filepath.Join(c.dir, f.Name())
		if path != kept && os.Remove(path) == nil { // on some systems not while it is read
			c.size -= f.Size()
		}
	}
}
