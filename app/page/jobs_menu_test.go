package page

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/windowtest"
	"dormer/internal/engine"
)

// labels gives what a menu offers.
func labels(items []*fyne.MenuItem) (list []string) {
	for _, i := range items {
		if !i.IsSeparator {
			list = append(list, i.Label)
		}
	}
	return list
}

// press does what a menu offers under a name.
func press(t *testing.T, items []*fyne.MenuItem, label string) {
	t.Helper()
	for _, i := range items {
		if i.Label == label {
			i.Action()
			return
		}
	}
	t.Fatalf("there is no %q among %q", label, labels(items))
}

func TestARowHasAMenu(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	j := d.page()
	row := func(n int) []*fyne.MenuItem { return j.list.menu(n) }
	measured := []string{"Open PDF", "Choose…", "Show in folder", "Print…", "E-mail…", "Copy address", "Copy measurements", "Open in Hover", "Add star", "Note…", "Hide in Dormer"}
	if got := labels(row(0)); !slices.Equal(got, measured) {
		t.Errorf("a measured job offers %q", got)
	}
	if got := labels(row(1)); !slices.Equal(got, []string{"Copy address", "Open in Hover", "Add star", "Note…", "Hide in Dormer"}) {
		t.Errorf("one that is being built offers %q", got)
	}
	press(t, row(0), "Copy address")
	if d.copied != "1420 Sycamore Lane, Carmel IN" {
		t.Errorf("copied %q", d.copied)
	}
	press(t, row(0), "Add star")
	d.until("it is starred", func() bool { return slices.Contains(labels(row(0)), "Remove star") })
	press(t, row(0), "Note…")
	for _, r := range "dumpster" {
		d.window.Canvas().Focused().TypedRune(r)
	}
	d.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.until("it is noted", func() bool {
		return j.v.Row(0).Second == "Carmel IN · Finished 2 min ago · 3 structures, 2 ready · dumpster"
	})
	press(t, row(0), "Hide in Dormer")
	d.until("it is gone", func() bool { return j.v.State().Len == 7 && j.v.Row(0).ID == "2" })
}

// The menu comes by the right button, by the menu key, and by the right arrow.
func TestTheMenuOfARowComesByPointerAndByKey(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	j := d.page()
	c := d.window.Canvas()
	menu := func() bool { return c.Overlays().Top() != nil && d.reads("Copy address") }
	leave := func() { c.Overlays().Top().(interface{ Hide() }).Hide(); c.Overlays().Remove(c.Overlays().Top()) }
	var rows []*listRow
	windowtest.Each(d.window, func(o fyne.CanvasObject) {
		if r, ok := o.(*listRow); ok {
			rows = append(rows, r)
		}
	})
	test.TapSecondary(rows[2])
	if !menu() || j.list.at != rows[2].at || len(d.shown) > 1 {
		t.Errorf("the right button: a menu %v, the keys in row %d, shown %v", menu(), j.list.at, d.shown)
	}
	leave()
	for _, key := range []fyne.KeyName{desktop.KeyMenu, fyne.KeyRight} {
		c.Focus(j.list)
		j.list.TypedKey(&fyne.KeyEvent{Name: key})
		if !menu() {
			t.Errorf("%s opens no menu", key)
			continue
		}
		leave()
	}
}

// The keys walk the rows by arrows; Tab leaves the list, and stops at no button in it.
func TestTabLeavesTheList(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	j := d.page()
	c := d.window.Canvas()
	c.Focus(j.list)
	c.FocusNext()
	if c.Focused() == j.list {
		t.Error("Tab stays in the list")
	}
	stops := 0
	for range 40 {
		c.FocusNext()
		if o, ok := c.Focused().(fyne.CanvasObject); ok {
			windowtest.Walk(j.list, func(in fyne.CanvasObject) {
				if in == o && in != fyne.CanvasObject(j.list) {
					stops++
				}
			})
		}
	}
	if stops > 0 {
		t.Errorf("Tab stops %d times within the list", stops)
	}
}

func TestTheListIsNarrowedAndOrderedUnderView(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	d.jobs[3].Star = true
	d.jobs[1].CapturedBy = []string{"ann@example.com"}
	j := d.page()
	if heads := j.v.State().Headings; len(heads) == 0 || !d.reads("Today") {
		t.Errorf("the days are %+v", heads)
	}
	if last := j.v.State().Headings; j.list.offsetOf(8) != 8*64+float32(len(last))*headingHeight || j.list.rowAt(j.list.offsetOf(5)) != 5 {
		t.Errorf("row 8 begins at %v", j.list.offsetOf(8))
	}
	j.v.AskPeople()
	d.until("the people are known", func() bool { return j.v.State().People != nil })
	test.Tap(j.view)
	if !d.reads("Starred") || !d.reads("Captured by Ann Lee") {
		t.Errorf("it offers %q", d.texts())
	}
	d.window.Canvas().Overlays().Remove(d.window.Canvas().Overlays().Top())
	j.v.List(engine.ShowStarred)
	d.until("one is left", func() bool { return j.v.State().Len == 1 })
	if !d.reads("12 Mill Street") || j.view.Text() != "Starred" {
		t.Errorf("starred: %q, the button says %q", j.titles(), j.view.Text())
	}
	j.v.List(engine.ShowHidden)
	d.until("none is left", func() bool { return d.reads("Nothing to show here") })
	d.tap("Show all")
	j.v.Captured("ann@example.com")
	d.until("hers are left", func() bool { return j.v.State().Len == 1 && j.view.Text() == "Ann Lee" })
	j.v.Captured("")
	j.v.Sort(true)
	d.until("they are ordered", func() bool { s := j.v.State(); return s.Len == 8 && len(s.Headings) == 0 })
	if got := j.list.offsetOf(8); got != 8*64 {
		t.Errorf("without headings row 8 begins at %v", got)
	}
}

var _ fyne.Focusable = (*parts.Button)(nil)

// A row's button is the pointer's.
func TestARowsButtonTakesNoFocus(t *testing.T) {
	if _, focusable := any(&parts.RowButton{}).(fyne.Focusable); focusable {
		t.Error("Tab would stop at it")
	}
}
