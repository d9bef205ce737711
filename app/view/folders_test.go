package view_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dormer/app/view"
	"dormer/app/view/viewtest"
)

// attic makes a folder with some folders and a file in it.
func attic(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"beams", "Antennas", ".hidden", "chimneys"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "roof.pdf"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAFolderIsWalkedThrough(t *testing.T) {
	dir := attic(t)
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		f := view.NewFolders(w.Deps(nil))
		changes := 0
		f.Changed = func() { changes++ }
		f.Open(dir)
		if !f.State().Reading {
			t.Error("it does not say that it reads")
		}
		w.Settle()
		if s := f.State(); s.Path != dir || !slices.Equal(s.Names, []string{"Antennas", "beams", "chimneys"}) || !s.Up || s.Reading || changes != 2 {
			t.Errorf("it is %+v after %d changes", s, changes)
		}
		f.Into("beams")
		w.Settle()
		if s := f.State(); s.Path != filepath.Join(dir, "beams") || len(s.Names) != 0 {
			t.Errorf("within it is %+v", s)
		}
		f.Up()
		w.Settle()
		if s := f.State(); s.Path != dir || len(s.Names) != 3 {
			t.Errorf("back it is %+v", s)
		}
		f.Open(filepath.Join(dir, "chimneys", "not", "yet", "made"))
		w.Settle()
		if s := f.State(); s.Path != filepath.Join(dir, "chimneys") || s.Problem != nil {
			t.Errorf("of a folder that is not there it shows %+v", s)
		}
		f.Open(filepath.Join(dir, "roof.pdf"))
		w.Settle()
		if s := f.State(); s.Problem == nil || s.Path != filepath.Join(dir, "chimneys") {
			t.Errorf("a file is opened as %+v", s)
		}
		f.Open(filepath.VolumeName(dir) + string(filepath.Separator))
		w.Settle()
		if s := f.State(); s.Up || s.Problem != nil {
			t.Errorf("the topmost folder is %+v", s)
		}
	})
}

func TestOnlyTheFolderThatWasAskedForLastIsShown(t *testing.T) {
	dir := attic(t)
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		f := view.NewFolders(w.Deps(nil))
		f.Open(filepath.Join(dir, "beams"))
		f.Open(dir)
		w.Settle()
		if s := f.State(); s.Path != dir {
			t.Errorf("it is %+v", s)
		}
		f.Open(filepath.Join(dir, "beams"))
		f.Close()
		w.Settle()
		if s := f.State(); s.Path != dir {
			t.Errorf("after the end it is %+v", s)
		}
	})
}

func TestANewFolderIsMadeAndOpened(t *testing.T) {
	dir := attic(t)
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		f := view.NewFolders(w.Deps(nil))
		f.Open(dir)
		w.Settle()
		for _, name := range []string{"gables", "gables"} { // the second is there already
			f.Open(dir)
			w.Settle()
			f.Make(name)
			w.Settle()
			if s := f.State(); s.Path != filepath.Join(dir, name) || s.Problem != nil {
				t.Errorf("it is %+v", s)
			}
		}
		for _, name := range []string{"", "..", "a/b", `a\b`, "a:b", "a\nb", strings.Repeat("x", 300)} {
			f.Make(name)
			w.Settle()
			if s := f.State(); !errors.Is(s.Problem, view.ErrName) {
				t.Errorf("%q was made: %+v", name, s)
			}
		}
	})
}

func TestNothingThatIsThereIsReplaced(t *testing.T) {
	dir := attic(t)
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		f := view.NewFolders(w.Deps(nil))
		f.Open(dir)
		w.Settle()
		file := func(name string) (path string, err error) {
			f.File(name, func(p string, e error) { path, err = p, e })
			w.Settle()
			return path, err
		}
		if _, err := file("roof.pdf"); !errors.Is(err, view.ErrTaken) {
			t.Errorf("a file that is there: %v", err)
		}
		if _, err := file("../roof.pdf"); !errors.Is(err, view.ErrName) {
			t.Errorf("a file elsewhere: %v", err)
		}
		if path, err := file("  walls.pdf "); err != nil || path != filepath.Join(dir, "walls.pdf") {
			t.Errorf("a new file is at %s, %v", path, err)
		}
	})
}
