package page

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
)

// jobDrawing is the roof, drawn here where its shape is known, else as Hover has drawn it, with what is written on it to
// choose. A tap shows it large.
type jobDrawing struct {
	v       *view.Job
	nav     Nav
	enlarge func(list []view.Picture, i int)
	layers  *fyne.Container
	chips   []*parts.Chip
	below   *fyne.Container // whose roof it is, and larger or smaller
	zoom    []*parts.Chip
	of      *parts.Text
	picture *picture
	hovers  *fyne.Container // Hover's picture
	ours    *roofDrawing
	frame   *fyne.Container // either
	legend  *fyne.Container
	large   *largeRoof // over the window
	content *fyne.Container
	drawn   view.DrawingState
}

// drawingHeight is the height of the drawing, drawingBox how many pixels of a picture are kept: enough for what is
// written on it.
const (
	drawingHeight float32 = 170
	drawingBox    int     = 640
)

func newJobDrawing(v *view.Job, nav Nav, enlarge func(list []view.Picture, i int)) *jobDrawing {
	d := &jobDrawing{
		v: v, nav: nav, enlarge: enlarge, layers: parts.NewFlow(6), picture: newPicture(v.Pictures), legend: container.NewStack(),
	}
	d.of = parts.NewText("", parts.Second)
	d.picture.box, d.picture.bare = drawingBox, true
	d.hovers = container.NewStack(d.picture, parts.NewButton("", parts.Quiet, d.enlargePicture))
	d.ours = newRoofDrawing(func() { d.large = showRoof(d.nav, d.drawn) })
	d.zoom = zoomChips(d.ours)
	d.frame = parts.AtLeast(120, drawingHeight, container.NewStack(d.hovers, d.ours))
	d.below = parts.Row(6, parts.Fill(d.of), d.zoom[0], d.zoom[1])
	d.content = parts.Column(6, d.layers, d.frame, d.below, d.legend)
	return d
}

func (d *jobDrawing) draw(s view.DrawingState) {
	before := d.drawn
	d.drawn = s
	parts.Visible(d.content, s.Waiting || s.Plan != nil || s.Ref != view.PictureRef{})
	for i := len(d.chips); i < len(s.Layers); i++ {
		d.chips = append(d.chips, parts.NewChip("", false, func() { d.v.ChooseLayer(d.drawn.Layers[i]) }))
	}
	d.layers.Objects = nil
	for i, l := range s.Layers {
		d.chips[i].SetText(l.Name())
		d.chips[i].SetOn(l == s.Layer)
		d.layers.Objects = append(d.layers.Objects, d.chips[i])
	}
	d.of.SetText(s.Of)
	parts.Visible(d.below, s.Of != "" || s.Plan != nil)
	parts.Visible(d.ours, s.Plan != nil)
	parts.Visible(d.hovers, s.Plan == nil)
	parts.Visible(d.legend, s.Plan != nil && s.Layer == view.LayerLengths)
	if s.Plan != nil {
		d.plan(s, s.Plan != before.Plan)
	}
	for _, z := range d.zoom {
		parts.Visible(z, s.Plan != nil)
	}
	d.layers.Refresh()
	d.below.Refresh()
	d.load()
}

// plan draws the roof, all of it if it is another.
func (d *jobDrawing) plan(s view.DrawingState, another bool) {
	if another {
		d.legend.Objects = []fyne.CanvasObject{legend(*s.Plan)}
		d.legend.Refresh()
		d.ours.show(*s.Plan, s.Layer)
	} else {
		d.ours.setLayer(s.Layer)
	}
}

// load has Hover's drawing loaded, if it is shown.
func (d *jobDrawing) load() {
	if d.drawn.Plan != nil || d.drawn.Ref == (view.PictureRef{}) {
		d.picture.drop()
		return
	}
	d.picture.show(d.drawn.Ref, true)
}

// drop lets go of what is drawn.
func (d *jobDrawing) drop() {
	d.picture.drop()
	if d.large != nil {
		d.large.close()
	}
}

// enlargePicture shows the structure's pictures large, beginning with this one.
func (d *jobDrawing) enlargePicture() {
	if i := slices.IndexFunc(d.drawn.Pictures, func(p view.Picture) bool { return p.Ref == d.drawn.Ref }); i >= 0 {
		d.enlarge(d.drawn.Pictures, i)
	}
}
