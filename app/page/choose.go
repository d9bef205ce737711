package page

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// chooser is the dialog in which a person chooses a folder, or a folder and the
// name of a new file.
type chooser struct {
	v    *view.Folders
	box  *parts.ModalBox
	done func(path string)
	// begin puts the cursor where a person begins, once there is something to
	// choose.
	begin func()

	path    *parts.Text
	up      *parts.Button
	list    *rowList
	empty   *parts.Paragraph
	problem *parts.Paragraph
	name    *parts.Field // of the new file; nil where a folder is chosen
	fresh   *parts.Field // of a new folder
	make    *fyne.Container
	more    *parts.Button
	choose  *parts.Button
}

// chooserList is the height of the list of folders.
const chooserList = 216

// ChooseFolder lets a person choose a folder, beginning at start, or at their own.
// done is not called if they change their mind.
func ChooseFolder(v *view.Folders, start string, nav Nav, done func(path string)) {
	c := newChooser(v, done)
	c.choose = parts.NewButton(words.T("choose.choose"), parts.Primary, func() { c.take(v.State().Path) })
	c.begin = func() { nav.Canvas().Focus(c.choose) }
	c.open(nav, words.T("choose.folder"), start)
}

// ChooseFile lets a person choose a folder and the name of a new file in it. done
// is not called if they change their mind.
func ChooseFile(v *view.Folders, name string, nav Nav, done func(path string)) {
	c := newChooser(v, done)
	c.name = parts.NewField(words.T("choose.name"))
	c.name.SetText(name)
	save := func() { v.File(c.name.Text(), c.file) }
	c.name.OnSubmitted = func(string) { save() }
	c.name.OnChanged = func(string) { c.name.SetError("") }
	c.choose = parts.NewButton(words.T("choose.save"), parts.Primary, save)
	c.begin = c.name.Focus
	c.open(nav, words.T("choose.file"), "")
}

func newChooser(v *view.Folders, done func(string)) *chooser {
	c := &chooser{
		v: v, done: done, path: parts.NewText("", parts.Second),
		empty: parts.NewParagraph("", parts.Dim).Align(fyne.TextAlignCenter), problem: parts.NewParagraph("", parts.FailedText),
	}
	c.up = parts.NewButton(words.T("choose.up"), parts.Plain, v.Up)
	c.list = newRowList(func() int { return len(v.State().Names) }, func() rowContent { return newFolderRow() },
		func(i int, o fyne.CanvasObject) {
			o.(*folderRow).name.SetText(v.State().Names[i])
		})
	c.list.opened = func(i int) { v.Into(v.State().Names[i]) }
	c.fresh = parts.NewField(words.T("choose.new_name"))
	create := func() { v.Make(c.fresh.Text()) }
	c.fresh.OnSubmitted = func(string) { create() }
	c.make = parts.Column(0, c.fresh)
	c.fresh.SetButton(parts.NewButton(words.T("choose.make"), parts.Quiet, create))
	c.make.Hide()
	c.more = parts.NewButton(words.T("choose.new"), parts.Quiet, func() {
		c.more.Hide()
		c.make.Show()
		c.fresh.Focus()
		c.box.Refresh()
	})
	return c
}

func (c *chooser) open(nav Nav, title, start string) {
	rows := parts.AtLeast(0, chooserList,
		parts.NewCard(container.NewStack(parts.Pad(chooserList/2-20, 10, 0, 10, c.empty), c.list.content())).SetPad(4))
	column := parts.Column(10)
	if c.name != nil {
		column.Add(c.name)
	}
	for _, o := range []fyne.CanvasObject{parts.Row(10, c.up, parts.Fill(c.path), c.more), rows, c.make, c.problem} {
		column.Add(o)
	}
	no := parts.NewButton(words.T("choose.cancel"), parts.Plain, func() { c.box.Close() })
	c.box = parts.Modal(nav.Canvas(), parts.NewDialog(title, column, no, c.choose))
	c.box.OnClosed = c.v.Close
	c.list.left = func() { nav.Canvas().Focus(c.up) }
	c.v.Changed = c.draw
	c.v.Open(start)
}

// draw shows the folder that is open.
func (c *chooser) draw() {
	s := c.v.State()
	c.path.SetText(s.Path)
	c.empty.SetText(parts.Either(s.Path != "" && len(s.Names) == 0, words.T("choose.empty"), ""))
	parts.Enabled(c.up, s.Up && !s.Reading)
	parts.Enabled(c.choose, s.Path != "" && !s.Reading)
	parts.Visible(c.problem, s.Problem != nil)
	if s.Problem != nil {
		c.problem.SetText(saidOf(s.Problem))
	} else if !s.Reading && c.make.Visible() {
		c.make.Hide()
		c.more.Show()
		c.fresh.SetText("")
	}
	c.list.at = 0
	c.list.ScrollToTop()
	c.list.Refresh()
	c.box.Refresh()
	if c.begin != nil && !c.choose.Disabled() {
		c.begin()
		c.begin = nil
	}
}

// file takes the name of a new file that has been looked at.
func (c *chooser) file(path string, err error) {
	if err != nil {
		c.name.SetError(saidOf(err))
		c.box.Refresh()
		return
	}
	c.take(path)
}

func saidOf(err error) string {
	switch {
	case errors.Is(err, view.ErrName):
		return words.T("choose.bad_name")
	case errors.Is(err, view.ErrTaken):
		return words.T("choose.taken")
	}
	return words.T("choose.problem", "why", words.Error(err))
}

func (c *chooser) take(path string) {
	c.box.Close()
	c.done(path)
}

// folderRow is a folder in the list.
type folderRow struct {
	rowOf
	name *parts.Text
}

// folderHeight is the height of a row of the list.
const folderHeight = 36

func newFolderRow() *folderRow {
	r := &folderRow{name: parts.NewText("", parts.Ink)}
	r.whole, r.cut = parts.AtLeast(0, folderHeight, parts.Pad(0, 10, 0, 10, r.name)), []*parts.Text{r.name}
	r.ExtendBaseWidget(r)
	return r
}
