package parts

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

const (
	modalWidth float32 = 560
	modalPad   float32 = 20
)

// A ModalBox is a dialog: a card over the dimmed window. Nothing else can be
// tapped or focused while it is there. Escape closes it.
type ModalBox struct {
	widget.BaseWidget
	// OnClosed is called when it has closed, however that came.
	OnClosed func()

	content fyne.CanvasObject
	leave   func() (was bool)
}

var (
	_ fyne.Tappable          = (*ModalBox)(nil)
	_ fyne.SecondaryTappable = (*ModalBox)(nil)
	_ desktop.Hoverable      = (*ModalBox)(nil)
)

// Modal shows content in a dialog over a window.
func Modal(c fyne.Canvas, content fyne.CanvasObject) *ModalBox {
	m := &ModalBox{content: content}
	m.ExtendBaseWidget(m)
	m.leave = Cover(c, m, func(k *fyne.KeyEvent) {
		if k.Name == fyne.KeyEscape {
			m.Close()
		}
	})
	return m
}

// Cover shows an object over a window, whose keys it has meanwhile. leave takes it away,
// and says whether it was still there.
func Cover(c fyne.Canvas, o fyne.CanvasObject, typed func(*fyne.KeyEvent)) (leave func() (was bool)) {
	keys, runes, there := c.OnTypedKey(), c.OnTypedRune(), true
	c.SetOnTypedKey(typed)
	c.SetOnTypedRune(nil)
	c.Overlays().Add(o)
	return func() bool {
		if !there {
			return false
		}
		there = false
		c.SetOnTypedKey(keys)
		c.SetOnTypedRune(runes)
		c.Overlays().Remove(o)
		return true
	}
}

// Close takes the dialog away.
func (m *ModalBox) Close() {
	if m.leave() && m.OnClosed != nil {
		m.OnClosed()
	}
}

// Tapped implements fyne.Tappable: what lies behind gets no tap.
func (m *ModalBox) Tapped(*fyne.PointEvent) {}

// TappedSecondary implements fyne.SecondaryTappable.
func (m *ModalBox) TappedSecondary(*fyne.PointEvent) {}

// MouseIn implements desktop.Hoverable: nothing behind lights up.
func (m *ModalBox) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (m *ModalBox) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (m *ModalBox) MouseOut() {}

// CreateRenderer implements fyne.Widget.
func (m *ModalBox) CreateRenderer() fyne.WidgetRenderer {
	dim, card := &canvas.Rectangle{}, newPanel(look.CardRadius)
	return drawn(&sheet{
		of:      m,
		objects: slices.Concat([]fyne.CanvasObject{dim}, card.objects(), []fyne.CanvasObject{m.content}),
		min:     func() fyne.Size { return fyne.Size{} },
		lay: func(size fyne.Size) {
			if size.IsZero() {
				return
			}
			dim.Resize(size)
			w := min(modalWidth, size.Width-2*look.PageMargin)
			if inner := m.content.Size(); inner.Width != w-2*modalPad {
				// Its height stays: what was scrolled in it would otherwise go back to its top.
				m.content.Resize(fyne.NewSize(w-2*modalPad, inner.Height))
			}
			h := float32(math.Ceil(float64(min(m.content.MinSize().Height+2*modalPad, size.Height-2*look.PageMargin))))
			card.put((size.Width-w)/2, (size.Height-h)/2, w, h)
			middle(m.content, fyne.NewSize(w-2*modalPad, h-2*modalPad), size)
		},
		paint: func(i ink) {
			dim.FillColor = i.of(look.ColorDimmed)
			card.paint(i, look.ColorPanel, look.ColorLine)
		},
	})
}

// PassKey hands a key that means nothing to a part to the window, or to the dialog over it.
func PassKey(o fyne.CanvasObject, k *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(k)
	}
}

// PassRune does so with a letter.
func PassRune(o fyne.CanvasObject, r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}
