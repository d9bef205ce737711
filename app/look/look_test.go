package look

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	_ "dormer/internal/hermetic"
)

// written lists what is written on what. A veil lies between the two where the
// pointer, the focus or a choice darkens the ground.
var written = []struct {
	on    []fyne.ThemeColorName
	veils []fyne.ThemeColorName
	texts []fyne.ThemeColorName
}{
	{ // pages, cards, fields, lists and the navigation, also under the pointer
		on:    []fyne.ThemeColorName{theme.ColorNameBackground, ColorPanel, ColorSide},
		veils: []fyne.ThemeColorName{theme.ColorNameHover},
		texts: []fyne.ThemeColorName{
			theme.ColorNameForeground, ColorDim, theme.ColorNamePrimary, theme.ColorNameHyperlink,
			ColorDone, ColorWorking, ColorFailed, ColorWaiting,
		},
	},
	{ // Fyne's own menus, dialogs, headers and entries
		on: []fyne.ThemeColorName{
			theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameHeaderBackground,
			theme.ColorNameInputBackground, theme.ColorNameButton,
		},
		veils: []fyne.ThemeColorName{theme.ColorNameHover, theme.ColorNameFocus, theme.ColorNameSelection, theme.ColorNamePressed},
		texts: []fyne.ThemeColorName{theme.ColorNameForeground},
	},
	{
		on:    []fyne.ThemeColorName{theme.ColorNameInputBackground},
		texts: []fyne.ThemeColorName{theme.ColorNamePlaceHolder},
	},
	// The states on their tints.
	{on: []fyne.ThemeColorName{ColorDoneOn}, texts: []fyne.ThemeColorName{ColorDone}},
	{on: []fyne.ThemeColorName{ColorWorkingOn}, texts: []fyne.ThemeColorName{ColorWorking}},
	{on: []fyne.ThemeColorName{ColorFailedOn}, texts: []fyne.ThemeColorName{ColorFailed}},
	{on: []fyne.ThemeColorName{ColorWaitingOn}, texts: []fyne.ThemeColorName{ColorWaiting}},
	{ // buttons, the chosen page, counts, the segments of a timeline
		on: []fyne.ThemeColorName{
			theme.ColorNamePrimary, ColorFailed, ColorDone, ColorWorking, ColorWaiting, ColorDim, theme.ColorNameForeground,
		},
		texts: []fyne.ThemeColorName{ColorOnPrimary},
	},
	{on: []fyne.ThemeColorName{theme.ColorNamePrimary, ColorFailed}, veils: []fyne.ThemeColorName{theme.ColorNameHover}, texts: []fyne.ThemeColorName{ColorOnPrimary}},
	{on: []fyne.ThemeColorName{theme.ColorNameError}, texts: []fyne.ThemeColorName{theme.ColorNameForegroundOnError}},
	{on: []fyne.ThemeColorName{theme.ColorNameSuccess}, texts: []fyne.ThemeColorName{theme.ColorNameForegroundOnSuccess}},
	{on: []fyne.ThemeColorName{theme.ColorNameWarning}, texts: []fyne.ThemeColorName{theme.ColorNameForegroundOnWarning}},
	{ // a filter that is on
		on:    []fyne.ThemeColorName{theme.ColorNameForeground},
		texts: []fyne.ThemeColorName{theme.ColorNameBackground},
	},
	{ // what cannot be used now is still read
		on: []fyne.ThemeColorName{
			theme.ColorNameBackground, ColorPanel, theme.ColorNameDisabledButton, theme.ColorNameMenuBackground,
		},
		texts: []fyne.ThemeColorName{theme.ColorNameDisabled},
	},
}

func TestEveryTextCanBeReadOnWhatItIsWrittenOn(t *testing.T) {
	test.NewTempApp(t)
	for name, v := range map[string]Variant{"light": Light, "dark": Dark} {
		th := New(v)
		for _, w := range written {
			for _, on := range w.on {
				for _, veil := range append([]fyne.ThemeColorName{""}, w.veils...) {
					ground := th.Color(on, theme.VariantLight)
					if veil != "" {
						ground = over(th.Color(veil, theme.VariantLight), ground)
					}
					for _, text := range w.texts {
						c := contrast(over(th.Color(text, theme.VariantLight), ground), ground)
						if c < 4.5 {
							t.Errorf("%s: %s on %s %s: %.2f, want 4.5", name, text, on, veil, c)
						}
					}
				}
			}
		}
	}
}

func TestBoxesToTickAreSeen(t *testing.T) {
	for name, v := range map[string]Variant{"light": Light, "dark": Dark} {
		for _, on := range []fyne.ThemeColorName{ColorPanel, theme.ColorNameBackground} {
			th := New(v)
			if c := contrast(th.Color(theme.ColorNameInputBorder, 0), th.Color(on, 0)); c < 3 {
				t.Errorf("%s: edges of boxes on %s: %.2f, want 3", name, on, c)
			}
		}
	}
}

