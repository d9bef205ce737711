package gallery

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"testing"
)

// drawn is a picture that is red on its left and blue on its right.
func drawn(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, image.Rect(0, 0, width/2, height), image.NewUniform(color.RGBA{R: 255, A: 255}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(width/2, 0, width, height), image.NewUniform(color.RGBA{B: 255, A: 255}), image.Point{}, draw.Src)
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claims is a small PNG file that says it is of another size.
func claims(t testing.TB, width, height uint32, depth, kind byte) []byte {
	b := asPNG(t, drawn(2, 2))
	header := b[12:29] // its chunk, from the name on
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	header[12], header[13] = depth, kind
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(header))
	return b
}

func FuzzPicture(f *testing.F) {
	f.Add(asPNG(f, drawn(3, 2)))
	f.Add(asJPEG(f, drawn(3, 2)))
	f.Add(asPNG(f, drawn(1700, 1)))
	f.Add(claims(f, 100_000, 3, 16, 6))
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		kind, img, err := shrink(bytes.NewReader(b))
		if err != nil {
			return
		}
		if kind != "png" && kind != "jpg" {
			t.Errorf("it is a %q", kind)
		}
		if img != nil && (img.Bounds().Dx() > 1600 || img.Bounds().Dy() > 1600 || img.Bounds().Empty()) {
			t.Errorf("it is %v", img.Bounds())
		}
	})
}
