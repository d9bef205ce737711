package parts

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

const (
	timelineHeight float32 = 22
	timelineRadius float32 = 6
	narrowest      float32 = 4 // of a segment, however short it was
)

// A Segment is one stretch of a timeline. Its share is measured against those of
// the others; they need not add up to 1. It has a label, or the sign of a mark.
type Segment struct {
	Label string
	Share float64
	Role  Role
	Mark  Mark
}

// A Timeline is a bar of segments. A segment's label or sign is left out where it
// does not fit.
type Timeline struct {
	widget.BaseWidget
	segments []Segment
	fills    []*canvas.Rectangle
	labels   []*canvas.Text
	signs    []*glyph
	sheet    *sheet
}

// NewTimeline gives an empty timeline.
func NewTimeline() *Timeline {
	t := &Timeline{}
	t.ExtendBaseWidget(t)
	return t
}

// SetSegments changes what is shown.
func (t *Timeline) SetSegments(segments ...Segment) {
	t.segments = segments
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	t.sheet = &sheet{
		of:    t,
		min:   func() fyne.Size { return fyne.NewSize(shortest, timelineHeight) },
		lay:   t.lay,
		paint: t.paint,
	}
	return drawn(t.sheet)
}

// paint makes a rectangle and a label for every segment.
func (t *Timeline) paint(i ink) {
	t.fills, t.labels, t.signs, t.sheet.objects = nil, nil, nil, nil
	for n, s := range t.segments {
		fill := &canvas.Rectangle{FillColor: i.of(s.Role.color())}
		if n == 0 {
			fill.TopLeftCornerRadius, fill.BottomLeftCornerRadius = timelineRadius, timelineRadius
		}
		if n == len(t.segments)-1 {
			fill.TopRightCornerRadius, fill.BottomRightCornerRadius = timelineRadius, timelineRadius
		}
		label := &canvas.Text{
			Text: s.Label, Color: i.of(look.ColorOnPrimary), TextSize: i.size(look.SizeSecond) - 1.5,
			TextStyle: fyne.TextStyle{Bold: true},
		}
		signed := newGlyph(marks[s.Mark].sign)
		signed.paint(label.Color, 1.8)
		t.fills, t.labels, t.signs = append(t.fills, fill), append(t.labels, label), append(t.signs, signed)
		t.sheet.objects = append(t.sheet.objects, fill, label, signed.Image)
	}
}

// lay gives every segment its width.
func (t *Timeline) lay(size fyne.Size) {
	whole := 0.0
	for _, s := range t.segments {
		whole += max(s.Share, 0)
	}
	spare := size.Width - narrowest*float32(len(t.segments))
	x, end := float32(0), float32(0)
	for n, s := range t.segments {
		w := narrowest
		if whole > 0 && spare > 0 {
			w += spare * float32(max(s.Share, 0)/whole)
		}
		end += w
		w = float32(math.Round(float64(end))) - x // no gap from half pixels
		Put(t.fills[n], x, (size.Height-timelineHeight)/2, w, timelineHeight)
		text := t.labels[n].MinSize()
		t.labels[n].Hidden = text.Width+8 > w
		t.signs[n].put(x+(w-leadSide)/2, (size.Height-leadSide)/2, leadSide)
		t.signs[n].show(t.segments[n].Mark != MarkNone && leadSide <= w)
		Put(t.labels[n], x+(w-text.Width)/2, (size.Height-text.Height)/2, text.Width, text.Height)
		x += w
	}
}
