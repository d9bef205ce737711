package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
)

const (
	rowMargin     = 16 // at either side
	rowText       = 56 // where the texts begin
	headingHeight = 30 // what a heading adds to the height of its row
)

// rowContent is what stands in a row.
type rowContent interface {
	fyne.CanvasObject
	texts() []*parts.Text // those that are cut where there is no room
}

// rowOf is what the rows of the lists share. It is a widget, for a list draws nothing else that is not a plain container.
type rowOf struct {
	widget.BaseWidget
	whole fyne.CanvasObject
	cut   []*parts.Text // what is shortened where there is no room
}

func (r *rowOf) texts() []*parts.Text { return r.cut }

// CreateRenderer implements fyne.Widget.
func (r *rowOf) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.whole) }

// framed puts what stands in a row over its line, as high as all rows are.
func framed(inner fyne.CanvasObject) fyne.CanvasObject {
	return parts.AtLeast(0, look.RowHeight, parts.Stand(0, nil, parts.Pad(0, rowMargin, 0, rowMargin, inner), parts.NewLine()))
}
