package page

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/figures"
	"dormer/internal/roof"
	"dormer/internal/words"
)

// roofDrawing draws a roof from above, to scale. Each kind of edge has a colour and strokes of its own. It is made larger
// with + and the wheel, moved with the arrow keys and by dragging, and is whole again with 0.
type roofDrawing struct {
	widget.BaseWidget

	plan    roof.Plan
	low     roof.Point // the corners of all of it
	high    roof.Point
	inside  []roof.Point // where each facet has its label
	room    []float64    // how far that is from the facet's edges, in feet
	layer   view.Layer
	zoom    float64
	middle  flat   // what stands in the middle, in feet
	tapped  func() // shows it large; nil where it is
	zoomed  func() // told after it was made larger or smaller
	focused bool
	canvas  *roofRenderer
}

// flat is a place on the drawing, Y downwards.
type flat struct{ x, y float64 }

func flatten(p roof.Point) flat { return flat{p.X, -p.Y} }

const (
	mostZoom   = 12.0
	zoomStep   = 1.4
	roofMargin = 14.0 // around the drawing, for labels at its rim
	roofFoot   = 22.0 // below it, for the scale
	mostDashed = 400  // edges; of more than that each is one stroke
)

var (
	_ fyne.Focusable     = (*roofDrawing)(nil)
	_ fyne.Tappable      = (*roofDrawing)(nil)
	_ fyne.Scrollable    = (*roofDrawing)(nil)
	_ fyne.Draggable     = (*roofDrawing)(nil)
	_ desktop.Cursorable = (*roofDrawing)(nil)
)

func newRoofDrawing(tapped func()) *roofDrawing {
	r := &roofDrawing{zoom: 1, tapped: tapped, zoomed: func() {}}
	r.ExtendBaseWidget(r)
	return r
}

// show draws another roof, all of it.
func (r *roofDrawing) show(p roof.Plan, layer view.Layer) {
	r.plan, r.layer = p, layer
	r.low, r.high = p.Bounds()
	r.inside, r.room = nil, nil
	for _, f := range p.Facets {
		at := f.Inside()
		r.inside, r.room = append(r.inside, at), append(r.room, f.Reach(at))
	}
	r.fit()
}

// setLayer writes something else on it.
func (r *roofDrawing) setLayer(l view.Layer) {
	if l != r.layer {
		r.layer = l
		r.Refresh()
	}
}

// fit shows all of it.
func (r *roofDrawing) fit() {
	r.zoom, r.middle = 1, flat{(r.low.X + r.high.X) / 2, -(r.low.Y + r.high.Y) / 2}
	r.zoomed()
	r.Refresh()
}

// larger makes it larger by a factor, or smaller, around what stands in the middle.
func (r *roofDrawing) larger(by float64) { r.largerAt(by, r.center()) }

// largerAt does so around a place of the window that stays where it is.
func (r *roofDrawing) largerAt(by float64, at fyne.Position) {
	zoom := min(max(r.zoom*by, 1), mostZoom)
	if zoom == r.zoom {
		return
	}
	before, center := r.scale(), r.center()
	r.zoom = zoom
	after := r.scale()
	r.middle.x += float64(at.X-center.X) * (1/before - 1/after)
	r.middle.y += float64(at.Y-center.Y) * (1/before - 1/after)
	r.move(0, 0)
	r.zoomed()
}

// move moves what is seen by so many pixels, as far as there is a roof.
func (r *roofDrawing) move(dx, dy float32) {
	if r.zoom <= 1 {
		r.fit()
		return
	}
	k := r.scale()
	r.middle.x = min(max(r.middle.x+float64(dx)/k, r.low.X), r.high.X)
	r.middle.y = min(max(r.middle.y+float64(dy)/k, -r.high.Y), -r.low.Y)
	r.Refresh()
}

func (r *roofDrawing) center() fyne.Position {
	return fyne.NewPos(r.Size().Width/2, (r.Size().Height+roofMargin-roofFoot)/2)
}

// scale is how many pixels a foot has.
func (r *roofDrawing) scale() float64 {
	w, h := float64(r.Size().Width)-2*roofMargin, float64(r.Size().Height)-roofMargin-roofFoot
	return max(min(w/max(r.high.X-r.low.X, 1), h/max(r.high.Y-r.low.Y, 1)), 0.01) * r.zoom
}

// place gives where a point of the roof is drawn.
func (r *roofDrawing) place(p roof.Point) fyne.Position {
	k, at, c := r.scale(), flatten(p), r.center()
	return fyne.NewPos(c.X+float32((at.x-r.middle.x)*k), c.Y+float32((at.y-r.middle.y)*k))
}

