package parts

import (
	"testing"

	"fyne.io/fyne/v2/test"
)

func TestAFigureSaysThatItWasCopiedWithoutMoving(t *testing.T) {
	ours(t)
	for _, style := range []FigureStyle{FigureLarge, FigureStat, FigureTile, FigureRow} {
		taps := 0
		f := NewFigure(style, "Copied", func() { taps++ })
		f.Set(FigureText{Value: "33", Label: "15%", Given: true})
		w := window(t, 200, 80, f)
		calm, size := w.Canvas().Capture(), f.MinSize()
		test.Tap(f)
		f.Set(FigureText{Value: "33", Label: "15%", Given: true, Noted: true})
		if taps != 1 || f.MinSize() != size || same(calm, w.Canvas().Capture()) || f.Text() != "33 Copied" {
			t.Errorf("style %d: %d taps, %v became %v, it says %q", style, taps, size, f.MinSize(), f.Text())
		}
		f.Set(FigureText{Value: "not given", Label: "Valleys"})
		test.Tap(f)
		if w.Canvas().FocusNext(); taps != 1 || !f.Disabled() {
			t.Errorf("style %d: what is not given is copied", style)
		}
		f.Set(FigureText{Value: "33", Label: "15%", Given: true, Framed: true})
		if same(calm, w.Canvas().Capture()) != (style != FigureTile) {
			t.Errorf("style %d: the frame of the chosen one", style)
		}
	}
}
