package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// NewFlow gives a container whose objects follow each other like words: what does
// not fit into a line begins the next one.
func NewFlow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: gap}, objects...)
}

// flow is the layout of NewFlow.
type flow struct {
	gap   float32
	width float32 // the width that it was last laid out in
}

// Layout implements fyne.Layout.
func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	f.walk(objects, func(o fyne.CanvasObject, x, y float32, size fyne.Size) { put(o, x, y, size.Width, size.Height) })
}

// MinSize implements fyne.Layout.
func (f *flow) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	f.walk(objects, func(o fyne.CanvasObject, _, y float32, of fyne.Size) {
		size = fyne.NewSize(max(size.Width, o.MinSize().Width), max(size.Height, y+of.Height))
	})
	return size
}

// walk finds the place and size of every visible object. What is lower than its line stands in the middle of it.
func (f *flow) walk(objects []fyne.CanvasObject, place func(o fyne.CanvasObject, x, y float32, size fyne.Size)) {
	x, y, height := float32(0), float32(0), float32(0)
	var line []fyne.CanvasObject
	var sizes []fyne.Size
	end := func() {
		x = 0
		for i, o := range line {
			place(o, x, y+(height-sizes[i].Height)/2, sizes[i])
			x += sizes[i].Width + f.gap
		}
		x, y, height, line, sizes = 0, y+height+f.gap, 0, nil, nil
	}
	for _, o := range shown(objects) {
		size := natural(o)
		if f.width > 0 {
			size.Width = min(size.Width, f.width)
		}
		if x > 0 && x+size.Width > f.width && f.width > 0 {
			end()
		}
		line, sizes = append(line, o), append(sizes, size)
		x += size.Width + f.gap
		height = max(height, size.Height)
	}
	end()
}
