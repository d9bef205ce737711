package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Grid gives a container of columns of the same width, as many as fit when none
// is narrower than least: tiles, pictures. A row is as high as the highest in it.
func Grid(gap, least float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&grid{gap: gap, least: least}, objects...)
}

// grid is the layout of Grid.
type grid struct {
	gap, least float32
	width      float32 // the width that it was last laid out in
}

// Layout implements fyne.Layout.
func (g *grid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width
	g.walk(shown(objects), put)
}

// MinSize implements fyne.Layout.
func (g *grid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	height := float32(0)
	g.walk(shown(objects), func(_ fyne.CanvasObject, _, y, _, h float32) { height = max(height, y+h) })
	return fyne.NewSize(g.least, height)
}

// walk finds the place of every object.
func (g *grid) walk(objects []fyne.CanvasObject, place func(o fyne.CanvasObject, x, y, width, height float32)) {
	columns := min(max(1, int((g.width+g.gap)/(g.least+g.gap))), max(1, len(objects)))
	width := (g.width - g.gap*float32(columns-1)) / float32(columns)
	y := float32(0)
	for first := 0; first < len(objects); first += columns {
		row := objects[first:min(first+columns, len(objects))]
		height := float32(0)
		for _, o := range row {
			height = max(height, o.MinSize().Height)
		}
		for n, o := range row {
			place(o, float32(n)*(width+g.gap), y, width, height)
		}
		y += height + g.gap
	}
}
