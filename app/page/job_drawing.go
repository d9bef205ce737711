package page

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
)

// jobDrawing is the roof as Hover has drawn it, with what is written on it to choose. A tap shows it large.
type jobDrawing struct {
	v       *view.Job
	enlarge func(list []view.Picture, i int)
	layers  *fyne.Container
	chips   []*parts.Chip
	of      *parts.Text
	picture *picture
	content *fyne.Container
	drawn   view.DrawingState
}

// drawingHeight is the height of the drawing, drawingBox how many pixels of it are kept: enough for what is written.
const (
	drawingHeight float32 = 170
	drawingBox            = 640
)

func newJobDrawing(v *view.Job, enlarge func(list []view.Picture, i int)) *jobDrawing {
	d := &jobDrawing{v: v, enlarge: enlarge, layers: parts.NewFlow(6), of: parts.NewText("", parts.Second).Align(fyne.TextAlignCenter), picture: newPicture(v.Pictures)}
	d.picture.box, d.picture.bare = drawingBox, true
	look := parts.NewButton("", parts.Quiet, d.large)
	frame := container.New(highAs{drawingHeight}, d.picture, look)
	d.content = parts.Column(6, d.layers, frame, d.of)
	return d
}

func (d *jobDrawing) draw(s view.DrawingState) {
	d.drawn = s
	parts.Visible(d.content, s.Ref != view.PictureRef{})
	for i := len(d.chips); i < len(s.Layers); i++ {
		d.chips = append(d.chips, parts.NewChip("", false, func() { d.v.ChooseLayer(d.drawn.Layers[i]) }))
	}
	d.layers.Objects = nil
	for i, l := range s.Layers {
		d.chips[i].SetText(l.Name())
		d.chips[i].SetOn(l == s.Layer)
		d.layers.Objects = append(d.layers.Objects, d.chips[i])
	}
	d.layers.Refresh()
	d.of.SetText(s.Of)
	parts.Visible(d.of, s.Of != "")
	d.load()
}

// load has the drawing loaded, if there is one.
func (d *jobDrawing) load() {
	if d.drawn.Ref == (view.PictureRef{}) {
		d.picture.drop()
		return
	}
	d.picture.show(d.drawn.Ref, true)
}

func (d *jobDrawing) drop() { d.picture.drop() }

// large shows the structure's pictures large, beginning with this one.
func (d *jobDrawing) large() {
	if i := slices.IndexFunc(d.drawn.Pictures, func(p view.Picture) bool { return p.Ref == d.drawn.Ref }); i >= 0 {
		d.enlarge(d.drawn.Pictures, i)
	}
}

// highAs stacks objects at a height.
type highAs struct{ height float32 }

// Layout implements fyne.Layout.
func (highAs) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		move(o, 0, 0, size.Width, size.Height)
	}
}

// MinSize implements fyne.Layout.
func (h highAs) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, h.height) }
