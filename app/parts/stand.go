package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Stand gives a container with something at its top and something at its foot, both as high as they need to be, and
// between them what gets all the rest. Where there is none of them it is nil. Fyne's border asks what wraps
// for its height before it has a width.
func Stand(gap float32, top, body, foot fyne.CanvasObject) *fyne.Container {
	s := stand{gap, top, body, foot}
	c := container.New(s)
	for _, o := range []fyne.CanvasObject{top, body, foot} {
		if o != nil {
			c.Add(o)
		}
	}
	return c
}

// stand is the layout of Stand.
type stand struct {
	gap             float32
	top, body, foot fyne.CanvasObject
}

// Layout implements fyne.Layout.
func (s stand) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	y, low := float32(0), size.Height
	if s.top != nil && s.top.Visible() {
		h := HeightAt(s.top, size.Width)
		Put(s.top, 0, 0, size.Width, h)
		y = h + s.gap
	}
	if s.foot != nil && s.foot.Visible() {
		h := HeightAt(s.foot, size.Width)
		Put(s.foot, 0, size.Height-h, size.Width, h)
		low -= h + s.gap
	}
	if s.body != nil {
		Put(s.body, 0, y, size.Width, low-y)
	}
}

// MinSize implements fyne.Layout.
func (s stand) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return column{s.gap}.MinSize(objects)
}

// stacked is the layout of what follows: each object is as large as the container, but for what is said.
type stacked struct {
	least, most fyne.Size
	laid        func(size fyne.Size) // hears of their size; may be nil
}

// Layout implements fyne.Layout.
func (s stacked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if s.most.Width > 0 {
		size.Width = min(size.Width, s.most.Width)
	}
	for _, o := range objects {
		Put(o, 0, 0, size.Width, size.Height)
	}
	if s.laid != nil {
		s.laid(size)
	}
}

// MinSize implements fyne.Layout.
func (s stacked) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return s.least.Max(largest(shown(objects)))
}

// AtLeast gives an object that asks for a size also where it needs less.
func AtLeast(width, height float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(stacked{least: fyne.NewSize(width, height)}, o)
}

// Within gives an object that is never wider than that, at the left of its place.
func Within(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(stacked{most: fyne.NewSize(width, 0)}, o)
}

// Watched stacks objects, and tells the size that they get.
func Watched(laid func(size fyne.Size), objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(stacked{laid: laid}, objects...)
}

// Beside puts two objects beside each other, at their tops. The left one gets a share of the width; with 0 it is as wide
// as it has to be.
func Beside(gap, share float32, left, right fyne.CanvasObject) *fyne.Container {
	return container.New(beside{gap, share}, left, right)
}

// beside is the layout of Beside.
type beside struct{ gap, share float32 }

// Layout implements fyne.Layout.
func (b beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, right := objects[0], objects[1]
	width := (size.Width - b.gap) * b.share
	if b.share == 0 {
		width = left.MinSize().Width
	}
	Put(left, 0, 0, width, HeightAt(left, width))
	rest := max(0, size.Width-b.gap-width)
	Put(right, width+b.gap, 0, rest, HeightAt(right, rest))
}

// MinSize implements fyne.Layout.
func (b beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return row{b.gap}.MinSize(objects)
}
