package parts

import (
	"slices"

	"fyne.io/fyne/v2"

	"dormer/app/look"
)

// followMargin is how much is seen above and below what has the focus: at least
// the label of a field.
const followMargin = 8 * look.Grid

// followed is what had the focus last. It is the window's thread's alone, like everything
// that is drawn.
var followed fyne.CanvasObject

// follow scrolls just so far that a part which was given the focus can be seen.
// One that has it again, because its window or what lay over it gave it back, is
// left where it is: a person may have scrolled on meanwhile.
func follow(o fyne.CanvasObject) {
	if o == followed {
		return
	}
	followed = o
	for _, s := range slices.Backward(following) { // what stands within another is drawn after it
		if s.holds(o) {
			s.show(o)
		}
	}
}

// holds says whether a part stands within the content. Fyne's objects do not know
// what they stand in: what moves along with the content is in it.
func (s *Scroll) holds(o fyne.CanvasObject) bool {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	before, home := at(o), s.area.Content.Position()
	s.area.Content.Move(home.AddXY(0, 1))
	after := at(o)
	s.area.Content.Move(home)
	return after != before
}

// show scrolls just so far that an object of the content is in sight; of one that
// is too high, its beginning.
func (s *Scroll) show(o fyne.CanvasObject) {
	first := s.heightOf(o) - followMargin
	last := first + o.Size().Height + 2*followMargin
	s.to(min(first, max(s.area.Offset.Y, last-s.area.Size().Height)))
}
