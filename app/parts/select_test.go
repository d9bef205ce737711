package parts

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func TestASelectIsChangedByKeysAndByItsList(t *testing.T) {
	ours(t)
	var chosen []int
	s := NewSelect([]string{"Like the computer", "English", "Español"}, 0, func(n int) { chosen = append(chosen, n) })
	w := window(t, 300, 300, Row(0, s))
	w.Canvas().Focus(s)
	key(w, fyne.KeyUp)
	key(w, fyne.KeyDown)
	key(w, fyne.KeyDown)
	key(w, fyne.KeyDown)
	if len(chosen) != 2 || s.Chosen() != 2 {
		t.Errorf("by keys: %v", chosen)
	}
	key(w, fyne.KeySpace)
	list, ok := w.Canvas().Focused().(*widget.PopUpMenu)
	if !ok {
		t.Fatalf("Space opens %v", w.Canvas().Focused())
	}
	if list.Size().Width < s.Size().Width || list.Position().Y < s.Position().Y+s.Size().Height {
		t.Errorf("the list is %v wide at %v", list.Size().Width, list.Position())
	}
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if s.Chosen() != 0 || len(chosen) != 3 {
		t.Errorf("by the list: %v", chosen)
	}
	s.SetChosen(1)
	s.SetChoices([]string{"a", "b"}, 1)
	if len(chosen) != 3 || s.Chosen() != 1 {
		t.Error("what we set was told as a person's choice")
	}
	s.Disable()
	key(w, fyne.KeyUp)
	if s.Chosen() != 1 {
		t.Error("a disabled select changed")
	}
}

func TestAChoiceHoldsOneAnswer(t *testing.T) {
	ours(t)
	var chosen []int
	c := NewChoice([]string{"Everybody's jobs", "Only mine"}, -1, func(n int) { chosen = append(chosen, n) })
	w := window(t, 300, 100, c)
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 17))
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 51))
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 51))
	if len(chosen) != 2 || c.Chosen() != 1 || c.answers[0].checked || !c.answers[1].checked {
		t.Errorf("chose %v", chosen)
	}
	w.Canvas().Focus(c.answers[0])
	key(w, fyne.KeySpace)
	if c.Chosen() != 0 || len(chosen) != 3 {
		t.Errorf("by keys: %v", chosen)
	}
	c.SetChosen(1)
	if len(chosen) != 3 || !c.answers[1].checked || c.answers[0].checked {
		t.Error("what we set was told as a person's choice, or not shown")
	}
}

func TestACheckIsTickedByATap(t *testing.T) {
	ours(t)
	var got []bool
	c := NewCheck("Alert me of my own jobs only", false, func(on bool) { got = append(got, on) })
	w := window(t, 300, 40, c)
	test.TapCanvas(w.Canvas(), fyne.NewPos(150, 20))
	test.Tap(c)
	c.SetChecked(true)
	if len(got) != 2 || !got[0] || got[1] || !c.Checked() {
		t.Errorf("told %v", got)
	}
}

func TestATagOfWhatIsNotThereCannotBeTapped(t *testing.T) {
	ours(t)
	taps := 0
	tag := NewTag("ESX in preparation", TagWaiting, func() { taps++ })
	w := window(t, 200, 28, tag)
	test.Tap(tag)
	w.Canvas().FocusNext()
	if taps != 0 || w.Canvas().Focused() != nil {
		t.Error("what is being made was tapped")
	}
	tag.Set("ESX", TagSaved)
	test.Tap(tag)
	if taps != 1 || tag.Text() != "ESX" {
		t.Error("what is saved cannot be tapped")
	}
}

func TestAChipIsSwitchedByItsOwner(t *testing.T) {
	ours(t)
	c := NewChip("Failed 1", false, nil)
	c.OnTapped(func() { c.SetOn(!c.On()) })
	w := window(t, 120, 28, c)
	off := w.Canvas().Capture()
	test.Tap(c)
	if !c.On() || same(off, w.Canvas().Capture()) {
		t.Error("on and off look the same")
	}
	c.SetText("Failed 2")
	if c.Text() != "Failed 2" {
		t.Error("the text stays")
	}
}
