package parts

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// room opens a window with one button in it, over which dialogs are shown.
func room(t *testing.T, tapped func()) fyne.Window {
	t.Helper()
	ours(t)
	return window(t, 800, 500, NewButton("Behind", Primary, tapped))
}

func TestEscapeClosesTheDialogAndNothingElse(t *testing.T) {
	w := room(t, nil)
	var window []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { window = append(window, k.Name) })
	closed := 0
	box := Modal(w.Canvas(), NewDialog("Which structures?", NewParagraph("1420 Sycamore Lane", Second)))
	box.OnClosed = func() { closed++ }
	key(w, fyne.KeyDown)
	key(w, fyne.KeyEscape)
	if closed != 1 || w.Canvas().Overlays().Top() != nil || len(window) != 0 {
		t.Errorf("closed %d times, the window got %q", closed, window)
	}
	box.Close()
	key(w, fyne.KeyEscape)
	if closed != 1 || len(window) != 1 {
		t.Errorf("afterwards: closed %d times, the window got %q", closed, window)
	}
}

func TestEscapeClosesFromEveryPartOfADialog(t *testing.T) {
	ours(t)
	for name, part := range map[string]fyne.CanvasObject{
		"button": NewButton("Download 4 files", Primary, func() {}),
		"check":  NewCheck("House", true, nil),
		"chip":   NewChip("PDF", true, func() {}),
		"field":  NewField("Name"),
		"search": NewSearch("Search"),
		"select": NewSelect([]string{"English", "Español"}, 0, nil),
		"choice": NewChoice([]string{"Mine", "Everybody's"}, 0, nil),
	} {
		w := window(t, 800, 500, NewButton("Behind", Primary, nil))
		Modal(w.Canvas(), NewDialog("Title", part))
		w.Canvas().FocusNext()
		if w.Canvas().Focused() == nil {
			t.Fatalf("%s takes no focus", name)
		}
		key(w, fyne.KeyEscape)
		if w.Canvas().Overlays().Top() != nil {
			t.Errorf("Escape in a %s does not close the dialog", name)
		}
	}
}

func TestADialogHoldsFocusAndTaps(t *testing.T) {
	behind := 0
	w := room(t, func() { behind++ })
	a, b := NewButton("Cancel", Plain, func() {}), NewButton("Delete", Danger, func() {})
	box := Modal(w.Canvas(), NewDialog("Delete this request?", NewParagraph("The link stops working.", Dim), a, b))
	test.TapCanvas(w.Canvas(), fyne.NewPos(5, 5))
	for range 5 {
		w.Canvas().FocusNext()
		if f := w.Canvas().Focused(); f != a && f != b {
			t.Fatalf("Tab leads to %v", f)
		}
	}
	if behind != 0 {
		t.Error("what lies behind was tapped")
	}
	box.Close()
	w.Canvas().FocusNext()
	key(w, fyne.KeySpace)
	if behind != 1 {
		t.Error("what lay behind is dead")
	}
}

func TestALongDialogScrollsAndKeepsItsButtons(t *testing.T) {
	w := room(t, nil)
	ok := NewButton("Continue", Primary, func() {})
	Modal(w.Canvas(), NewDialog("Terms", NewParagraph(strings.Repeat("measurements ", 600), Dim), ok))
	d := fyne.CurrentApp().Driver()
	if y := d.AbsolutePositionForObject(ok).Y + ok.Size().Height; y > 500-look.PageMargin {
		t.Errorf("the button ends at %v of 500", y)
	}
	w.Resize(fyne.NewSize(400, 300))
	if x := d.AbsolutePositionForObject(ok).X + ok.Size().Width; x > 400-look.PageMargin {
		t.Errorf("in a narrow window the button ends at %v of 400", x)
	}
}

func TestAShortDialogIsAsHighAsItNeeds(t *testing.T) {
	w := room(t, nil)
	words := NewParagraph("The link that you sent to Dana Whitfield stops working. Photos that were taken already stay with Hover.", Dim)
	ok := NewButton("OK", Primary, func() {})
	Modal(w.Canvas(), NewDialog("Delete?", words, ok))
	d := fyne.CurrentApp().Driver()
	if gap := d.AbsolutePositionForObject(ok).Y - d.AbsolutePositionForObject(words).Y - words.MinSize().Height; gap < dialogGap || gap > dialogGap+1 {
		t.Errorf("%v between the words and the button, want %v", gap, dialogGap)
	}
	if got, want := at(w, 400, 110), of(look.Light, look.ColorPanel); got == want {
		t.Error("the card covers what it need not")
	}
	if got := at(w, 5, 5); got == of(look.Light, theme.ColorNameBackground) || got == of(look.Light, look.ColorPanel) {
		t.Error("the window behind is not dimmed")
	}
}

func TestConfirmDoesNothingWithoutAYes(t *testing.T) {
	w := room(t, nil)
	done := 0
	ask := func() { Confirm(w.Canvas(), "Delete?", "The link stops working.", "Delete", func() { done++ }) }
	ask()
	key(w, fyne.KeyReturn) // the focus is on No
	ask()
	key(w, fyne.KeyEscape)
	if done != 0 || w.Canvas().Overlays().Top() != nil {
		t.Errorf("done %d times without a yes", done)
	}
	ask()
	w.Canvas().FocusNext()
	key(w, fyne.KeyReturn)
	if done != 1 || w.Canvas().Overlays().Top() != nil {
		t.Errorf("after a yes: done %d times", done)
	}
}
