package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// entryAir is the space around an entry in its box, beside what Fyne has in it.
const entryAir float32 = 3

// entryBox is the ground and the edge of an entry, with something at its right
// end: red where something is wrong, and sunk in where nothing can be written. A
// theme for Fyne's own edge would cost some 10 MB an entry, since Fyne loads all
// fonts for every theme that it meets.
type entryBox struct {
	widget.BaseWidget
	entry *entry
	tail  fyne.CanvasObject
	wrong bool
}

var (
	_ fyne.Tappable      = (*entryBox)(nil)
	_ desktop.Cursorable = (*entryBox)(nil)
)

// newEntryBox gives the box of an entry.
func newEntryBox(e *entry, tail fyne.CanvasObject) *entryBox {
	b := &entryBox{entry: e, tail: tail}
	b.ExtendBaseWidget(b)
	e.turned = b.Refresh
	return b
}

// Tapped implements fyne.Tappable: beside the text is as good as on it.
func (b *entryBox) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(b.entry); c != nil && !b.entry.Disabled() {
		c.Focus(b.entry)
	}
}

// Cursor implements desktop.Cursorable.
func (b *entryBox) Cursor() desktop.Cursor { return b.entry.Cursor() }

// CreateRenderer implements fyne.Widget.
func (b *entryBox) CreateRenderer() fyne.WidgetRenderer {
	box := newPanel(look.ButtonRadius)
	return drawn(&sheet{
		of:      b,
		objects: append(box.objects(), b.entry, b.tail),
		min: func() fyne.Size {
			return b.entry.MinSize().AddWidthHeight(entryAir+max(entryAir, b.tail.MinSize().Width), 2*entryAir)
		},
		lay: func(size fyne.Size) {
			box.put(0, 0, size.Width, size.Height)
			w := b.tail.MinSize().Width
			Put(b.tail, size.Width-1-w, 1, w, size.Height-2)
			Put(b.entry, entryAir, entryAir, size.Width-entryAir-max(entryAir, w), size.Height-2*entryAir)
		},
		paint: func(i ink) {
			switch {
			case b.entry.Disabled():
				box.paint(i, theme.ColorNameDisabledButton, theme.ColorNameDisabledButton)
			case b.wrong:
				box.paint(i, theme.ColorNameInputBackground, look.ColorFailed)
			case b.entry.focused:
				box.paint(i, theme.ColorNameInputBackground, theme.ColorNamePrimary)
			default:
				box.paint(i, theme.ColorNameInputBackground, look.ColorEdge)
			}
		},
	})
}
