package parts

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
)

// Tips tell the whole of a text that is cut, near it, once the pointer has rested on it.
// They lie over what they tell of and take nothing from it: neither its taps nor the
// keys, which an overlay of the window would.
type Tips struct {
	content *fyne.Container
	layer   *fyne.Container
	tip     *Card
	says    *Paragraph                          // what stands on it
	on      *Text                               // that the pointer is on, if it is cut
	rests   func(rested func()) (leaves func()) // calls when the pointer has rested
	leaves  func()                              // the pointer has not rested on it yet
}

// restsFor is how long the pointer rests on a text before all of it is told.
const restsFor = 500 * time.Millisecond

// NewTips gives what tells of the texts of an object.
func NewTips(of fyne.CanvasObject) *Tips {
	t := &Tips{says: NewParagraph("", Ink), rests: func(rested func()) func() {
		a := fyne.NewAnimation(restsFor, func(done float32) { // the window's thread has no other clock
			if done == 1 {
				rested()
			}
		})
		a.Start()
		return a.Stop
	}}
	t.tip = NewCard(t.says).SetPad(tipPad)
	t.tip.radius, t.tip.edge = look.ButtonRadius, look.ColorDim
	t.tip.Hide()
	t.layer = container.NewWithoutLayout(t.tip)
	t.content = container.NewStack(of, t.layer)
	return t
}

// Content gives the object with its tips.
func (t *Tips) Content() fyne.CanvasObject { return t.content }

// Over says where in the window the pointer is, and which texts may be there.
func (t *Tips) Over(at fyne.Position, texts ...*Text) {
	i := slices.IndexFunc(texts, func(text *Text) bool { return text.Visible() && text.isCut() && under(at, text) })
	switch {
	case i < 0:
		t.Gone()
	case texts[i] != t.on:
		t.Gone()
		t.on = texts[i]
		t.leaves = t.rests(t.tell)
	}
}

// Gone says that the pointer has left.
func (t *Tips) Gone() {
	if t.on == nil {
		return
	}
	if t.leaves != nil {
		t.leaves()
	}
	t.on, t.leaves = nil, nil
	t.tip.Hide()
}

// Changed says that texts say something else now: what was told of one holds no more.
func (t *Tips) Changed() {
	if t.on != nil && t.tip.Visible() && t.says.Text() != t.on.Text() {
		t.Gone()
	}
}

// under says whether a place of the window is within an object.
func under(at fyne.Position, o fyne.CanvasObject) bool {
	from, size := fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()
	return at.X >= from.X && at.Y >= from.Y && at.X < from.X+size.Width && at.Y < from.Y+size.Height
}

const (
	tipWidest float32 = 420
	tipPad    float32 = 8
	tipGap    float32 = 4
)

// tell shows all of the text: below it, or above it where there is no room.
func (t *Tips) tell() {
	if t.on == nil {
		return
	}
	t.leaves = nil
	t.says.SetText(t.on.Text())
	place := fyne.CurrentApp().Driver().AbsolutePositionForObject
	from, area := place(t.on).Subtract(place(t.layer)), t.layer.Size()
	w := min(t.says.Natural().Width+1, tipWidest, area.Width-2*tipPad-2*tipGap)
	t.says.Resize(fyne.NewSize(w, 0))
	w, h := w+2*tipPad, t.says.MinSize().Height+2*tipPad
	y := from.Y + t.on.Size().Height + tipGap
	if y+h > area.Height {
		y = max(0, from.Y-tipGap-h)
	}
	t.tip.Show()
	Put(t.tip, max(tipGap, min(from.X, area.Width-w-tipGap)), y, w, h)
	t.layer.Refresh() // what was hidden so far is in no window yet, and paints nothing
}
