package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// tap is what all parts that can be tapped share: the pointer and the disabled
// state. It is embedded by them.
type tap struct {
	widget.DisableableWidget
	self    fyne.Widget // the part that embeds it
	tapped  func()
	hovered bool
}

// press is a tap that Tab leads to, and that Enter and Space press.
type press struct {
	tap
	focused bool
}

var (
	_ fyne.Tappable      = (*tap)(nil)
	_ fyne.Focusable     = (*press)(nil)
	_ fyne.Disableable   = (*tap)(nil)
	_ desktop.Hoverable  = (*tap)(nil)
	_ desktop.Cursorable = (*tap)(nil)
)

// begin makes it the tap of a part.
func (p *tap) begin(self fyne.Widget, tapped func()) {
	p.self, p.tapped = self, tapped
	p.ExtendBaseWidget(self)
}

// OnTapped changes what a tap does.
func (p *tap) OnTapped(f func()) { p.tapped = f }

// Tapped implements fyne.Tappable.
func (p *tap) Tapped(*fyne.PointEvent) {
	if of, ok := p.self.(fyne.Disableable); ok && p.tapped != nil && !of.Disabled() {
		p.tapped()
	}
}

// TypedKey implements fyne.Focusable: Enter and Space tap, all other
// keys are the window's or the dialog's.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.Tapped(nil)
	default:
		PassKey(p.self, e)
	}
}

// TypedRune implements fyne.Focusable; letters are the window's. A space has been
// a key already.
func (p *press) TypedRune(r rune) {
	if r != ' ' {
		PassRune(p.self, r)
	}
}

// FocusGained implements fyne.Focusable.
func (p *press) FocusGained() {
	p.focused = true
	p.Refresh()
	follow(p.self)
}

// FocusLost implements fyne.Focusable.
func (p *press) FocusLost() { p.focused = false; p.Refresh() }

// MouseIn implements desktop.Hoverable.
func (p *tap) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (p *tap) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *tap) MouseOut() { p.hovered = false; p.Refresh() }

// Cursor implements desktop.Cursorable.
func (p *tap) Cursor() desktop.Cursor {
	if p.Disabled() || p.tapped == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// paintOver paints the veil that lies over a part under the pointer.
func (p *tap) paintOver(over *canvas.Rectangle, i ink) {
	over.FillColor = i.of(theme.ColorNameHover)
	over.Hidden = !p.hovered || p.Disabled() || p.tapped == nil
}

// paintRing paints the ring of the focus: slate around an open part, a light line
// within a filled one.
func (p *press) paintRing(ring *canvas.Rectangle, i ink, filled bool) {
	outline(ring, i.of(theme.ColorNamePrimary), 2)
	ring.CornerRadius = look.ButtonRadius
	if filled {
		outline(ring, i.of(look.ColorOnPrimary), 1.5)
		ring.CornerRadius = look.ButtonRadius - 3
	}
	ring.Hidden = !p.focused || p.Disabled()
}

// layRing puts the ring where paintRing means it.
func (p *press) layRing(ring *canvas.Rectangle, size fyne.Size, filled bool) {
	in := Either[float32](filled, 3, 0)
	Put(ring, in, in, size.Width-2*in, size.Height-2*in)
}

// A plate is what most of what can be pressed stands on: a ground, the veil under the pointer, the ring of the focus.
type plate struct{ fill, over, ring *canvas.Rectangle }

func newPlate(radius float32) plate {
	return plate{&canvas.Rectangle{CornerRadius: radius}, &canvas.Rectangle{CornerRadius: radius}, &canvas.Rectangle{}}
}

// objects gives what the plate is drawn with, under something else.
func (p plate) objects(above ...fyne.CanvasObject) []fyne.CanvasObject {
	return append([]fyne.CanvasObject{p.fill, p.over, p.ring}, above...)
}

// put gives the plate its size. Without keys it has no ring.
func (p plate) put(size fyne.Size, keys *press, filled bool) {
	Put(p.fill, 0, 0, size.Width, size.Height)
	Put(p.over, 0, 0, size.Width, size.Height)
	if keys != nil {
		keys.layRing(p.ring, size, filled)
	}
}

// paint paints veil and ring.
func (p plate) paint(i ink, of *tap, keys *press, filled bool) {
	of.paintOver(p.over, i)
	if keys == nil {
		return
	}
	keys.paintRing(p.ring, i, filled)
	if p.over.CornerRadius != look.ButtonRadius {
		p.ring.CornerRadius = p.over.CornerRadius
	}
}
