package page

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
)

const (
	smallBox      = 320  // pixels of a picture on a card or in the gallery, also on a fine screen
	largeBox      = 1600 // of one that is shown large
	pictureRadius = 6
)

// picture is a picture in a frame. The frame is there at once, the picture when
// it has been read; a mark may stand in it where there is none.
type picture struct {
	widget.BaseWidget

	from    *view.Pictures
	box     int
	onDark  bool // it stands on black
	bare    bool // it has no ground of its own
	ref     view.PictureRef
	whole   bool // all of it is shown, with space around it; else it fills the frame
	sign    parts.Mark
	missing parts.Mark // stands there if it cannot be read
	image   image.Image
	failed  func(error) // told if it cannot be read
	arrived func()      // told when it is there
	cancel  func()
}

// newPicture gives an empty frame for small pictures.
func newPicture(from *view.Pictures) *picture {
	p := &picture{
		from: from, box: smallBox, missing: parts.MarkWarn, failed: func(error) {}, arrived: func() {}, cancel: func() {},
	}
	p.ExtendBaseWidget(p)
	return p
}

// show has a picture read and shown.
func (p *picture) show(ref view.PictureRef, whole bool) {
	if ref == p.ref {
		return
	}
	p.drop()
	p.ref, p.whole = ref, whole
	p.cancel = p.from.Load(ref, p.box, func(img image.Image, err error) {
		if err != nil {
			p.sign = p.missing
			p.failed(err)
		} else {
			p.image = img
			p.arrived()
		}
		p.Refresh()
	})
}

// again has the picture read once more if it could not be.
func (p *picture) again() {
	if ref := p.ref; p.sign != parts.MarkNone && ref != (view.PictureRef{}) {
		p.ref = view.PictureRef{}
		p.show(ref, p.whole)
	}
}

// mark shows a mark in place of a picture.
func (p *picture) mark(m parts.Mark) {
	p.drop()
	p.sign = m
	p.Refresh()
}

// drop empties the frame and lets go of the picture.
func (p *picture) drop() {
	p.cancel()
	p.cancel = func() {}
	if p.ref != (view.PictureRef{}) || p.sign != parts.MarkNone {
		p.ref, p.image, p.sign = view.PictureRef{}, nil, parts.MarkNone
		p.Refresh()
	}
}

// MinSize implements fyne.CanvasObject: a frame is as large as it is made.
func (p *picture) MinSize() fyne.Size { return fyne.NewSize(24, 24) }

// CreateRenderer implements fyne.Widget.
func (p *picture) CreateRenderer() fyne.WidgetRenderer {
	r := &pictureRenderer{p: p, ground: &canvas.Rectangle{}, image: &canvas.Image{}, sign: parts.NewMark(parts.MarkNone)}
	r.objects = []fyne.CanvasObject{r.ground, r.image, r.sign}
	r.paint()
	return r
}

// pictureRenderer draws a picture.
type pictureRenderer struct {
	p       *picture
	ground  *canvas.Rectangle
	image   *canvas.Image
	sign    *parts.MarkIcon
	objects []fyne.CanvasObject
}

func (r *pictureRenderer) Layout(size fyne.Size) {
	pad := parts.Either[float32](r.p.whole && !r.p.onDark, 4, 0)
	r.ground.Resize(size)
	parts.Put(r.image, pad, pad, size.Width-2*pad, size.Height-2*pad)
	sign := r.sign.MinSize()
	parts.Put(r.sign, (size.Width-sign.Width)/2, (size.Height-sign.Height)/2, sign.Width, sign.Height)
}

func (r *pictureRenderer) MinSize() fyne.Size           { return r.p.MinSize() }
func (r *pictureRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *pictureRenderer) Destroy()                     {}

func (r *pictureRenderer) Refresh() {
	r.paint()
	r.Layout(r.p.Size())
	r.image.Refresh()
	canvas.Refresh(r.p)
}

func (r *pictureRenderer) paint() {
	th, variant := theme.CurrentForWidget(r.p), fyne.CurrentApp().Settings().ThemeVariant()
	r.ground.FillColor, r.ground.CornerRadius = th.Color(look.ColorTrack, variant), pictureRadius
	if r.p.onDark || r.p.bare {
		r.ground.FillColor = color.Transparent
	}
	r.image.Image, r.image.CornerRadius = r.p.image, pictureRadius
	r.image.FillMode = parts.Either(r.p.whole, canvas.ImageFillContain, canvas.ImageFillCover)
	if drawing := !r.p.ref.Photo() && !r.p.onDark; drawing && r.p.image != nil {
		r.image.Image, r.image.CornerRadius = inked(r.p.image, th.Color(theme.ColorNamePrimary, variant)), 0
	}
	r.image.Hidden = r.p.image == nil
	r.sign.SetMark(r.p.sign)
	parts.Visible(r.sign, r.p.sign != parts.MarkNone)
}