// Tapped implements fyne.Tappable: it is shown large, or takes the keys.
func (r *roofDrawing) Tapped(*fyne.PointEvent) {
	if r.tapped != nil {
		r.tapped()
	} else if c := fyne.CurrentApp().Driver().CanvasForObject(r); c != nil {
		c.Focus(r)
	}
}

// Cursor implements desktop.Cursorable.
func (r *roofDrawing) Cursor() desktop.Cursor {
	if r.tapped == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// Scrolled implements fyne.Scrollable: the wheel makes it larger under the pointer.
func (r *roofDrawing) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case e.Scrolled.DY > 0:
		r.largerAt(zoomStep, e.Position)
	case e.Scrolled.DY < 0:
		r.largerAt(1/zoomStep, e.Position)
	}
}

// Dragged implements fyne.Draggable.
func (r *roofDrawing) Dragged(e *fyne.DragEvent) { r.move(-e.Dragged.DX, -e.Dragged.DY) }

// DragEnd implements fyne.Draggable.
func (r *roofDrawing) DragEnd() {}

// FocusGained implements fyne.Focusable.
func (r *roofDrawing) FocusGained() {
	r.focused = true
	r.Refresh()
}

// FocusLost implements fyne.Focusable.
func (r *roofDrawing) FocusLost() {
	r.focused = false
	r.Refresh()
}

// TypedRune implements fyne.Focusable.
func (r *roofDrawing) TypedRune(k rune) {
	switch k {
	case '+', '=':
		r.larger(zoomStep)
	case '-', '−':
		r.larger(1 / zoomStep)
	case '0':
		r.fit()
	case ' ':
	default:
		parts.PassRune(r, k)
	}
}

// TypedKey implements fyne.Focusable: the arrows move what is seen of a larger one, Enter shows it large; all other keys
// are the window's.
func (r *roofDrawing) TypedKey(e *fyne.KeyEvent) {
	const step = 40
	way := map[fyne.KeyName][2]float32{
		fyne.KeyLeft: {-step, 0}, fyne.KeyRight: {step, 0}, fyne.KeyUp: {0, -step}, fyne.KeyDown: {0, step},
	}
	by, arrow := way[e.Name]
	switch {
	case arrow && r.zoom > 1:
		r.move(by[0], by[1])
	case r.tapped != nil && (e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter || e.Name == fyne.KeySpace):
		r.tapped()
	default:
		parts.PassKey(r, e)
	}
}

// MinSize implements fyne.CanvasObject: it is as large as it is made.
func (r *roofDrawing) MinSize() fyne.Size { return fyne.NewSize(120, 100) }

// CreateRenderer implements fyne.Widget.
func (r *roofDrawing) CreateRenderer() fyne.WidgetRenderer {
	r.canvas = &roofRenderer{of: r}
	r.canvas.paint()
	return r.canvas
}

// roofRenderer draws a roof.
type roofRenderer struct {
	of      *roofDrawing
	objects []fyne.CanvasObject
	labels  []*canvas.Text
	taken   []label // where something is written already
}

// label is an area that something is written in.
type label struct {
	at   fyne.Position
	size fyne.Size
}

func (r *roofRenderer) Layout(fyne.Size)             { r.paint() }
func (r *roofRenderer) MinSize() fyne.Size           { return r.of.MinSize() }
func (r *roofRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *roofRenderer) Destroy()                     {}
func (r *roofRenderer) Refresh() {
	r.paint()
	canvas.Refresh(r.of)
}

// paint draws everything anew.
func (r *roofRenderer) paint() {
	o, size := r.of, r.of.Size()
	r.objects, r.labels, r.taken = r.objects[:0], nil, nil
	if o.plan.Empty() || size.Width < 2*roofMargin || size.Height < 2*roofMargin {
		return
	}
	th, variant := theme.CurrentForWidget(o), fyne.CurrentApp().Settings().ThemeVariant()
	of := func(name fyne.ThemeColorName) color.Color { return th.Color(name, variant) }
	for _, l := range o.plan.Lines {
		how := strokeOf(l.Kind)
		if len(o.plan.Lines) > mostDashed {
			how.dashes = nil
		}
		a, b, seen := clipped(o.place(l.A), o.place(l.B), size)
		if seen {
			r.objects = append(r.objects, how.draw(a, b, of(how.color))...)
		}
	}
	r.measure(th.Size(look.SizeSecond)-1.5, of(look.ColorDim))
	r.write(th.Size(look.SizeSecond)-1, of(theme.ColorNameForeground), of(look.ColorPanel))
	if o.focused {
		ring := &canvas.Rectangle{StrokeColor: of(theme.ColorNamePrimary), StrokeWidth: 2, CornerRadius: look.ButtonRadius}
		within := color.NRGBAModel.Convert(ring.StrokeColor).(color.NRGBA)
		within.A = 1 // a clear ground would be mixed with black
		ring.FillColor = within
		ring.Resize(size)
		r.objects = append(r.objects, ring)
	}
}

