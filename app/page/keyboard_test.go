package page

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/windowtest"
	"dormer/internal/engine"
)

// tabs presses Tab, or Shift and Tab, until it is round once, and checks that
// whatever has the focus can be seen in the page, but for what stands beside it.
// It gives the number of stops.
func tabs(t *testing.T, c fyne.Canvas, page *parts.Scroll, tab func(), beside ...fyne.Focusable) (stops int) {
	t.Helper()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	c.Unfocus()
	tab()
	first := c.Focused()
	for {
		o := c.Focused().(fyne.CanvasObject)
		stops++
		top := at(o).Y - at(page).Y
		if bottom := top + o.Size().Height; (top < 0 || bottom > page.Size().Height) && !slices.Contains(beside, c.Focused()) {
			t.Errorf("stop %d is at %v to %v of a page of %v", stops, top, bottom, page.Size().Height)
		}
		if tab(); c.Focused() == first || stops > 500 {
			return stops
		}
	}
}

func TestTheSettingsFollowTheKeyboard(t *testing.T) {
	inSettings(t, 820, func(t *testing.T, w *settingsWindow) {
		w.Window.Resize(fyne.NewSize(820, 320))
		c := w.Window.Canvas()
		down := tabs(t, c, w.page.scroll, c.FocusNext)
		up := tabs(t, c, w.page.scroll, c.FocusPrevious)
		if down < 20 || up != down {
			t.Errorf("%d stops down and %d up", down, up)
		}
	})
}

func TestTheJobFollowsTheKeyboardThroughAllItsPhotos(t *testing.T) {
	d := newJobDesk(t, 473, 400)
	detail := sycamore()
	for range 60 {
		detail.Structures[0].Pictures = append(detail.Structures[0].Pictures, engine.Part("photo/one-more"))
	}
	j, v := d.job(detail)
	c := d.window.Canvas()
	down := tabs(t, c, j.scroll, c.FocusNext)
	up := tabs(t, c, j.scroll, c.FocusPrevious)
	if photos := len(v.State().Photos); photos < 60 || down < photos || up != down {
		t.Errorf("%d stops down and %d up, with %d photos", down, up, photos)
	}
}

func TestHealthFollowsTheKeyboard(t *testing.T) {
	o := newOffice(t, 600, 300)
	p := healthPage(o)
	c := o.window.Canvas()
	if stops := tabs(t, c, p.scroll, c.FocusNext); stops < 4 {
		t.Errorf("%d stops", stops)
	}
}

func TestARequestsFormFollowsTheKeyboard(t *testing.T) {
	o := newOffice(t, 600, 400)
	p := capturesPage(o)
	p.New()
	f, c := p.form, o.window.Canvas()
	if stops := tabs(t, c, f.scroll, c.FocusNext, f.close, f.send); stops < 12 {
		t.Errorf("%d stops", stops)
	}
}

func TestTheRowWhereTheKeysAreIsMarked(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	p := d.page()
	marked := func() (titles []string) {
		windowtest.Each(d.window, func(o fyne.CanvasObject) {
			if r, ok := o.(*listRow); ok && r.ring.Visible() {
				titles = append(titles, r.content.(*jobRow).title.Text())
			}
		})
		return titles
	}
	c := d.window.Canvas()
	if got := marked(); len(got) != 0 {
		t.Errorf("before the keys are there %q are marked", got)
	}
	c.Focus(p.list)
	if got := marked(); !slices.Equal(got, []string{p.v.Row(0).Title}) {
		t.Errorf("marked are %q", got)
	}
	p.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if got := marked(); !slices.Equal(got, []string{p.v.Row(1).Title}) {
		t.Errorf("one below, marked are %q", got)
	}
	c.Unfocus()
	if got := marked(); len(got) != 0 {
		t.Errorf("when the keys have gone %q are marked", got)
	}
}

// TestTheRowUnderThePointerIsTheOnlyOneWithAVeil, also after another was clicked.
func TestTheRowUnderThePointerIsTheOnlyOneWithAVeil(t *testing.T) {
	d := newJobsDesk(t, 1180, 760)
	d.jobs = someJobs()
	d.page()
	c := d.window.Canvas()
	edge := func(row int) (at fyne.Position) { // of a row, where nothing else is
		windowtest.Each(d.window, func(o fyne.CanvasObject) {
			if r, ok := o.(*listRow); ok && r.at == row {
				at = fyne.CurrentApp().Driver().AbsolutePositionForObject(r).AddXY(8, r.Size().Height-look.RowHeight/2)
			}
		})
		return at
	}
	veiled := func(row int) (is bool) {
		windowtest.Each(d.window, func(o fyne.CanvasObject) {
			if r, ok := o.(*listRow); ok && r.at == row {
				is = r.veil.Visible()
			}
		})
		return is
	}
	test.TapCanvas(c, edge(3))
	if veiled(0) {
		t.Error("the first row has a veil because another was clicked")
	}
	test.MoveMouse(c, edge(1))
	if !veiled(1) || veiled(2) {
		t.Errorf("the pointer is on row 1; veiled: row 1 %v, row 2 %v", veiled(1), veiled(2))
	}
	test.MoveMouse(c, edge(2))
	if veiled(1) || !veiled(2) {
		t.Errorf("the pointer went to row 2; veiled: row 1 %v, row 2 %v", veiled(1), veiled(2))
	}
}
