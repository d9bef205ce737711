package view

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folders is the state of a dialog in which a person chooses a folder, or a folder
// and the name of a new file in it. All methods are called on the window's thread
// and return at once.
type Folders struct {
	// Changed is called on the window's thread after the state has changed.
	Changed func()

	d       Deps
	reading attempt
	state   FoldersState
}

// FoldersState is what the dialog shows.
type FoldersState struct {
	Path    string   // of the folder that is open; "" until it has been read
	Up      bool     // it lies in another one
	Names   []string // of the folders in it
	Reading bool
	Problem error // why the folder that was asked for cannot be opened
}

// maxFolders bounds the folders of one folder that are listed.
const maxFolders = 5000

// NewFolders gives the state, empty until [Folders.Open].
func NewFolders(d Deps) *Folders { return &Folders{Changed: func() {}, d: d} }

// State gives what is to be shown.
func (f *Folders) State() FoldersState { return f.state }

// Open opens a folder: a whole path, "~" for the person's own. One that is not
// there is opened where its path begins to be.
func (f *Folders) Open(path string) {
	f.state.Reading = true
	f.reading.begin(f.d, func(_ context.Context, post func(func())) {
		path, names, err := readFolder(path)
		post(func() { f.opened(path, names, err) })
	})
	f.Changed()
}

// Into opens a folder of the one that is open; Up the one that it lies in.
func (f *Folders) Into(name string) { f.Open(filepath.Join(f.state.Path, name)) }

// Up: see Into.
func (f *Folders) Up() { f.Open(filepath.Dir(f.state.Path)) }

// Make makes a new folder in the one that is open, and opens it.
func (f *Folders) Make(name string) {
	path := filepath.Join(f.state.Path, name)
	f.state.Reading = true
	f.reading.begin(f.d, func(_ context.Context, post func(func())) {
		err := goodName(name)
		if err == nil {
			err = os.Mkdir(path, 0o755)
		}
		if errors.Is(err, fs.ErrExist) {
			err = nil // as good as made
		}
		var names []string
		if err == nil {
			path, names, err = readFolder(path)
		}
		post(func() { f.opened(path, names, err) })
	})
	f.Changed()
}

// Close ends what is being read.
func (f *Folders) Close() { f.reading.end() }

// ErrTaken says that there is a file of that name already: nothing is replaced.
var ErrTaken = errors.New("there is a file of this name already")

// File gives then the path of a new file of that name in the open folder, or why
// there can be none: [ErrName], [ErrTaken].
func (f *Folders) File(name string, then func(path string, err error)) {
	name = strings.TrimSpace(name)
	path := filepath.Join(f.state.Path, name)
	f.reading.begin(f.d, func(_ context.Context, post func(func())) {
		err := goodName(name)
		if err == nil {
			if _, at := os.Lstat(path); at == nil {
				err = ErrTaken
			}
		}
		post(func() { then(path, err) })
	})
}

func (f *Folders) opened(path string, names []string, err error) {
	f.state.Reading, f.state.Problem = false, err
	if err == nil {
		f.state.Path, f.state.Names = path, names
		f.state.Up = filepath.Dir(path) != path
	}
	f.Changed()
}

// ErrName says that a file or a folder cannot be named like this.
var ErrName = errors.New("a name has no slashes and no other signs that file systems refuse")

func goodName(name string) error {
	if name == "" || name == "." || name == ".." || len(name) > 200 || strings.ContainsAny(name, `/\:*?"<>|`) ||
		strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return ErrName
	}
	return nil
}

// readFolder lists the folders of a folder that is there.
func readFolder(path string) (at string, names []string, err error) {
	if path == "" || path == "~" {
		if path, err = os.UserHomeDir(); err != nil {
			return "", nil, err
		}
	}
	var list []os.DirEntry
	for path = filepath.Clean(path); ; path = filepath.Dir(path) {
		list, err = os.ReadDir(path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || filepath.Dir(path) == path {
			break
		}
	}
	if err != nil {
		return "", nil, err
	}
	for _, e := range list {
		if len(names) < maxFolders && !strings.HasPrefix(e.Name(), ".") && isFolder(path, e) {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
	return path, names, nil
}

// isFolder says whether an entry is a folder or leads to one.
func isFolder(dir string, e os.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	return err == nil && info.IsDir()
}
