package page

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// largeRoof shows a roof over the whole window, where the wheel and the pointer have it for themselves. Escape closes it.
type largeRoof struct {
	widget.BaseWidget

	drawing *roofDrawing
	layers  []view.Layer
	chips   []*parts.Chip
	content fyne.CanvasObject
	leave   func() (was bool)
}

// showRoof shows a roof over the window.
func showRoof(nav Nav, s view.DrawingState) *largeRoof {
	l := &largeRoof{layers: s.Layers}
	l.ExtendBaseWidget(l)
	l.drawing = newRoofDrawing(nil)
	flow := parts.NewFlow(6)
	for _, layer := range s.Layers {
		l.chips = append(l.chips, parts.NewChip(layer.Name(), layer == s.Layer, func() { l.choose(layer) }))
		flow.Add(l.chips[len(l.chips)-1])
	}
	for _, z := range zoomChips(l.drawing) {
		flow.Add(z)
	}
	title := cmp.Or(s.Of, words.T("job.roof"))
	shut := parts.NewButton(words.T("job.photo_close"), parts.Primary, l.close)
	top := parts.Row(12, parts.Fill(parts.NewText(title, parts.Figure)), shut)
	hint := parts.NewText(words.T("job.roof_hint"), parts.Second)
	l.content = container.NewBorder(parts.Column(10, top, flow), parts.Column(8, legend(*s.Plan), hint), nil, nil, l.drawing)
	l.drawing.show(*s.Plan, s.Layer)
	l.leave = parts.Cover(nav.Canvas(), l, func(k *fyne.KeyEvent) {
		if k.Name == fyne.KeyEscape {
			l.close()
		}
	})
	nav.Canvas().Focus(l.drawing)
	return l
}

// zoomChips make a drawing larger, smaller, and whole again.
func zoomChips(d *roofDrawing) []*parts.Chip {
	return []*parts.Chip{
		parts.NewChip("−", false, func() { d.larger(1 / zoomStep) }), parts.NewChip("+", false, func() { d.larger(zoomStep) }),
	}
}

// choose writes something else on the roof; what is written there already is taken away.
func (l *largeRoof) choose(layer view.Layer) {
	if layer == l.drawing.layer {
		layer = view.LayerNone
	}
	l.drawing.setLayer(layer)
	for i, c := range l.chips {
		c.SetOn(l.layers[i] == layer)
	}
}

func (l *largeRoof) close() { l.leave() }

// CreateRenderer implements fyne.Widget.
func (l *largeRoof) CreateRenderer() fyne.WidgetRenderer {
	ground := canvas.NewRectangle(theme.CurrentForWidget(l).Color(look.ColorPanel,
		fyne.CurrentApp().Settings().ThemeVariant()))
	m := look.PageMargin
	return widget.NewSimpleRenderer(container.NewStack(ground, parts.Pad(m, m, m, m, l.content)))
}
