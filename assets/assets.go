// Package assets holds Dormer's pictures. The SVG files are the sources; each
// PNG is drawn from the SVG of its name with
//
//	rsvg-convert -w 256 -h 256 icon.svg -o icon.png
//	rsvg-convert -w 512 -h 512 integration-logo.svg -o integration-logo.png
package assets

import "embed"

// IconSVG is the app's mark in slate, one colour on nothing. It reads from 16
// pixels up, on a light background.
//
//go:embed icon.svg
var IconSVG []byte

// IconDarkSVG is the mark in the lighter slate that a dark background needs.
//
//go:embed icon-dark.svg
var IconDarkSVG []byte

// IconPNG is IconSVG at 256 × 256 pixels, for what takes no SVG: notifications,
// packages.
//
//go:embed icon.png
var IconPNG []byte

// IntegrationLogoPNG is the logo that Hover's form for a new integration asks
// for, 512 × 512 pixels.
//
//go:embed integration-logo.png
var IntegrationLogoPNG []byte

// Translations are the texts of the window: translations/AREA.LANGUAGE.json for
// every area of it in English and Spanish.
//
//go:embed translations/*.json
var Translations embed.FS
