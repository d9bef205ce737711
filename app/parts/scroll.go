package parts

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// bleed is how far the area that scrolls reaches beyond the part at either side:
// room for the scroll bar, and for the rings and edges of what stands at the rim.
const bleed = 3 * look.Grid

// A Scroll is content that can be scrolled up and down. Its content is as wide as
// the part; the bar runs in the margin at its right. It follows the focus.
type Scroll struct {
	widget.BaseWidget
	content  fyne.CanvasObject
	area     *container.Scroll
	wheel    *wheel
	whole    bool // it asks for the height of all of its content
	scrolled func()
}

// following are the scrolls that are drawn. They are the window's thread's alone.
var following []*Scroll

// NewScroll gives content that can be scrolled.
func NewScroll(content fyne.CanvasObject) *Scroll {
	s := &Scroll{
		content: content, area: container.NewVScroll(Pad(look.Grid, bleed, look.Grid, bleed, content)), scrolled: func() {},
	}
	s.wheel = newWheel(s.area)
	s.ExtendBaseWidget(s)
	return s
}

// ToTop scrolls to the beginning.
func (s *Scroll) ToTop() { s.area.ScrollToTop() }

// To scrolls so far that an object of the content stands at the top.
func (s *Scroll) To(o fyne.CanvasObject) { s.to(s.heightOf(o) - look.Grid) }

// OnScrolled has f called after it was scrolled.
func (s *Scroll) OnScrolled(f func()) {
	s.scrolled = f
	s.area.OnScrolled = func(fyne.Position) { f() }
}

// Seen gives the stretch of the content that is in sight.
func (s *Scroll) Seen() (top, bottom float32) {
	top = s.area.Offset.Y - look.Grid
	return top, top + s.area.Size().Height
}

// to scrolls to an offset, or as near to it as there is content.
func (s *Scroll) to(offset float32) {
	offset = max(0, min(offset, s.area.Content.MinSize().Height-s.area.Size().Height))
	if offset != s.area.Offset.Y {
		s.area.ScrollToOffset(fyne.NewPos(0, offset))
		s.scrolled() // Fyne tells of a person's scrolling alone
	}
}

// heightOf gives how far below the content's upper edge an object of it stands.
func (s *Scroll) heightOf(o fyne.CanvasObject) float32 {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	return at(o).Y - at(s.area.Content).Y
}

// CreateRenderer implements fyne.Widget.
func (s *Scroll) CreateRenderer() fyne.WidgetRenderer {
	following = append(following, s)
	return drawn(&sheet{
		of:      s,
		objects: []fyne.CanvasObject{s.area, s.wheel},
		min: func() fyne.Size {
			size := s.content.MinSize()
			if !s.whole {
				size.Height = look.ButtonHeight
			}
			return size
		},
		lay: func(size fyne.Size) {
			Put(s.area, -bleed, -look.Grid, size.Width+2*bleed, size.Height+2*look.Grid)
			Put(s.wheel, 0, 0, size.Width, size.Height)
			// What wraps knows its height only now that it has a width.
			if need := s.area.Content.MinSize().Height; need != s.area.Content.Size().Height && need > s.area.Size().Height {
				s.area.Refresh()
			}
		},
		paint: func(ink) {},
		gone:  func() { following = slices.DeleteFunc(following, func(f *Scroll) bool { return f == s }) },
	})
}

// wheel lies over an area that scrolls and takes the mouse wheel for it: else each
// of Fyne's entries in the area would, and turn it into nothing.
type wheel struct {
	widget.BaseWidget
	area *container.Scroll
}

func newWheel(area *container.Scroll) *wheel {
	w := &wheel{area: area}
	w.ExtendBaseWidget(w)
	return w
}

// Scrolled implements fyne.Scrollable.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) { w.area.Scrolled(e) }

// Visible implements fyne.CanvasObject: where all is in sight, a list within may
// have the wheel.
func (w *wheel) Visible() bool {
	return w.BaseWidget.Visible() && w.area.Content.MinSize().Height > w.area.Size().Height
}

// CreateRenderer implements fyne.Widget: there is nothing to be seen.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}
