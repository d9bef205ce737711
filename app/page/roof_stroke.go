package page

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/internal/roof"
	"dormer/internal/words"
)

// stroke is how a kind of edge is drawn: in a colour, and in dashes, since not everybody tells colours apart.
type stroke struct {
	color  fyne.ThemeColorName
	width  float32
	dashes []float32 // drawn and left out, in turns; nil is one line
}

func strokeOf(k roof.Kind) stroke {
	switch k {
	case roof.Ridge:
		return stroke{look.ColorFailed, 2.6, nil}
	case roof.Hip:
		return stroke{look.ColorWaiting, 2, []float32{9, 4}}
	case roof.Valley:
		return stroke{look.ColorDone, 2, []float32{10, 3, 2, 3}}
	case roof.Eave:
		return stroke{theme.ColorNamePrimary, 1.4, nil}
	case roof.Rake:
		return stroke{look.ColorWorking, 2, []float32{4, 3}}
	case roof.Flashing:
		return stroke{theme.ColorNameForeground, 1.6, []float32{1.5, 3}}
	case roof.StepFlashing:
		return stroke{theme.ColorNameForeground, 1.6, []float32{5, 3, 1.5, 3}}
	}
	return stroke{look.ColorDim, 1.4, nil}
}

// draw draws an edge.
func (s stroke) draw(a, b fyne.Position, c color.Color) (all []fyne.CanvasObject) {
	line := func(from, to float32) {
		at := func(share float32) fyne.Position {
			return fyne.NewPos(a.X+(b.X-a.X)*share, a.Y+(b.Y-a.Y)*share)
		}
		all = append(all, &canvas.Line{Position1: at(from), Position2: at(to), StrokeColor: c, StrokeWidth: s.width})
	}
	length := float32(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)))
	if len(s.dashes) == 0 || length < 1 {
		line(0, 1)
		return all
	}
	for at, i := float32(0), 0; at < length; i++ {
		dash := s.dashes[i%len(s.dashes)]
		if i%2 == 0 {
			line(at/length, min((at+dash)/length, 1))
		}
		at += dash
	}
	return all
}

// clipped gives the part of a line that lies within a size; seen is false where there is none.
func clipped(a, b fyne.Position, size fyne.Size) (from, to fyne.Position, seen bool) {
	first, last := float32(0), float32(1)
	dx, dy := b.X-a.X, b.Y-a.Y
	for _, side := range [][2]float32{{-dx, a.X}, {dx, size.Width - a.X}, {-dy, a.Y}, {dy, size.Height - a.Y}} {
		p, q := side[0], side[1]
		switch {
		case p == 0 && q < 0:
			return a, b, false
		case p < 0:
			first = max(first, q/p)
		case p > 0:
			last = min(last, q/p)
		}
	}
	if first > last {
		return a, b, false
	}
	return fyne.NewPos(a.X+dx*first, a.Y+dy*first), fyne.NewPos(a.X+dx*last, a.Y+dy*last), true
}

// kindName names a kind of edge, as the table of lengths does.
func kindName(k roof.Kind) string {
	switch k {
	case roof.Ridge:
		return words.T("job.ridges")
	case roof.Hip:
		return words.T("job.hips")
	case roof.Valley:
		return words.T("job.valleys")
	case roof.Eave:
		return words.T("job.eaves")
	case roof.Rake:
		return words.T("job.rakes")
	case roof.Flashing:
		return words.T("job.flashing")
	case roof.StepFlashing:
		return words.T("job.step_flashing")
	}
	return words.T("job.other_edges")
}

// legend says which stroke is which kind of edge, of those that a roof has.
func legend(p roof.Plan) *fyne.Container {
	flow := parts.NewFlow(12)
	for _, k := range roof.Kinds() {
		for _, l := range p.Lines {
			if l.Kind == k {
				flow.Add(parts.Row(6, newSwatch(k), parts.NewText(kindName(k), parts.Second).Whole()))
				break
			}
		}
	}
	return flow
}

// swatch is a short piece of a stroke.
type swatch struct {
	widget.BaseWidget
	kind roof.Kind
}

func newSwatch(k roof.Kind) *swatch {
	s := &swatch{kind: k}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *swatch) CreateRenderer() fyne.WidgetRenderer {
	how := strokeOf(s.kind)
	return parts.Painted(s, func(ink func(fyne.ThemeColorName) color.Color) []fyne.CanvasObject {
		return how.draw(fyne.NewPos(0, 8), fyne.NewPos(26, 8), ink(how.color))
	})
}

// MinSize implements fyne.CanvasObject.
func (s *swatch) MinSize() fyne.Size { return fyne.NewSize(26, 16) }
