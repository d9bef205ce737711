package page

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/view/viewtest"
)

// choosing is a window in which a person is to choose a folder or a file.
type choosing struct {
	*viewtest.Thread
	Nav    // what a chooser does not ask is nil and panics
	t      *testing.T
	window fyne.Window
	dir    string
	chose  []string
}

// Canvas implements Nav.
func (c *choosing) Canvas() fyne.Canvas { return c.window.Canvas() }

func (c *choosing) chosen(path string) { c.chose = append(c.chose, path) }

func inChooser(t *testing.T, tell func(c *choosing)) {
	t.Helper()
	test.NewTempApp(t)
	test.ApplyTheme(t, look.New(look.Light))
	dir := t.TempDir()
	for _, name := range []string{"beams", "chimneys"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) {
		c := &choosing{Thread: thread, t: t, window: test.NewTempWindow(t, nil), dir: dir}
		c.window.Resize(fyne.NewSize(900, 700))
		tell(c)
	})
}

// seen visits what is in the dialog.
func (c *choosing) seen(f func(fyne.CanvasObject)) {
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		f(o)
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child)
			}
		}
	}
	for _, o := range c.window.Canvas().Overlays().List() {
		walk(o)
	}
}

func (c *choosing) texts() (list []string) {
	c.Settle()
	c.seen(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *canvas.Text:
			list = append(list, o.Text)
		case *parts.Paragraph:
			list = append(list, o.Text())
		}
	})
	return list
}

func (c *choosing) wants(texts ...string) {
	c.t.Helper()
	list := c.texts()
	for _, text := range texts {
		if !slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, text) }) {
			c.t.Errorf("%q is not to be read in %q", text, list)
		}
	}
}

func (c *choosing) tap(text string) {
	c.t.Helper()
	c.Settle()
	var found *parts.Button
	c.seen(func(o fyne.CanvasObject) {
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

// field gives the field with a label.
func (c *choosing) field(label string) (found *parts.Field) {
	c.t.Helper()
	c.seen(func(o fyne.CanvasObject) {
		f, ok := o.(*parts.Field)
		if !ok {
			return
		}
		for _, child := range test.WidgetRenderer(f).Objects() {
			if in, ok := child.(*fyne.Container); ok && in.Objects[0].(*parts.Text).Text() == label {
				found = f
			}
		}
	})
	if found == nil {
		c.t.Fatalf("there is no field %q", label)
	}
	return found
}

func (c *choosing) open() bool { return len(c.window.Canvas().Overlays().List()) > 0 }

func TestAFolderIsChosenByWalkingToIt(t *testing.T) {
	inChooser(t, func(c *choosing) {
		ChooseFolder(view.NewFolders(c.Deps(nil)), c.dir, c, c.chosen)
		c.wants("Choose a folder", "beams", "chimneys")
		if b, ok := c.window.Canvas().Focused().(*parts.Button); !ok || b.Text() != "Choose this folder" {
			t.Errorf("the cursor is on %v", c.window.Canvas().Focused())
		}
		c.seen(func(o fyne.CanvasObject) {
			if l, ok := o.(*rowList); ok {
				l.opened(0)
			}
		})
		c.wants("There are no folders in it")
		c.tap("Up")
		c.wants("beams")
		c.tap("New folder…")
		c.field("Name of the new folder").SetText("gables")
		c.tap("Make")
		c.wants("There are no folders in it")
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
		c.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
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
		c.wants("Save as", "beams")
		name := c.field("Name of the file")
		if name.Text() != "backup.db" {
			t.Errorf("the name is %q", name.Text())
		}
		c.tap("Save")
		c.wants("There is a file of this name already")
		name.SetText("a/b")
		c.tap("Save")
		c.wants("A name has no slashes")
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
		c.wants("What the keys do", "Search", "F5", "This sheet")
		c.tap("Close")
		if c.open() {
			t.Error("it is still there")
		}
	})
}