func TestTheColoursAreTheOnesAgreedOn(t *testing.T) {
	for _, c := range []struct {
		name        fyne.ThemeColorName
		light, dark uint32
	}{
		{theme.ColorNameBackground, 0xF6F4F1, 0x1B1E22},
		{ColorPanel, 0xFFFFFF, 0x24282E},
		{ColorSide, 0xECE8E2, 0x16191C},
		{theme.ColorNameForeground, 0x23282E, 0xECEAE6},
		{ColorDim, 0x5C636D, 0x9AA2AC},
		{ColorLine, 0xDDD7CE, 0x343A42},
		{theme.ColorNamePrimary, 0x2B6777, 0x4FA3B8},
		{ColorOnPrimary, 0xFFFFFF, 0x0E1518},
		{ColorDone, 0x256B43, 0x6CC490},
		{ColorDoneOn, 0xE3F1E8, 0x1F3A2B},
		{ColorWorking, 0x8A5200, 0xE3A54A},
		{ColorWorkingOn, 0xFBEFD9, 0x3D3019},
		{ColorFailed, 0xA8322A, 0xEE857C},
		{ColorFailedOn, 0xF8E3E1, 0x42211F},
		{ColorWaiting, 0x4F5490, 0xA5A9E8},
		{ColorWaitingOn, 0xE9E9F6, 0x2A2C48},
	} {
		if got := New(Light).Color(c.name, theme.VariantDark); got != color.Color(solid(c.light)) {
			t.Errorf("%s in light is %v", c.name, got)
		}
		if got := New(Dark).Color(c.name, theme.VariantLight); got != color.Color(solid(c.dark)) {
			t.Errorf("%s in dark is %v", c.name, got)
		}
	}
}

func TestSystemFollowsTheComputer(t *testing.T) {
	for v, want := range map[fyne.ThemeVariant]fyne.Theme{theme.VariantLight: New(Light), theme.VariantDark: New(Dark)} {
		if got := New(System).Color(theme.ColorNameBackground, v); got != want.Color(theme.ColorNameBackground, v) {
			t.Errorf("variant %v: %v", v, got)
		}
	}
}

// A name that Fyne gives us no colour for is drawn in nothing at all.
func TestEveryNameOfFyneHasAColourHere(t *testing.T) {
	for _, name := range []fyne.ThemeColorName{
		theme.ColorNameBackground, theme.ColorNameButton, theme.ColorNameDisabled, theme.ColorNameDisabledButton,
		theme.ColorNameError, theme.ColorNameFocus, theme.ColorNameForeground, theme.ColorNameForegroundOnError,
		theme.ColorNameForegroundOnPrimary, theme.ColorNameForegroundOnSuccess, theme.ColorNameForegroundOnWarning,
		theme.ColorNameHeaderBackground, theme.ColorNameHover, theme.ColorNameHyperlink, theme.ColorNameInnerWindowBorder,
		theme.ColorNameInnerWindowBorderInactive, theme.ColorNameInputBackground, theme.ColorNameInputBorder,
		theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNamePlaceHolder, theme.ColorNamePressed,
		theme.ColorNamePrimary, theme.ColorNameScrollBar, theme.ColorNameScrollBarBackground, theme.ColorNameSelection,
		theme.ColorNameSeparator, theme.ColorNameShadow, theme.ColorNameSuccess, theme.ColorNameWarning,
	} {
		for which, p := range map[string]palette{"light": light, "dark": dark} {
			if _, ok := p[name]; !ok {
				t.Errorf("%s has no %s", which, name)
			}
		}
	}
}

func TestMeasures(t *testing.T) {
	test.NewTempApp(t)
	for name, want := range map[fyne.ThemeSizeName]float32{
		SizeText: 14, SizeSecond: 13, SizeTitle: 20, SizeFigure: 17,
		theme.SizeNameButtonRadius: 8, theme.SizeNameCardRadius: 10,
		theme.SizeNameInlineIcon: 20, // Fyne's own
	} {
		if got := New(Light).Size(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for _, m := range []float32{RowHeight, PageMargin, ButtonRadius} {
		if math.Mod(float64(m), float64(Grid)) != 0 {
			t.Errorf("%v is not on the grid of %v", m, Grid)
		}
	}
	if New(Dark).Font(fyne.TextStyle{Bold: true}) == New(Dark).Font(fyne.TextStyle{}) {
		t.Error("bold is the regular font")
	}
	if New(Dark).Icon(theme.IconNameConfirm) == nil {
		t.Error("Fyne's icons are missing")
	}
}

// over gives the colour of a veil on an opaque ground.
func over(veil, ground color.Color) color.Color {
	v := color.NRGBAModel.Convert(veil).(color.NRGBA)
	g := color.NRGBAModel.Convert(ground).(color.NRGBA)
	mix := func(v, g, a uint8) uint8 {
		return uint8(math.Round((float64(v)*float64(a) + float64(g)*float64(255-a)) / 255))
	}
	return color.NRGBA{mix(v.R, g.R, v.A), mix(v.G, g.G, v.A), mix(v.B, g.B, v.A), 0xFF}
}

// contrast gives the contrast of two opaque colours by the Web Content
// Accessibility Guidelines, from 1 to 21.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return 0.2126*linear(n.R) + 0.7152*linear(n.G) + 0.0722*linear(n.B)
}

func TestContrastIsMeasuredAsTheGuidelinesSay(t *testing.T) {
	for _, c := range []struct {
		a, b uint32
		want string
	}{{0x000000, 0xFFFFFF, "21.00"}, {0x777777, 0xFFFFFF, "4.48"}, {0x5C636D, 0x5C636D, "1.00"}} {
		if got := fmt.Sprintf("%.2f", contrast(solid(c.a), solid(c.b))); got != c.want {
			t.Errorf("%06X on %06X: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}
