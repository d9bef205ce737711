package page

import (
	"image"
	"image/color"
)

// inked draws a drawing anew in one colour: what is dark on its paper becomes
// ink, the paper nothing. Black lines on white would glare from a dark card.
func inked(drawing image.Image, ink color.Color) image.Image {
	const gain = 8 // lines that shrinking has made thin and grey are to be seen too
	r, g, b, _ := ink.RGBA()
	size := drawing.Bounds()
	drawn := image.NewNRGBA(image.Rect(0, 0, size.Dx(), size.Dy()))
	for y := range size.Dy() {
		for x := range size.Dx() {
			dr, dg, db, da := drawing.At(size.Min.X+x, size.Min.Y+y).RGBA()
			dark := da - (299*dr+587*dg+114*db)/1000 // of what is drawn; nothing is paper too
			drawn.SetNRGBA(x, y, color.NRGBA{
				R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: uint8(min(dark*gain, 0xFFFF) >> 8),
			})
		}
	}
	return drawn
}
