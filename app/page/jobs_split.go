package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
)

const (
	widestList   = 520
	narrowest    = 360 // of the list beside a job
	listShare    = 0.525
	coverBelow   = 712 // a page narrower than this shows the list or the job: the window is then below 900
	paneMinWidth = 300
)

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
		move(list, 0, 0, w, size.Height)
		move(line, w, 0, 1, size.Height)
		move(job, w+1, 0, size.Width-w-1, size.Height)
	case s.covered:
		h := back.MinSize().Height
		move(back, 0, 0, size.Width, h)
		move(job, 0, h, size.Width, size.Height-h)
	default:
		move(list, 0, 0, size.Width, size.Height)
	}
}

// MinSize implements fyne.Layout.
func (s *split) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(paneMinWidth, 200) }

// shelf puts the first object on top, the last at the bottom, as high as they
// want to be, and gives the one between them the rest.
type shelf struct{}

// Layout implements fyne.Layout.
func (shelf) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top, middle, bottom := objects[0], objects[1], objects[2]
	above, below := heightIn(top, size.Width), float32(0)
	if bottom.Visible() {
		below = heightIn(bottom, size.Width)
	}
	move(top, 0, 0, size.Width, above)
	move(middle, 0, above, size.Width, max(0, size.Height-above-below))
	move(bottom, 0, size.Height-below, size.Width, below)
}

// MinSize implements fyne.Layout.
func (shelf) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(paneMinWidth, objects[0].MinSize().Height+100)
}

// heightIn gives the height that an object needs in a width: chips that follow
// each other like words know it only once they have that width.
func heightIn(o fyne.CanvasObject, width float32) float32 {
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	return o.MinSize().Height
}

func move(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// relayout puts a container's objects where they belong now, and paints nothing
// anew.
func relayout(c *fyne.Container) { c.Layout.Layout(c.Objects, c.Size()) }
