//go:build !nogui

package app

import (
	"cmp"
	"math"
	"os"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"dormer/internal/engine"
)

// Fyne takes how much larger than the screen asks for a person wants everything from
// the environment, whenever it reckons a window's scale. What stood there before
// Dormer changed it is kept beside it, for a Dormer that this one starts.
const (
	scaleVariable = "FYNE_SCALE"
	scaleBefore   = "DORMER_FYNE_SCALE"
)

// enlarger gives what has Fyne draw everything larger by a factor, beside what the
// environment and Fyne's own settings ask for.
func enlarger(settings fyne.Settings) func(factor float32) {
	before, changed := os.LookupEnv(scaleBefore)
	if !changed {
		before = os.Getenv(scaleVariable)
	}
	base, err := strconv.ParseFloat(before, 32)
	if err != nil || base <= 0 {
		base = cmp.Or(float64(settings.Scale()), 1)
	}
	return func(factor float32) {
		scale := before // "" is as none
		if factor != 1 {
			scale = strconv.FormatFloat(base*float64(factor), 'f', 2, 32)
		}
		_ = os.Setenv(scaleBefore, before) // it fails for odd names only
		_ = os.Setenv(scaleVariable, scale)
	}
}

// textFactor gives the factor of a size of text in percent, from 1 to 2; 1 for what is
// none.
func textFactor(percent string) float32 {
	n, err := strconv.Atoi(percent)
	if err != nil {
		return 1
	}
	return min(max(1, float32(n)/100), 2)
}

// mostFactor gives by how much a window on a screen of so many free pixels may be
// enlarged, in tenths: its least size has to have room. scale is that of a window
// that is not. Without a screen it is any.
func mostFactor(width, height int, scale float32) float32 {
	if width <= 0 || height <= 0 || scale <= 0 {
		return math.MaxFloat32
	}
	most := min((float32(width)/scale-frameWidth)/leastWidth, (float32(height)/scale-frameHeight)/leastHeight)
	return max(1, float32(math.Floor(float64(most*10)))/10)
}

// resizeText makes the text larger or smaller by so many steps, as far as there are
// any; by none it becomes as large as it is for everybody.
func (d *desktop) resizeText(by int) {
	sizes := engine.TextSizes()
	at := max(0, slices.Index(sizes, d.style.TextSize))
	if by == 0 {
		at = 0
	}
	to := sizes[min(max(0, at+by), len(sizes)-1)]
	if to != d.style.TextSize {
		d.shell.SaveTextSize(to, func() { d.applied(engine.KeyTextSize, to) })
	}
}
