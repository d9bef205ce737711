package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
)

const (
	widestList   = 520
	narrowest    = 360 // of the list beside a job
	listShare    = 0.525
	coverBelow   = 712 // a page narrower than this shows the list or the job: the window is then below 900
	paneMinWidth = 300
)

// A splitPage has a list at the left and one of its rows in full at the right. On a narrow
// window that covers the list, with a way back.
type splitPage struct {
	inSight
	nav    Nav
	list   *rowList
	split  *split
	panes  *fyne.Container
	goBack func()
}

// begin puts list and detail into the page. back is what the way back is called.
func (p *splitPage) begin(list, detail fyne.CanvasObject, back string, goBack func()) {
	way := parts.Pad(8, 12, 0, 8, parts.Row(0, parts.NewButton(back, parts.Quiet, goBack), parts.Fill(nil)))
	p.split, p.goBack = &split{}, goBack
	p.panes = container.New(p.split, list, parts.NewLine(), detail, way)
}

// narrow says that there is no room for both.
func (p *splitPage) narrow() bool { return p.split.narrow(p.panes.Size().Width) }

// cover has what is at the right cover the list, where there is no room for both.
func (p *splitPage) cover(yes bool) {
	if p.split.covered != yes {
		p.split.covered = yes
		relayout(p.panes)
	}
}

// Back goes from what covers the list back to it. It says whether there was something.
func (p *splitPage) Back() bool {
	covered := p.split.covered && p.narrow()
	if covered {
		p.goBack()
	}
	return covered
}

func (p *splitPage) focusList() {
	if p.list.Length() > 0 {
		p.nav.Canvas().Focus(p.list)
	}
}

// split puts the list at the left and the job at the right of it; where there is
// no room for both, the job covers the list when covered is true. Its objects
// are the list, the line between, the job, and the way back.
type split struct {
	covered bool
	alone   bool   // the last time there was no room for both
	turned  func() // that has changed; nil: it does not matter
}

// narrow says whether a page of that width has no room for both.
func (s *split) narrow(width float32) bool { return width > 0 && width < coverBelow }

// Layout implements fyne.Layout.
func (s *split) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	list, line, job, back := objects[0], objects[1], objects[2], objects[3]
	narrow := s.narrow(size.Width)
	if narrow != s.alone && s.turned != nil {
		defer s.turned()
	}
	s.alone = narrow
	parts.Visible(list, !narrow || !s.covered)
	parts.Visible(line, !narrow)
	parts.Visible(job, !narrow || s.covered)
	parts.Visible(back, narrow && s.covered)
	switch {
	case !narrow:
		w := min(max(size.Width*listShare, narrowest), widestList)
		parts.Put(list, 0, 0, w, size.Height)
		parts.Put(line, w, 0, 1, size.Height)
		parts.Put(job, w+1, 0, size.Width-w-1, size.Height)
	case s.covered:
		h := back.MinSize().Height
		parts.Put(back, 0, 0, size.Width, h)
		parts.Put(job, 0, h, size.Width, size.Height-h)
	default:
		parts.Put(list, 0, 0, size.Width, size.Height)
	}
}

// MinSize implements fyne.Layout.
func (s *split) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(paneMinWidth, 200) }

// relayout puts a container's objects where they belong now, and paints nothing
// anew.
func relayout(c *fyne.Container) { c.Layout.Layout(c.Objects, c.Size()) }
