package parts

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// A Walk finds the place of each of some objects in a width, which is 0 before it is known.
type Walk func(objects []fyne.CanvasObject, width float32, place Place)

// A Place puts an object into a place.
type Place func(o fyne.CanvasObject, x, y, width, height float32)

// Walked gives a container whose height depends on its width: walk goes over what is visible.
func Walked(walk Walk, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&walked{walk: walk}, objects...)
}

// walked is the layout of Walked.
type walked struct {
	walk  Walk
	width float32 // that it was last laid out in
}

// Layout implements fyne.Layout.
func (w *walked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w.width = size.Width
	w.walk(shown(objects), size.Width, Put)
}

// MinSize implements fyne.Layout.
func (w *walked) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	visible := shown(objects)
	if len(visible) > 0 {
		w.walk(visible, w.width, func(_ fyne.CanvasObject, _, y, _, h float32) { size.Height = max(size.Height, y+h) })
	}
	return fyne.NewSize(largest(visible).Width, size.Height)
}

// NewFlow gives a container whose objects follow each other like words: what does
// not fit into a line begins the next one. What is lower than its line stands in the
// middle of it. Fyne's wraps what could be shortened, and puts it at the top.
func NewFlow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return Walked(func(objects []fyne.CanvasObject, width float32, place Place) {
		x, y, height := float32(0), float32(0), float32(0)
		var line []fyne.CanvasObject
		var sizes []fyne.Size
		end := func() {
			x = 0
			for i, o := range line {
				place(o, x, y+(height-sizes[i].Height)/2, sizes[i].Width, sizes[i].Height)
				x += sizes[i].Width + gap
			}
			x, y, height, line, sizes = 0, y+height+gap, 0, nil, nil
		}
		for _, o := range objects {
			size := natural(o)
			if width > 0 {
				size.Width = min(size.Width, width)
			}
			if x > 0 && x+size.Width > width && width > 0 {
				end()
			}
			line, sizes = append(line, o), append(sizes, size)
			x += size.Width + gap
			height = max(height, size.Height)
		}
		end()
	}, objects...)
}

// Grid gives a container of columns of the same width, as many as fit when none
// is narrower than least, but no more than most: tiles, pictures. Without a least it is what
// the widest needs, without a most there is no bound. A row is as high as the highest in it.
func Grid(gap, least float32, most int, objects ...fyne.CanvasObject) *fyne.Container {
	return Walked(func(objects []fyne.CanvasObject, width float32, place Place) {
		least := least
		if least == 0 {
			least = largest(objects).Width
		}
		columns := max(1, min(int((width+gap)/(least+gap)), cmp.Or(most, len(objects)), len(objects)))
		each := (width - gap*float32(columns-1)) / float32(columns)
		y := float32(0)
		for row := range slices.Chunk(objects, columns) {
			height := largest(row).Height
			for n, o := range row {
				place(o, float32(n)*(each+gap), y, each, height)
			}
			y += height + gap
		}
	}, objects...)
}
