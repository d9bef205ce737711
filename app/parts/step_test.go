package parts

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
)

func TestAStepIsGoneToOnceItIsReached(t *testing.T) {
	ours(t)
	var gone []string
	var steps []*Step
	for n, name := range []string{"Welcome", "Tunnel", "Hover"} {
		steps = append(steps, NewStep(n+1, name, func() { gone = append(gone, name) }))
	}
	w := window(t, 220, 160, Column(0, steps[0], steps[1], steps[2]))
	tapped := func() []string {
		gone = nil
		for _, s := range steps {
			test.Tap(s)
		}
		return gone
	}
	if to := tapped(); len(to) != 0 {
		t.Errorf("before anything is reached one can go to %q", to)
	}
	steps[0].Set(true, false, true)
	steps[1].Set(false, true, true)
	if to := tapped(); !slices.Equal(to, []string{"Welcome", "Tunnel"}) {
		t.Errorf("with two reached one can go to %q", to)
	}
	gone = nil
	w.Canvas().Focus(steps[0])
	if key(w, fyne.KeyReturn); !slices.Equal(gone, []string{"Welcome"}) {
		t.Errorf("Enter leads to %q", gone)
	}
	steps[1].Set(false, false, false)
	if to := tapped(); !slices.Equal(to, []string{"Welcome"}) {
		t.Errorf("with one out of reach again one can go to %q", to)
	}
}

// Whoever sees no colours tells by the tick and by bold letters.
func TestAStepSaysWhetherItIsDoneAndWhetherItIsTheOneShown(t *testing.T) {
	ours(t)
	s := NewStep(2, "Hover", nil)
	w := window(t, 220, stepHeight, s)
	numbered := func() bool {
		return slices.ContainsFunc(test.WidgetRenderer(s).Objects(), func(o fyne.CanvasObject) bool {
			number, ok := o.(*canvas.Text)
			return ok && number.Text == "2" && number.Visible()
		})
	}
	bold := func() bool {
		return slices.ContainsFunc(test.WidgetRenderer(s).Objects(), func(o fyne.CanvasObject) bool {
			label, ok := o.(*Text)
			return ok && label.Text() == "Hover" && label.role == Bold
		})
	}
	for _, c := range []struct{ done, here, ticked, bold bool }{
		{false, false, false, false},
		{false, true, false, true},
		{true, false, true, false},
		{true, true, false, true}, // gone back to
	} {
		s.Set(c.done, c.here, true)
		if numbered() == c.ticked || bold() != c.bold {
			t.Errorf("done %t, shown %t: numbered %t, bold %t", c.done, c.here, numbered(), bold())
		}
		if green := near(at(w, 8+4, int(stepHeight)/2), of(look.Light, look.ColorDone)); green != c.ticked {
			t.Errorf("done %t, shown %t: filled in %t", c.done, c.here, green)
		}
	}
}
