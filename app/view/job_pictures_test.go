package view_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
)

// pictureStory tells a story of pictures, which lie in a directory under the
// names of their parts.
func pictureStory(t *testing.T, tell func(t *testing.T, w *viewtest.Thread, d *jobDesk, p *view.Pictures)) {
	t.Helper()
	dir := t.TempDir()
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		d := &jobDesk{picture: func(_ context.Context, part engine.Part) (string, error) {
			return filepath.Join(dir, strings.ReplaceAll(string(part), "/", "-")), nil
		}}
		tell(t, w, d, view.NewPictures(w.Deps(d)))
	})
}

// writes puts a picture of a size, left half red and right half white, where a
// part is.
func (d *jobDesk) writes(t *testing.T, part engine.Part, width, height int) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{R: 0xFF, A: 0xFF}
			if x >= width/2 {
				c = color.RGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: 0xFF}
			}
			img.SetRGBA(x, y, c)
		}
	}
	path, err := d.picture(t.Context(), part)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(string(part), "photo") {
		err = jpeg.Encode(f, img, nil)
	} else {
		err = png.Encode(f, img)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func of(part string) view.PictureRef {
	return view.PictureRef{Job: "501", Model: "1", Part: engine.Part(part)}
}

func TestPicturesAreMadeAsSmallAsTheyAreShown(t *testing.T) {
	for _, c := range []struct {
		part          string
		width, height int
		wantW, wantH  int
	}{
		{"wireframe/a", 1600, 1200, 200, 150},
		{"photo/b", 900, 1600, 112, 200},
		{"photo/c", 120, 80, 120, 80},
		{"wireframe/long", 1600, 1, 200, 1},
		{"wireframe/high", 1, 900, 1, 200},
	} {
		pictureStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, p *view.Pictures) {
			d.writes(t, engine.Part(c.part), c.width, c.height)
			var got image.Image
			p.Load(of(c.part), 200, func(img image.Image, err error) {
				if err != nil {
					t.Error(err)
				}
				got = img
			})
			if got != nil {
				t.Error("a picture is read on the window's thread")
			}
			w.Settle()
			if got == nil || got.Bounds().Dx() != c.wantW || got.Bounds().Dy() != c.wantH {
				t.Fatalf("%s: %v", c.part, got.Bounds())
			}
			if c.width < 2 {
				return
			}
			left, right := got.At(0, c.wantH/2), got.At(c.wantW-1, c.wantH/2)
			_, lg, _, _ := left.RGBA()
			_, rg, _, _ := right.RGBA()
			if lg > 0x2000 || rg < 0xE000 {
				t.Errorf("%s: its left is %v, its right %v", c.part, left, right)
			}
		})
	}
}

func TestAPictureThatCannotBeShownSaysSo(t *testing.T) {
	pictureStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, p *view.Pictures) {
		path, _ := d.picture(t.Context(), "photo/text")
		if err := os.WriteFile(path, []byte("<html>403</html>"), 0o600); err != nil {
			t.Fatal(err)
		}
		d.writes(t, "photo/cut", 400, 300)
		path, _ = d.picture(t.Context(), "photo/cut")
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, whole[:40], 0o600); err != nil {
			t.Fatal(err)
		}
		var bomb bytes.Buffer // a small file of 36 million pixels
		if err := png.Encode(&bomb, image.NewPaletted(image.Rect(0, 0, 6000, 6000), color.Palette{color.White})); err != nil {
			t.Fatal(err)
		}
		path, _ = d.picture(t.Context(), "wireframe/bomb")
		if err := os.WriteFile(path, bomb.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"photo/text", "photo/cut", "wireframe/bomb", "photo/none"} {
			var got error
			p.Load(of(part), 200, func(img image.Image, err error) { got = err })
			w.Settle()
			if got == nil {
				t.Errorf("%s is shown", part)
			}
		}
		offline := errors.New("offline")
		d.picture = func(context.Context, engine.Part) (string, error) { return "", offline }
		var got error
		p.Load(of("photo/far"), 200, func(_ image.Image, err error) { got = err })
		w.Settle()
		if !errors.Is(got, offline) {
			t.Errorf("offline: %v", got)
		}
	})
}

func TestFewPicturesAreReadAtOnceTheLastWantedFirst(t *testing.T) {
	pictureStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, p *view.Pictures) {
		for i := range 6 {
			d.writes(t, engine.Part(fmt.Sprint("photo/", i)), 20, 20)
		}
		var asked []string
		where, gate := d.picture, make(chan struct{})
		d.picture = func(ctx context.Context, part engine.Part) (string, error) {
			d.mu.Lock()
			asked = append(asked, string(part))
			d.mu.Unlock()
			<-gate
			return where(ctx, part)
		}
		var shown []string
		cancels := map[int]func(){}
		for i := range 6 {
			cancels[i] = p.Load(of(fmt.Sprint("photo/", i)), 200, func(_ image.Image, err error) {
				if err == nil {
					shown = append(shown, fmt.Sprint(i))
				}
			})
		}
		w.Settle()
		if len(asked) != 2 {
			t.Errorf("%d are read at once", len(asked))
		}
		cancels[3]() // scrolled away
		cancels[0]() // so was this, while it was read
		close(gate)
		w.Settle()
		if len(asked) != 5 || asked[2] != "photo/5" && asked[3] != "photo/5" {
			t.Errorf("asked for %v", asked)
		}
		if all := strings.Join(shown, ""); len(all) != 4 || strings.ContainsAny(all, "03") {
			t.Errorf("shown %v", shown)
		}
	})
}

func TestPicturesAreKeptWithinABound(t *testing.T) {
	pictureStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, p *view.Pictures) {
		asked := map[engine.Part]int{}
		where := d.picture
		for i := range 5 {
			d.writes(t, engine.Part(fmt.Sprint("wireframe/", i)), 1600, 1200)
		}
		d.picture = func(ctx context.Context, part engine.Part) (string, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			asked[part]++
			return where(ctx, part)
		}
		look := func(i int) (now bool) {
			p.Load(of(fmt.Sprint("wireframe/", i)), 1600, func(image.Image, error) { now = true })
			was := now
			w.Settle()
			return was
		}
		for i := range 5 {
			if look(i) {
				t.Errorf("picture %d was there before it was asked for", i)
			}
		}
		if !look(4) || !look(3) {
			t.Error("what was seen last is not kept")
		}
		if look(0) {
			t.Error("five large pictures are kept")
		}
		p.Forget()
		if look(0) {
			t.Error("a picture is kept that was let go of")
		}
		p.Forget()
		p.ReadAhead(of("wireframe/2"), 1600)
		w.Settle()
		if !look(2) {
			t.Error("a picture that was read ahead is not there")
		}
	})
}
