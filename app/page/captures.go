package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Captures is the page of the capture requests: whom somebody asked to
// photograph a house, and the form to ask one more.
type Captures struct {
	inSight
	v   *view.Captures
	nav Nav

	list   *rowList
	rows   fyne.CanvasObject
	empty  *emptyPage
	form   *captureDialog // nil while it is closed
	shown  view.CapturesState
	copied hover.CaptureRequestID // whose link is on the clipboard
}

// NewCaptures gives the page over the state of the capture requests.
func NewCaptures(v *view.Captures, nav Nav) *Captures {
	c := &Captures{inSight: inSight{state: v}, v: v, nav: nav}
	c.list = newRowList(func() int { return len(c.shown.Rows) },
		func() rowContent { return newCaptureRow(c.copy, c.ask, nav.ShowJob) }, c.update)
	c.list.opened = func(row int) { c.open(c.shown.Rows[row]) }
	c.list.menu = func(row int) []*fyne.MenuItem { return c.rowMenu(c.shown.Rows[row]) }
	c.rows = c.list.content()
	c.empty = newEmptyPage(0, parts.Primary)
	ask := parts.NewButton(words.T("captures.new"), parts.Primary, c.New)
	c.content = parts.Within(look.Widest,
		parts.NewPage(words.T("captures.title"), parts.NewText(words.T("captures.says"), parts.Second),
			container.NewStack(c.rows, c.empty.content), ask))
	v.Changed = c.draw
	c.draw()
	return c
}

// Hidden implements [Page].
func (c *Captures) Hidden() {
	c.copied = ""
	c.inSight.Hidden()
}

// New opens the form for a new request, as it was left.
func (c *Captures) New() {
	if c.form == nil {
		c.form = showCaptureDialog(c.v, c.nav, func() { c.form = nil })
	}
}

func (c *Captures) update(i int, o fyne.CanvasObject) {
	if i < len(c.shown.Rows) {
		r := c.shown.Rows[i]
		o.(*captureRow).show(r, r.ID == c.copied)
	}
}

// draw shows the state of the requests.
func (c *Captures) draw() {
	s := c.v.State()
	c.shown = s
	parts.Visible(c.rows, len(s.Rows) > 0)
	switch {
	case len(s.Rows) > 0:
		c.empty.hide()
	case s.Problem != nil:
		c.empty.show(words.T("captures.problem_title"), words.Error(s.Problem), words.T("captures.try_again"), c.v.Reload)
	case s.Loaded:
		c.empty.show(words.T("captures.empty_title"), words.T("captures.empty_says"), words.T("captures.new"), c.New)
	}
	c.list.Refresh()
	c.content.Refresh() // what was hidden while the page was laid out has no size yet
	if c.form != nil {
		c.form.draw()
	}
}

// open shows the job of a request, if there is one.
func (c *Captures) open(r view.CaptureRow) {
	if r.Job != "" {
		c.nav.ShowJob(r.Job)
	}
}

// rowMenu is what can be done with a request.
func (c *Captures) rowMenu(r view.CaptureRow) (items []*fyne.MenuItem) {
	add := func(text string, does func()) { items = append(items, fyne.NewMenuItem(text, does)) }
	if r.Job != "" {
		add(words.T("captures.show_job"), func() { c.open(r) })
	}
	if r.Link != "" {
		add(words.T("captures.copy_link"), func() { c.copy(r) })
	}
	add(words.T("captures.again"), func() {
		c.v.Again(r.ID)
		c.New()
	})
	if r.Deletable && !r.Deleting {
		add(words.T("captures.delete"), func() { c.ask(r) })
	}
	return items
}

// copy puts a request's link on the clipboard, and says so.
func (c *Captures) copy(r view.CaptureRow) {
	c.nav.Copy(r.Link)
	c.copied = r.ID
	c.list.Refresh()
}

// ask asks before a request is taken back.
func (c *Captures) ask(r view.CaptureRow) {
	parts.Confirm(c.nav.Canvas(), words.T("captures.delete_title"), words.T("captures.delete_says", "house", r.Title),
		words.T("captures.delete_yes"), func() { c.v.Delete(r.ID) })
}
