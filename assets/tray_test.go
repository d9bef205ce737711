package assets

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"testing"
)

// trayIcons are the five states of the tray.
var trayIcons = map[string][]byte{
	"well": TrayWell, "working": TrayWorking, "attention": TrayAttention, "offline": TrayOffline, "setup": TraySetup,
}

// shape gives which of 16 × 16 fields of an icon are drawn on, whatever the colour:
// what is left of it in a small tray, to somebody who sees no colours.
func shape(t *testing.T, name string, b []byte) (fields [16][16]bool) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if img.Bounds() != image.Rect(0, 0, 64, 64) {
		t.Fatalf("%s is %v", name, img.Bounds())
	}
	for y := range 16 {
		for x := range 16 {
			covered := uint32(0)
			for i := range 16 {
				_, _, _, alpha := img.At(4*x+i%4, 4*y+i/4).RGBA()
				covered += alpha / 16
			}
			fields[y][x] = covered > 0x7FFF
		}
	}
	return fields
}

func TestTheTrayTellsItsStatesByShapeNotOnlyByColour(t *testing.T) {
	for a, ab := range trayIcons {
		for b, bb := range trayIcons {
			if a >= b {
				continue
			}
			one, other, differ := shape(t, a, ab), shape(t, b, bb), 0
			for y := range 16 {
				for x := range 16 {
					if one[y][x] != other[y][x] {
						differ++
					}
				}
			}
			if differ < 8 {
				t.Errorf("at 16 pixels %s and %s differ in %d fields of 256", a, b, differ)
			}
		}
	}
}

func TestTheTrayIsSeenOnLightAndDarkPanels(t *testing.T) {
	for name, b := range trayIcons {
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		worst := 99.0
		for y := range 64 {
			for x := range 64 {
				r, g, bl, alpha := img.At(x, y).RGBA()
				if alpha != 0xFFFF {
					continue
				}
				for _, panel := range []float64{luminance(0xF2F2, 0xF2F2, 0xF2F2), luminance(0x2020, 0x2323, 0x2626)} {
					l := luminance(r, g, bl)
					worst = min(worst, (max(l, panel)+0.05)/(min(l, panel)+0.05))
				}
			}
		}
		if worst < 3 {
			t.Errorf("%s has a contrast of %.2f to a panel, want 3", name, worst)
		}
	}
}

// luminance is the relative luminance of the Web Content Accessibility Guidelines.
func luminance(r, g, b uint32) float64 {
	linear := func(c uint32) float64 {
		v := float64(c) / 0xFFFF
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
