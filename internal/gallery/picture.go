package gallery

import (
	"bufio"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"slices"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
)

// Bounds on pictures from outside. Phones take photos of 12 to 24 megapixels; a
// small file may claim to be any size.
const (
	pictureSide   = 1600     // pixels, of what is kept
	pictureFile   = 20 << 20 // bytes, of what is fetched
	picturePixels = 25_000_000
	pictureMemory = 100 << 20 // bytes that its pixels take
	pictureJPEG   = 85        // quality, of what was made smaller
)

var errPicture = say.Because("picture.none")

// Picture gives the path of a picture of a job's structure, fetched if need be.
func (g *Gallery) Picture(ctx context.Context, j job.Job, s job.Structure, part records.Part) (string, error) {
	pictures := records.PicturesOf(s)
	i := slices.IndexFunc(pictures, func(a hover.Artifact) bool { return a.Key() == string(part) })
	if i < 0 {
		return "", records.Unknown(say.T("unknown.picture", "part", part, "structure", s.ID))
	}
	a := pictures[i]
	version := ""
	if a.Format == hover.FormatWireframe { // a correction draws the house anew; a photo stays what it is
		version = j.Version.String()
	}
	path, err := g.cache.file(ctx, Digest(string(j.ID), string(s.ID), string(part), version), []string{".png", ".jpg"},
		func(ctx context.Context, base string) (string, error) {
			return g.fetchPicture(ctx, a, base)
		})
	if err != nil {
		return "", unfetched(ctx, say.T("picture.not_fetched"), err)
	}
	return path, nil
}

// Photo gives the path of a photo that belongs to no structure, by its address.
func (g *Gallery) Photo(ctx context.Context, a hover.Artifact) (string, error) {
	path, err := g.cache.file(ctx, Digest("photo", a.URL), []string{".png", ".jpg"},
		func(ctx context.Context, base string) (string, error) {
			return g.fetchPicture(ctx, a, base)
		})
	if err != nil {
		return "", unfetched(ctx, say.T("picture.not_fetched"), err)
	}
	return path, nil
}

// fetchPicture fetches a picture, checks that it is one, and makes it small
// enough.
func (g *Gallery) fetchPicture(ctx context.Context, a hover.Artifact, base string) (string, error) {
	whole := base + wholeSuffix
	defer os.Remove(whole) // where it was not renamed
	if err := g.fetchInto(ctx, fetch.Request{URL: a.URL, Format: a.Format, MaxSize: pictureFile}, whole); err != nil {
		return "", err
	}
	g.drawing.Lock() // what one picture takes of the memory is enough
	defer g.drawing.Unlock()
	small := base + partSuffix
	defer os.Remove(small)
	kind, err := shrinkFile(whole, small)
	if err != nil {
		return "", err
	}
	path := base + "." + kind
	if !records.FileExists(small) {
		return path, os.Rename(whole, path)
	}
	return path, os.Rename(small, path)
}

// shrinkFile writes a smaller copy of a picture that is too large to be shown,
// and says what kind of picture it is. One that is small enough has no copy.
func shrinkFile(from, to string) (kind string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	kind, img, err := shrink(in)
	if err != nil || img == nil {
		return kind, err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	w := bufio.NewWriter(out)
	if kind == "png" {
		err = png.Encode(w, img)
	} else {
		err = jpeg.Encode(w, img, &jpeg.Options{Quality: pictureJPEG})
	}
	return kind, errors.Join(err, w.Flush(), out.Sync(), out.Close()) // a part of it would be shown for good
}

// shrink reads a PNG or JPEG picture. img is a smaller one if it is too large to
// be shown, else nil; then too all of it was read.
func shrink(in io.ReadSeeker) (kind string, img image.Image, err error) {
	decodeConfig, decode := png.DecodeConfig, png.Decode
	kind = "png"
	magic := make([]byte, 2)
	if _, err := io.ReadFull(in, magic); err != nil {
		return "", nil, errPicture
	}
	if string(magic) == "\xff\xd8" {
		kind, decodeConfig, decode = "jpg", jpeg.DecodeConfig, jpeg.Decode
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return "", nil, err
	}
	c, err := decodeConfig(bufio.NewReader(in))
	if err != nil || c.Width < 1 || c.Height < 1 {
		return "", nil, errPicture
	}
	// Each side first: their product could be anything.
	if c.Width > picturePixels || c.Height > picturePixels || c.Width*c.Height > picturePixels ||
		c.Width*c.Height*pixelSize(c.ColorModel) > pictureMemory {
		return "", nil, say.Because("picture.too_large", "width", c.Width, "height", c.Height)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return "", nil, err
	}
	whole, err := decode(bufio.NewReader(in))
	if err != nil {
		return "", nil, errPicture
	}
	if max(c.Width, c.Height) > pictureSide {
		return kind, Fit(whole, pictureSide), nil
	}
	return kind, nil, nil
}

// pixelSize is how many bytes a pixel takes once it is decoded.
func pixelSize(m color.Model) int {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// Fit gives a picture that is no wider and no higher than side: each pixel is the mean of
// those that it stands for. It goes through the picture in strips, so that it takes
// little memory beside it.
func Fit(from image.Image, side int) *image.RGBA {
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	if longest := max(w, h); longest > side {
		w, h = max(w*side/longest, 1), max(h*side/longest, 1)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), (b.Dy()+h-1)/h))
	for y := range h {
		top, bottom := y*b.Dy()/h, (y+1)*b.Dy()/h
		draw.Draw(strip, image.Rect(0, 0, b.Dx(), bottom-top), from, b.Min.Add(image.Pt(0, top)), draw.Src)
		for x := range w {
			left, right := x*b.Dx()/w, (x+1)*b.Dx()/w
			mean(to.Pix[to.PixOffset(x, y):][:4], strip, image.Rect(left, 0, right, bottom-top))
		}
	}
	return to
}

// mean gives the mean of a part of a picture as one pixel.
func mean(pixel []uint8, of *image.RGBA, part image.Rectangle) {
	var sum [4]int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := of.Pix[of.PixOffset(part.Min.X, y):of.PixOffset(part.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			sum[0] += int(row[i])
			sum[1] += int(row[i+1])
			sum[2] += int(row[i+2])
			sum[3] += int(row[i+3])
		}
	}
	n := part.Dx() * part.Dy()
	for i := range pixel {
		pixel[i] = uint8((sum[i] + n/2) / n)
	}
}