// write writes the layer: what has most room first, and nothing over something else.
func (r *roofRenderer) write(textSize float32, ink, ground color.Color) {
	type text struct {
		says string
		at   fyne.Position
		room float64 // in pixels
		need func(fyne.Size) float64
	}
	o, k := r.of, r.of.scale()
	var all []text
	for i, f := range o.plan.Facets {
		says := ""
		switch {
		case o.layer == view.LayerAreas && f.Area != nil:
			says = figures.Area(*f.Area)
		case o.layer == view.LayerPitches:
			says = f.Pitch
		}
		if says != "" {
			all = append(all, text{
				says, o.place(o.inside[i]), o.room[i] * k, func(s fyne.Size) float64 { return float64(s.Height) * 0.5 },
			})
		}
	}
	if o.layer == view.LayerLengths {
		for _, l := range o.plan.Lines {
			a, b := o.place(l.A), o.place(l.B)
			drawn := math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y))
			all = append(all, text{
				figures.Feet(l.Length()), fyne.NewPos((a.X+b.X)/2, (a.Y+b.Y)/2), drawn,
				func(s fyne.Size) float64 { return float64(s.Width) * 0.9 },
			})
		}
	}
	slices.SortStableFunc(all, func(a, b text) int { return cmp.Compare(b.room, a.room) })
	for _, t := range all {
		line := &canvas.Text{Text: t.says, TextSize: textSize, Color: ink, TextStyle: fyne.TextStyle{Bold: true}}
		size := line.MinSize()
		at := fyne.NewPos(t.at.X-size.Width/2, t.at.Y-size.Height/2)
		if t.room < t.need(size) || !r.free(label{at, size}) {
			continue
		}
		halo := &canvas.Rectangle{FillColor: ground, CornerRadius: 3}
		halo.Move(at.AddXY(-2, 2))
		halo.Resize(size.AddWidthHeight(4, -4))
		line.Move(at)
		line.Resize(size)
		r.objects = append(r.objects, halo, line)
		r.labels = append(r.labels, line)
	}
}

// free says that a label stands within the drawing and over no other, and takes its place.
func (r *roofRenderer) free(l label) bool {
	size := r.of.Size()
	if l.at.X < 0 || l.at.Y < 0 || l.at.X+l.size.Width > size.Width || l.at.Y+l.size.Height > size.Height {
		return false
	}
	for _, o := range r.taken {
		if l.at.X < o.at.X+o.size.Width && o.at.X < l.at.X+l.size.Width && l.at.Y < o.at.Y+o.size.Height &&
			o.at.Y < l.at.Y+l.size.Height {
			return false
		}
	}
	r.taken = append(r.taken, l)
	return true
}

// measure draws the scale: how long so many feet are.
func (r *roofRenderer) measure(textSize float32, ink color.Color) {
	k, feet := r.of.scale(), 1
	for _, n := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500} {
		if float64(n)*k <= 80 {
			feet = n
		}
	}
	length, y := float32(float64(feet)*k), r.of.Size().Height-5
	if length > r.of.Size().Width/2 {
		return
	}
	text := &canvas.Text{Text: words.T("job.feet", "n", words.Count(feet)), TextSize: textSize, Color: ink}
	text.Resize(text.MinSize())
	text.Move(fyne.NewPos(6+length+5, y-text.MinSize().Height+4))
	r.taken = append(r.taken,
		label{fyne.NewPos(0, text.Position().Y), fyne.NewSize(text.Position().X+text.Size().Width, text.Size().Height)})
	for _, l := range [][4]float32{{6, y, 6 + length, y}, {6, y - 4, 6, y}, {6 + length, y - 4, 6 + length, y}} {
		r.objects = append(r.objects,
			&canvas.Line{Position1: fyne.NewPos(l[0], l[1]), Position2: fyne.NewPos(l[2], l[3]), StrokeColor: ink, StrokeWidth: 1})
	}
	r.objects = append(r.objects, text)
}
