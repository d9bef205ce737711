package page

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/windowtest"
)

// choosing is a window in which a person is to choose a folder or a file.
type choosing struct {
	*windowtest.Screen
	Nav   // what a chooser does not ask is nil and panics
	t     *testing.T
	dir   string
	chose []string
}

// Canvas implements Nav.
func (c *choosing) Canvas() fyne.Canvas { return c.Window.Canvas() }

func (c *choosing) chosen(path string) { c.chose = append(c.chose, path) }

func inChooser(t *testing.T, tell func(c *choosing)) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"beams", "chimneys"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	windowtest.Story(t, 900, 700, func(t *testing.T, s *windowtest.Screen) {
		tell(&choosing{Screen: s, t: t, dir: dir})
	})
}

func (c *choosing) tap(text string) {
	c.t.Helper()
	c.Settle()
	var found *parts.Button
	c.Each(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Text() == text {
			found = b
		}
	})
	if found == nil {
		c.t.Fatalf("there is no button %q", text)
	}
	test.Tap(found)
	c.Settle()
}

func (c *choosing) open() bool { return len(c.Window.Canvas().Overlays().List()) > 0 }

func TestAFolderIsChosenByWalkingToIt(t *testing.T) {
	inChooser(t, func(c *choosing) {
		ChooseFolder(view.NewFolders(c.Deps(nil)), c.dir, c, c.chosen)
		c.Wants("Choose a folder", "beams", "chimneys")
		if b, ok := c.Window.Canvas().Focused().(*parts.Button); !ok || b.Text() != "Choose this folder" {
			t.Errorf("the cursor is on %v", c.Window.Canvas().Focused())
		}
		c.Each(func(o fyne.CanvasObject) {
			if l, ok := o.(*rowList); ok {
				l.opened(0)
			}
		})
		c.Wants("There are no folders in it")
		c.tap("Up")
		c.Wants("beams")
		c.tap("New folder…")
		_, name := c.Field("Name of the new folder")
		name.SetText("gables")
		c.tap("Make")
		c.Wants("There are no folders in it")
		c.tap("Choose this folder")
		if c.open() || !slices.Equal(c.chose, []string{filepath.Join(c.dir, "gables")}) {
			t.Errorf("chosen is %q", c.chose)
		}
	})
}

func TestWhoChangesTheirMindChoosesNothing(t *testing.T) {
	inChooser(t, func(c *choosing) {
		ChooseFolder(view.NewFolders(c.Deps(nil)), c.dir, c, c.chosen)
		c.tap("Cancel")
		ChooseFile(view.NewFolders(c.Deps(nil)), "a.zip", c, c.chosen)
		c.Settle()
		c.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
		c.Settle()
		if c.open() || c.chose != nil {
			t.Errorf("chosen is %q", c.chose)
		}
	})
}

func TestANewFileIsNamedAndNoneIsReplaced(t *testing.T) {
	inChooser(t, func(c *choosing) {
		t.Setenv("HOME", c.dir)
		t.Setenv("USERPROFILE", c.dir)
		if err := os.WriteFile(filepath.Join(c.dir, "backup.db"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		ChooseFile(view.NewFolders(c.Deps(nil)), "backup.db", c, c.chosen)
		c.Wants("Save as", "beams")
		_, name := c.Field("Name of the file")
		if name.Text() != "backup.db" {
			t.Errorf("the name is %q", name.Text())
		}
		c.tap("Save")
		c.Wants("There is a file of this name already")
		name.SetText("a/b")
		c.tap("Save")
		c.Wants("A name has no slashes")
		name.SetText("backup-2.db")
		c.tap("Save")
		if c.open() || !slices.Equal(c.chose, []string{filepath.Join(c.dir, "backup-2.db")}) {
			t.Errorf("chosen is %q", c.chose)
		}
	})
}

func TestTheHelpSheetNamesTheKeys(t *testing.T) {
	inChooser(t, func(c *choosing) {
		ShowHelp(c)
		c.Wants("What the keys do", "Search", "F5", "This sheet")
		c.tap("Close")
		if c.open() {
			t.Error("it is still there")
		}
	})
}
