package parts

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Column gives a container whose objects stand below each other, all as wide as
// it is, with the same gap between those that are visible. What wraps gets the
// height that it needs at that width.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(column{gap}, objects...)
}

// Row gives a container whose objects stand beside each other, as wide as they
// want to be and in the middle of its height. A Fill among them gets the width
// that is left. Where there is too little, texts are shortened.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(row{gap}, objects...)
}

// Fill makes an object take what is left of a Row's width. Without an object it
// is a spring.
func Fill(o fyne.CanvasObject) fyne.CanvasObject {
	if o == nil {
		return container.New(fill{})
	}
	return container.New(fill{}, o)
}

// VSpace gives an empty space in a Column.
func VSpace(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(0, height))
	return r
}

// Pad gives a container with spaces around an object, in the order top, right,
// bottom, left.
func Pad(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), o)
}

// column is the layout of Column.
type column struct{ gap float32 }

// Layout implements fyne.Layout.
func (c column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range shown(objects) {
		h := HeightAt(o, size.Width)
		Put(o, 0, y, size.Width, h)
		y += h + c.gap
	}
}

// MinSize implements fyne.Layout.
func (c column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return c.sum(objects, fyne.CanvasObject.MinSize)
}

// sum gives the size of objects below each other.
func (c column) sum(objects []fyne.CanvasObject, of func(fyne.CanvasObject) fyne.Size) (size fyne.Size) {
	gap := float32(0)
	for _, o := range shown(objects) {
		m := of(o)
		size = fyne.NewSize(max(size.Width, m.Width), size.Height+gap+m.Height)
		gap = c.gap
	}
	return size
}

// HeightAt gives the height that an object needs at a width: what wraps knows it
// only once it has that width.
func HeightAt(o fyne.CanvasObject, width float32) float32 {
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	return o.MinSize().Height
}

// row is the layout of Row.
type row struct{ gap float32 }

// Layout implements fyne.Layout.
func (r row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	visible := shown(objects)
	left, fills := size.Width+r.gap, 0
	for _, o := range visible {
		left -= natural(o).Width + r.gap
		if isFill(o) {
			fills++
		}
	}
	most := r.widest(visible, size.Width)
	x := float32(0)
	for _, o := range visible {
		w := within(o, most)
		if isFill(o) && left > 0 {
			w += left / float32(fills)
		}
		h := HeightAt(o, w)
		if isFill(o) {
			h = size.Height
		}
		Put(o, x, (size.Height-h)/2, w, h)
		x += w + r.gap
	}
}

// widest gives the width that no object may exceed, if all are to fit: so it is
// the longest texts that are shortened, whatever their order.
func (r row) widest(objects []fyne.CanvasObject, width float32) float32 {
	fits := func(most float32) bool {
		sum := -r.gap
		for _, o := range objects {
			sum += within(o, most) + r.gap
		}
		return sum <= width
	}
	if fits(width) {
		return width
	}
	low, high := float32(0), width
	for high-low > 0.5 {
		if mid := (low + high) / 2; fits(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// within gives the width of an object that should not be wider than most, and
// cannot be narrower than its minimum.
func within(o fyne.CanvasObject, most float32) float32 {
	return max(o.MinSize().Width, min(most, natural(o).Width))
}

// MinSize implements fyne.Layout.
func (r row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return r.sum(objects, fyne.CanvasObject.MinSize)
}

// sum gives the size of objects beside each other.
func (r row) sum(objects []fyne.CanvasObject, of func(fyne.CanvasObject) fyne.Size) (size fyne.Size) {
	gap := float32(0)
	for _, o := range shown(objects) {
		m := of(o)
		size = fyne.NewSize(size.Width+gap+m.Width, max(size.Height, m.Height))
		gap = r.gap
	}
	return size
}

// natural gives the size that an object wants: with its texts whole, if they can
// be shortened.
func natural(o fyne.CanvasObject) fyne.Size {
	switch o := o.(type) {
	case interface{ Natural() fyne.Size }:
		return o.Natural()
	case *fyne.Container:
		switch l := o.Layout.(type) {
		case row:
			return l.sum(o.Objects, natural)
		case column:
			return l.sum(o.Objects, natural)
		case layout.CustomPaddedLayout:
			size := natural(o.Objects[0])
			return size.AddWidthHeight(l.LeftPadding+l.RightPadding, l.TopPadding+l.BottomPadding)
		}
	}
	return o.MinSize()
}

// shown gives the objects that are visible.
func shown(objects []fyne.CanvasObject) []fyne.CanvasObject {
	hidden := func(o fyne.CanvasObject) bool { return !o.Visible() }
	if !slices.ContainsFunc(objects, hidden) {
		return objects
	}
	return slices.DeleteFunc(slices.Clone(objects), hidden)
}

// isFill reports whether an object was made by Fill.
func isFill(o fyne.CanvasObject) bool {
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = c.Layout.(fill)
	return ok
}

// fill is the layout of Fill: the object is as wide as it is let and stands in
// the middle of the height.
type fill struct{}

// Layout implements fyne.Layout.
func (fill) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		h := HeightAt(o, size.Width)
		Put(o, 0, (size.Height-h)/2, size.Width, h)
	}
}

// MinSize implements fyne.Layout.
func (fill) MinSize(objects []fyne.CanvasObject) fyne.Size { return largest(objects) }

// largest gives the least size that each of some objects has enough in.
func largest(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}
