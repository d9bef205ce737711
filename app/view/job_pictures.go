package view

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // photos
	_ "image/png"  // drawings
	"os"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// PictureRef names one picture.
type PictureRef struct {
	Job   hover.JobID
	Model hover.ModelID
	Part  engine.Part
}

// Photo says that it is a photo and not a drawing.
func (r PictureRef) Photo() bool {
	return strings.HasPrefix(string(r.Part), string(hover.FormatPhoto)+"/")
}

const (
	keptPixels   = 6 << 20  // of all pictures that are kept together: 24 MB
	largestImage = 16 << 20 // pixels; a larger file is not decoded at all
	decodeAtOnce = 2
)

// Pictures reads pictures for drawing, beside the window's thread: a few at a
// time, those that were asked for last first, each made as small as it is shown.
// Those that were drawn last are kept, within a bound. All methods are called on
// the window's thread and return at once.
type Pictures struct {
	d       Deps
	kept    map[drawn]*list.Element
	order   *list.List // of *keptPicture, the last used in front
	pixels  int        // in those that are kept
	waiting []*pictureTask
	running int
}

// drawn is a picture at a size.
type drawn struct {
	ref PictureRef
	box int
}

type keptPicture struct {
	drawn
	image image.Image
}

type pictureTask struct {
	drawn
	then func(image.Image, error)
	void bool // nobody wants it any more
}

// NewPictures gives pictures, none read yet.
func NewPictures(d Deps) *Pictures {
	return &Pictures{d: d, kept: map[drawn]*list.Element{}, order: list.New()}
}

// Load hands a picture to then, no wider and no higher than box pixels: at once
// if it is kept, else later on the window's thread. cancel says that it is no
// longer wanted; then is not called after it.
func (p *Pictures) Load(ref PictureRef, box int, then func(image.Image, error)) (cancel func()) {
	want := drawn{ref, box}
	if e := p.kept[want]; e != nil {
		p.order.MoveToFront(e)
		then(e.Value.(*keptPicture).image, nil)
		return func() {}
	}
	t := &pictureTask{drawn: want, then: then}
	p.waiting = append(p.waiting, t)
	p.next()
	return func() { t.void = true }
}

// ReadAhead reads a picture that will be wanted next.
func (p *Pictures) ReadAhead(ref PictureRef, box int) {
	p.Load(ref, box, func(image.Image, error) {})
}

// Forget lets go of all pictures: those that are drawn are then the only ones
// in memory.
func (p *Pictures) Forget() {
	clear(p.kept)
	p.order.Init()
	p.pixels = 0
}

// next begins to read what was asked for last.
func (p *Pictures) next() {
	for p.running < decodeAtOnce && len(p.waiting) > 0 {
		last := len(p.waiting) - 1
		t := p.waiting[last]
		p.waiting = p.waiting[:last]
		if t.void {
			continue
		}
		p.running++
		p.d.Go(func(ctx context.Context) {
			img, err := p.read(ctx, t.drawn)
			p.d.Do(func() {
				p.running--
				p.next()
				if t.void || errors.Is(err, context.Canceled) {
					return
				}
				if err == nil {
					p.keep(t.drawn, img)
				}
				t.then(img, err)
			})
		})
	}
}

func (p *Pictures) read(ctx context.Context, want drawn) (image.Image, error) {
	path, err := p.d.Desk.Picture(ctx, want.ref.Job, want.ref.Model, want.ref.Part)
	if err != nil {
		return nil, err
	}
	return readPicture(path, want.box)
}

// keep keeps a picture, and lets go of those that were not drawn for longest.
func (p *Pictures) keep(d drawn, img image.Image) {
	if e := p.kept[d]; e != nil {
		p.order.MoveToFront(e)
		return
	}
	p.kept[d] = p.order.PushFront(&keptPicture{d, img})
	p.pixels += pixelsOf(img)
	for p.pixels > keptPixels && p.order.Len() > 1 {
		old := p.order.Remove(p.order.Back()).(*keptPicture)
		delete(p.kept, old.drawn)
		p.pixels -= pixelsOf(old.image)
	}
}

func pixelsOf(img image.Image) int { return img.Bounds().Dx() * img.Bounds().Dy() }

// readPicture decodes a picture and makes it fit into a box.
func readPicture(path string, box int) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	config, _, err := image.DecodeConfig(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > largestImage/config.Height {
		return nil, fmt.Errorf("%s: a picture of %d × %d is too large", path, config.Width, config.Height)
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return engine.FitPicture(img, box), nil
}

// Picture names one picture and says what it is.
type Picture struct {
	Ref PictureRef
	Of  string // the structure
}
