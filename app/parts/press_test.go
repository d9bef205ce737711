package parts

import (
	"bytes"
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// A pressable is a part that can be tapped.
type pressable interface {
	fyne.Widget
	fyne.Tappable
	fyne.Focusable
	fyne.Disableable
	desktop.Hoverable
	desktop.Cursorable
}

// pressables are the parts that can be tapped, all calling tapped.
func pressables(tapped func()) map[string]pressable {
	card := NewStatusCard()
	card.Set(MarkDone, "Connected to Hover", "last update 2 min ago")
	card.OnTapped(tapped)
	return map[string]pressable{
		"button": NewButton("Open PDF", Primary, tapped),
		"quiet":  NewButton("Details", Quiet, tapped),
		"chip":   NewChip("Failed 1", false, tapped),
		"tag":    NewTag("XLSX", TagReady, tapped),
		"check":  NewCheck("Play a sound", false, func(bool) { tapped() }),
		"nav":    NewNavItem("Inbox", tapped),
		"status": card,
		"clear":  newClear(tapped),
		"link":   NewTextLink("(317) 555-0142", tapped),
		"figure": given(NewFigure(FigureTile, "Copied", tapped)),
		"row":    given(NewFigure(FigureRow, "Copied", tapped)),
	}
}

func given(f *CopyFigure) *CopyFigure {
	f.Set(FigureText{Value: "33", Label: "15%", Given: true})
	return f
}

func TestWhatCanBeTappedCanBeWorkedByKeyboard(t *testing.T) {
	taps := 0
	ours(t)
	for name, p := range pressables(func() { taps++ }) {
		w := window(t, 200, 60, p)
		taps = 0
		test.Tap(p)
		w.Canvas().Unfocus()
		w.Canvas().FocusNext()
		if w.Canvas().Focused() != p {
			t.Fatalf("%s: Tab leads to %v", name, w.Canvas().Focused())
		}
		key(w, fyne.KeyReturn)
		key(w, fyne.KeyEnter)
		key(w, fyne.KeySpace)
		if taps != 4 {
			t.Errorf("%s: a tap, Return, Enter and Space came as %d", name, taps)
		}
	}
}

func TestFocusAndPointerAreSeen(t *testing.T) {
	ours(t)
	for name, p := range pressables(func() {}) {
		w := window(t, 200, 60, p)
		calm := w.Canvas().Capture()
		w.Canvas().Focus(p)
		if same(calm, w.Canvas().Capture()) {
			t.Errorf("%s looks the same with the focus", name)
		}
		w.Canvas().Unfocus()
		p.MouseIn(&desktop.MouseEvent{})
		if same(calm, w.Canvas().Capture()) {
			t.Errorf("%s looks the same under the pointer", name)
		}
		if p.Cursor() != desktop.PointerCursor {
			t.Errorf("%s: the pointer is no hand", name)
		}
		p.MouseOut()
		if !same(calm, w.Canvas().Capture()) {
			t.Errorf("%s does not come to rest", name)
		}
	}
}

func TestWhatCannotBeTappedNowDoesNothing(t *testing.T) {
	taps := 0
	ours(t)
	for name, p := range pressables(func() { taps++ }) {
		w := window(t, 200, 60, p)
		p.Disable()
		taps = 0
		test.Tap(p)
		p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		w.Canvas().Unfocus()
		w.Canvas().FocusNext()
		if taps != 0 || w.Canvas().Focused() != nil || p.Cursor() != desktop.DefaultCursor {
			t.Errorf("%s: disabled, it was tapped %d times and %v has the focus", name, taps, w.Canvas().Focused())
		}
		p.Enable()
		test.Tap(p)
		if taps != 1 {
			t.Errorf("%s: enabled again, it was tapped %d times", name, taps)
		}
	}
}

// A person who presses ? or an arrow while a button has the focus means the
// window, not the button.
func TestKeysThatMeanNothingToAButtonAreTheWindows(t *testing.T) {
	ours(t)
	b := NewButton("Open PDF", Primary, nil)
	w := window(t, 200, 60, b)
	var got []string
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { got = append(got, string(k.Name)) })
	w.Canvas().SetOnTypedRune(func(r rune) { got = append(got, string(r)) })
	w.Canvas().Focus(b)
	key(w, fyne.KeyDown)
	test.Type(b, "? ")
	if len(got) != 2 || got[0] != "Down" || got[1] != "?" {
		t.Errorf("the window got %q", got)
	}
}

// same reports whether two pictures are.
func same(a, b image.Image) bool {
	return bytes.Equal(a.(*image.NRGBA).Pix, b.(*image.NRGBA).Pix)
}
