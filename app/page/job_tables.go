package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
)

// sideBySide puts two objects beside each other, the left one with a share of the width; where there is less than
// both need, below each other.
type sideBySide struct {
	gap, left, both float32
	width           float32 // that it was last laid out in
}

// Layout implements fyne.Layout.
func (l *sideBySide) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.walk(objects, move)
}

// MinSize implements fyne.Layout.
func (l *sideBySide) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		if o.Visible() {
			size.Width = max(size.Width, o.MinSize().Width)
		}
	}
	l.walk(objects, func(_ fyne.CanvasObject, _, y, _, height float32) { size.Height = max(size.Height, y+height) })
	return size
}

func (l *sideBySide) walk(objects []fyne.CanvasObject, place func(o fyne.CanvasObject, x, y, width, height float32)) {
	a, b := objects[0], objects[1]
	if !b.Visible() || l.width < l.both {
		h := heightIn(a, l.width)
		place(a, 0, 0, l.width, h)
		if b.Visible() {
			place(b, 0, h+l.gap, l.width, heightIn(b, l.width))
		}
		return
	}
	left := max((l.width-l.gap)*l.left, a.MinSize().Width)
	place(a, 0, 0, left, heightIn(a, left))
	place(b, left+l.gap, 0, l.width-l.gap-left, heightIn(b, l.width-l.gap-left))
}

// tableColumns puts rows below each other, in two columns where they have room for all that they say: the first half at
// the left.
type tableColumns struct {
	gap   float32
	width float32 // that it was last laid out in
}

// Layout implements fyne.Layout.
func (t *tableColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	t.width = size.Width
	t.walk(objects, move)
}

// MinSize implements fyne.Layout.
func (t *tableColumns) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size.Width = max(size.Width, o.MinSize().Width)
	}
	t.walk(objects, func(_ fyne.CanvasObject, _, y, _, height float32) { size.Height = max(size.Height, y+height) })
	return size
}

func (t *tableColumns) walk(objects []fyne.CanvasObject, place func(o fyne.CanvasObject, x, y, width, height float32)) {
	rows, width, least := len(objects), t.width, float32(0)
	for _, o := range objects {
		if row, ok := o.(*parts.CopyFigure); ok {
			least = max(least, row.Natural().Width)
		}
	}
	if t.width >= 2*least+t.gap {
		rows, width = (len(objects)+1)/2, (t.width-t.gap)/2
	}
	height := tallest(objects)
	for i, o := range objects {
		place(o, float32(i/rows)*(width+t.gap), float32(i%rows)*height, width, height)
	}
}

// tileGrid puts objects of one size into rows: as many beside each other as have
// the least width, within bounds.
type tileGrid struct {
	gap, least float32
	most       int
	width      float32 // that it was last laid out in
}

// Layout implements fyne.Layout.
func (g *tileGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width
	columns, height := g.columns(len(objects)), tallest(objects)
	width := (size.Width - g.gap*float32(columns-1)) / float32(columns)
	for i, o := range objects {
		move(o, float32(i%columns)*(width+g.gap), float32(i/columns)*(height+g.gap), width, height)
	}
}

// MinSize implements fyne.Layout.
func (g *tileGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(objects) == 0 {
		return fyne.Size{}
	}
	columns := g.columns(len(objects))
	rows := (len(objects) + columns - 1) / columns
	return fyne.NewSize(g.least, float32(rows)*(tallest(objects)+g.gap)-g.gap)
}

func (g *tileGrid) columns(n int) int {
	return max(1, min(int((g.width+g.gap)/(g.least+g.gap)), g.most, n))
}

func tallest(objects []fyne.CanvasObject) (height float32) {
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	return height
}
