package engine_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/simulator"
)

// picture gives the path of a picture that has to be there.
func (w *world) picture(id hover.JobID, model hover.ModelID, part engine.Part) string {
	w.t.Helper()
	path, err := w.e.Picture(w.t.Context(), id, model, part)
	if err != nil {
		w.t.Fatalf("picture %s: %v", part, err)
	}
	return path
}

// storeroom is the way to Hover's files, at the end of which any file may lie.
type storeroom struct {
	next http.RoundTripper
	mu   sync.Mutex
	file []byte // instead of every other; nil gives each its own
}

// swap has a way to Hover lead to a storage whose files can be exchanged.
func (w *world) swap() *storeroom {
	s := &storeroom{next: w.road.next}
	w.road.next = s
	return s
}

func (s *storeroom) give(file []byte) {
	s.mu.Lock()
	s.file = file
	s.mu.Unlock()
}

func (s *storeroom) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	file := s.file
	s.mu.Unlock()
	if file == nil || r.URL.Host != "files.example" {
		return s.next.RoundTrip(r)
	}
	return handled{http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(file) })}.RoundTrip(r)
}

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

// cached lists the files of the cache, but for figures.
func cached(dir string) (left []string, err error) {
	err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Ext(path) != ".json" {
			left = append(left, path)
		}
		return err
	})
	return left, err
}

func sizeOf(t *testing.T, path string) image.Point {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img.Bounds().Size()
}

func TestAPictureIsFetchedOnceForAllWhoWantIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house", Photos: 2})
		s := w.detail(id).Structures[0]
		w.faults(func(f *simulator.Faults) { f.ArtifactSlow = time.Second })
		paths := make([]string, 8)
		var wg sync.WaitGroup
		for i := range paths {
			wg.Go(func() { paths[i] = w.picture(id, model, s.Preview) })
		}
		wg.Wait()
		for _, path := range paths {
			if path != paths[0] || filepath.Ext(path) != ".png" || sizeOf(t, path) != image.Pt(720, 500) {
				t.Fatalf("the pictures are %q", paths)
			}
		}
		photo := w.picture(id, model, s.Pictures[len(s.Pictures)-1])
		if filepath.Ext(photo) != ".jpg" || photo == paths[0] || sizeOf(t, photo) != image.Pt(640, 480) {
			t.Errorf("the photo is %q", photo)
		}
		w.restart()
		w.road.cut(true)
		if again := w.picture(id, model, s.Preview); again != paths[0] {
			t.Errorf("after a restart it is %q", again)
		}
		if n := w.asked("GET", "/api/v3/models/"+string(model)+"/artifacts/wireframe_roof.png"); n != 1 {
			t.Errorf("asked for %d times", n)
		}
		for path, mode := range map[string]os.FileMode{paths[0]: 0o600, photo: 0o600, filepath.Dir(photo): 0o700, filepath.Join(w.dir, "cache"): 0o700} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode && runtime.GOOS != "windows" {
				t.Errorf("%s: %v, %v", path, info.Mode(), err)
			}
		}
		if left, err := cached(filepath.Dir(photo)); err != nil || len(left) != 2 {
			t.Errorf("the cache holds %v, %v", left, err)
		}
		if _, err := w.e.Picture(t.Context(), id, model, "photo/1"); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("a picture that there is not: %v", err)
		}
	})
}

func TestACorrectionDrawsTheHouseAnew(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house", Photos: 2})
		parts := w.detail(id).Structures[0].Pictures
		drawing, photo := parts[0], parts[len(parts)-1]
		before := []string{w.picture(id, model, drawing), w.picture(id, model, photo)}
		w.correct(id)
		if w.picture(id, model, drawing) == before[0] || w.picture(id, model, photo) != before[1] {
			t.Errorf("the drawing should be fetched again, and the photo not: %q", before)
		}
	})
}

func TestWhatIsNoPictureIsRefusedInPlainWords(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		files := w.swap()
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house"})
		fails := func(want string) {
			t.Helper()
			path, err := w.e.Picture(t.Context(), id, model, "wireframe/front")
			said, ok := errors.AsType[*say.Error](err)
			if path != "" || !ok || said.Do.IsZero() || !strings.Contains(said.Error(), want) {
				t.Errorf("%q, %v; want %q", path, err, want)
			}
		}
		for _, c := range []struct {
			file []byte
			want string
		}{
			{[]byte("<html>Please sign in</html>"), "preparing"},
			{[]byte("GIF89a"), "preparing"},
			{[]byte("\x89PNG\r\n\x1a\nIEND"), "not a picture"},
			{[]byte("\xff\xd8\xff\xe0 and nothing"), "not a picture"},
			{asPNG(t, drawn(50, 50))[:60], "preparing"},
			{claims(t, 40_000, 40_000, 8, 6), "too large: 40,000"},
			{claims(t, 1<<31-1, 1<<31-1, 8, 6), "not a picture"},
			{claims(t, 5000, 4900, 16, 6), "too large"}, // eight bytes a pixel
			{claims(t, 900, 900, 8, 6), "not a picture"},
			{bytes.Repeat([]byte("\xff\xd8\xff"), 8<<20), "too large"},
		} {
			files.give(c.file)
			fails(c.want)
		}
		files.give(nil)
		w.answer("/api/v3/models/*", 404)
		fails("does not have this file yet")
		w.answersAsUsual()
		w.road.cut(true)
		fails("no answer from Hover")
		w.road.cut(false)
		w.picture(id, model, "wireframe/front")
		if left, err := cached(filepath.Join(w.dir, "cache", "hover")); err != nil || len(left) != 1 {
			t.Errorf("the cache holds %v, %v", left, err)
		}
	})
}
