package parts

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
)

// rested is a pointer that rests where a story says so.
type rested struct{ done func() }

func (r *rested) on(done func()) (leaves func()) {
	r.done = done
	return func() { r.done = nil }
}

// TestWhatIsCutIsToldWholeWhereThePointerRests, and nothing where nothing is cut.
func TestWhatIsCutIsToldWholeWhereThePointerRests(t *testing.T) {
	ours(t)
	const house = "1420 Sycamore Lane Northwest, Building C, the house behind the old mill"
	street, town := NewText(house, Bold), NewText("Carmel IN", Second)
	low := NewText("Failed: "+house, Second)
	tips, pointer := NewTips(container.NewBorder(Column(2, street, town), low, nil, nil)), &rested{}
	tips.rests = pointer.on
	w := window(t, 240, 160, tips.Content())
	over := func(on *Text) {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(on)
		tips.Over(at.AddXY(20, 5), street, town, low)
	}

	over(town)
	if pointer.done != nil {
		t.Error("the pointer waits on a text that is not cut")
	}
	over(street)
	if tips.tip.Visible() {
		t.Error("a pointer on its way is told something")
	}
	over(street)
	pointer.done()
	if !tips.tip.Visible() || tips.says.Text() != house {
		t.Fatalf("it tells %q, shown: %v", tips.says.Text(), tips.tip.Visible())
	}
	within := func() {
		t.Helper()
		from, size := tips.tip.Position(), tips.tip.Size()
		if from.X < 0 || from.Y < 0 || from.X+size.Width > 240 || from.Y+size.Height > 160 || len(tips.says.lines) < 2 {
			t.Errorf("it lies at %v, %v large, in %d lines", from, size, len(tips.says.lines))
		}
	}
	within()
	if tips.tip.Position().Y < street.Position().Y+street.Size().Height {
		t.Error("it lies on the text that it tells")
	}
	if w.Canvas().Overlays().Top() != nil {
		t.Error("it takes the taps and the keys of the window")
	}

	over(low) // at the lower edge: it tells it above
	if tips.tip.Visible() {
		t.Error("what was told of one stays at another")
	}
	pointer.done()
	within()
	over(town)
	if tips.tip.Visible() {
		t.Error("it stays when the pointer has left")
	}

	over(street)
	tips.Gone()
	if pointer.done != nil {
		t.Error("a pointer that has left before is still waited for")
	}
	over(street)
	pointer.done()
	tips.Changed()
	if !tips.tip.Visible() {
		t.Error("it goes though the text is the same")
	}
	street.SetText("88 Harbor View Rd, " + house)
	tips.Changed()
	if tips.tip.Visible() {
		t.Error("it tells what the row has not got any more")
	}
}

func TestATipIsReadOnEveryGround(t *testing.T) {
	ours(t)
	tips := NewTips(NewText("", Ink))
	tips.says.SetText("1420 Sycamore Lane")
	tips.tip.Show()
	w := window(t, 200, 40, tips.tip)
	if at(w, 100, 34) != of(look.Light, look.ColorPanel) || at(w, 100, 0) != of(look.Light, look.ColorDim) {
		t.Error("it has no ground or no edge")
	}
}
