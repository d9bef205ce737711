package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
)

// sideBySide puts two objects beside each other, the left one with a share of the width; where there is less than
// both need, below each other.
func sideBySide(gap, share, both float32, objects ...fyne.CanvasObject) *fyne.Container {
	return parts.Walked(func(seen []fyne.CanvasObject, width float32, place parts.Place) {
		if len(seen) == 1 || width < both {
			y := float32(0)
			for _, o := range seen {
				h := parts.HeightAt(o, width)
				place(o, 0, y, width, h)
				y += h + gap
			}
			return
		}
		left := max((width-gap)*share, seen[0].MinSize().Width)
		right := width - gap - left
		place(seen[0], 0, 0, left, parts.HeightAt(seen[0], left))
		place(seen[1], left+gap, 0, right, parts.HeightAt(seen[1], right))
	}, objects...)
}

// tableColumns puts rows below each other, in two columns where they have room for all that they say: the first half at
// the left.
func tableColumns(gap float32) *fyne.Container {
	return parts.Walked(func(all []fyne.CanvasObject, width float32, place parts.Place) {
		rows, least, height := len(all), float32(0), float32(0)
		for _, o := range all {
			least = max(least, o.(*parts.CopyFigure).Natural().Width)
			height = max(height, o.MinSize().Height)
		}
		if width >= 2*least+gap {
			rows, width = (len(all)+1)/2, (width-gap)/2
		}
		for i, o := range all {
			place(o, float32(i/rows)*(width+gap), float32(i%rows)*height, width, height)
		}
	})
}
