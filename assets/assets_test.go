package assets

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"testing"

	_ "dormer/internal/hermetic"
)

func TestPicturesHaveTheSizesThatTheirUsersAskFor(t *testing.T) {
	for _, p := range []struct {
		name string
		b    []byte
		side int
	}{
		{"icon.png", IconPNG, 256},
		{"integration-logo.png", IntegrationLogoPNG, 512},
	} {
		img, err := png.Decode(bytes.NewReader(p.b))
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		if got := img.Bounds(); got != image.Rect(0, 0, p.side, p.side) {
			t.Errorf("%s is %v, want a square of %d", p.name, got, p.side)
		}
		// The corners of both are round or empty: nothing may show around them.
		if _, _, _, alpha := img.At(0, 0).RGBA(); alpha != 0 {
			t.Errorf("%s has a background", p.name)
		}
		if _, _, _, alpha := img.At(p.side/2, p.side/5).RGBA(); alpha == 0 {
			t.Errorf("%s is empty where the gable is", p.name)
		}
	}
}

func TestSourcesAreSVG(t *testing.T) {
	for name, b := range map[string][]byte{"icon.svg": IconSVG, "icon-dark.svg": IconDarkSVG} {
		d := xml.NewDecoder(bytes.NewReader(b))
		root := ""
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if e, ok := tok.(xml.StartElement); ok && root == "" {
				root = e.Name.Local
			}
		}
		if root != "svg" {
			t.Errorf("%s: its root is %q", name, root)
		}
	}
}
