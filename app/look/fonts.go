package look

import (
	_ "unsafe" // for go:linkname

	"fyne.io/fyne/v2"
	"github.com/go-text/typesetting/shaping"
)

// shaper is what Fyne measures and draws every text with. It keeps what it has worked
// out for each font that it has met, and never lets one go; and Fyne loads all fonts
// anew with every change of its settings. There is no other way to it: a Fyne that
// calls it otherwise does not link.
//
//go:linkname shaper fyne.io/fyne/v2/internal/painter.shaper
var shaper *shaping.HarfbuzzShaper

// ForgetFonts has the fonts let go that Fyne has loaded, whenever the settings change:
// else every switch of the theme costs the window some megabytes for good. It has to
// be called before Fyne's loop runs, and measures nothing itself.
func ForgetFonts(s fyne.Settings) {
	s.AddListener(func(fyne.Settings) { *shaper = shaping.HarfbuzzShaper{} })
}
