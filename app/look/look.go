// Package look is how Dormer looks: one theme of warm paper, slate and copper,
// light and dark, and the measures that everything is laid out by. Fonts and
// icons are Fyne's own.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// A Variant says which of the two palettes is in use.
type Variant int

// The variants: always light, always dark, or whatever the computer prefers.
const (
	Light Variant = iota
	Dark
	System
)

// New gives the theme. With System it follows the variant that Fyne asks for,
// and so the computer's setting while the program runs.
func New(v Variant) fyne.Theme { return house{v} }

// house is the theme.
type house struct{ variant Variant }

// Color gives the colour of a name in our palette, or Fyne's own for a name that
// only later versions of Fyne know.
func (h house) Color(name fyne.ThemeColorName, asked fyne.ThemeVariant) color.Color {
	switch h.variant {
	case Light:
		asked = theme.VariantLight
	case Dark:
		asked = theme.VariantDark
	}
	p := dark
	if asked == theme.VariantLight {
		p = light
	}
	if c, ok := p[name]; ok {
		return c
	}
	return theme.DefaultTheme().Color(name, asked)
}

// Font gives Fyne's bundled font.
func (house) Font(style fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(style) }

// Icon gives Fyne's bundled icon.
func (house) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size gives our measure of a name, or Fyne's own.
func (house) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := sizes[name]; ok {
		return s
	}
	return theme.DefaultTheme().Size(name)
}
