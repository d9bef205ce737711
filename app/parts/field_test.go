package parts

import (
	"image"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
)

func TestAFieldTellsOfWhatAPersonTypesNotOfWhatWeWrite(t *testing.T) {
	ours(t)
	f := NewField("Client ID, from Hover")
	var changed, submitted []string
	f.OnChanged = func(s string) { changed = append(changed, s) }
	f.OnSubmitted = func(s string) { submitted = append(submitted, s) }
	w := window(t, 400, 120, f)
	f.SetText("q8Y")
	f.Focus()
	key(w, fyne.KeyEnd)
	letters(w, "t2")
	key(w, fyne.KeyReturn)
	if len(changed) != 2 || changed[1] != "q8Yt2" || f.Text() != "q8Yt2" {
		t.Errorf("told of %q, holds %q", changed, f.Text())
	}
	if len(submitted) != 1 || submitted[0] != "q8Yt2" {
		t.Errorf("Enter told %q", submitted)
	}
}

func TestAFieldSaysWhatIsWrongInsteadOfItsHint(t *testing.T) {
	ours(t)
	f := NewField("Client secret, from Hover")
	column := Column(0, f)
	window(t, 400, 200, column)
	bare := f.MinSize().Height
	f.SetHint("It is shown only once.")
	if f.note.Text() != "It is shown only once." || f.note.role != Second || f.MinSize().Height <= bare {
		t.Errorf("hint: %q, %v high", f.note.Text(), f.MinSize().Height)
	}
	f.SetError("Hover did not accept this pair.")
	if f.note.Text() != "Hover did not accept this pair." || f.note.role != FailedText {
		t.Errorf("error: %q", f.note.Text())
	}
	f.SetHint("Copy it once more.")
	if f.note.role != FailedText {
		t.Error("a new hint hides what is wrong")
	}
	f.SetError("")
	if f.note.Text() != "Copy it once more." || f.note.role != Second {
		t.Errorf("mended: %q", f.note.Text())
	}
	f.SetHint("")
	if f.note.Visible() || f.MinSize().Height != bare {
		t.Error("without a hint there is still a line")
	}
}

func TestAWrongFieldIsFramedInRed(t *testing.T) {
	ours(t)
	f := NewField("Phone")
	w := window(t, 300, 120, f)
	framed := func() bool {
		picture := w.Canvas().Capture()
		for y := range 60 {
			if r, g, _, _ := picture.At(150, y).RGBA(); r > g+0x2800 {
				return true
			}
		}
		return false
	}
	if framed() {
		t.Error("framed in red before anything is wrong")
	}
	f.SetError("This is no phone number.")
	if !framed() {
		t.Error("not framed in red")
	}
}

func TestAFieldForReadingCanBeCopiedAndNotChanged(t *testing.T) {
	ours(t)
	const address = "https://calm-otter.ngrok-free.app/oauth/callback"
	f := NewField("Redirect address")
	f.SetText(address)
	f.SetReadOnly(true)
	f.SetButton(NewButton("Copy", Plain, func() {}))
	w := window(t, 400, 120, f)
	f.Focus()
	letters(w, "x")
	key(w, fyne.KeyBackspace)
	key(w, fyne.KeyDelete)
	clipboard := test.NewClipboard()
	clipboard.SetContent("something else")
	f.entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	f.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	f.entry.TypedShortcut(&fyne.ShortcutCut{Clipboard: clipboard})
	if f.Text() != address {
		t.Errorf("the text became %q", f.Text())
	}
	f.entry.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if clipboard.Content() != address {
		t.Errorf("copied %q", clipboard.Content())
	}
}

func TestASecretIsReadOnlyWhenAPersonAsks(t *testing.T) {
	ours(t)
	f := NewField("Client secret, from Hover")
	f.SetPassword()
	w := window(t, 400, 120, f)
	f.Focus()
	letters(w, "s3cret")
	show := f.tail.Objects[1].(*Button)
	if !f.entry.Password || show.Text() != "Show" {
		t.Fatalf("a secret can be read by everybody; the button says %q", show.Text())
	}
	if f.entry.ActionItem != nil {
		t.Error("Fyne has a second button for it")
	}
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != show {
		t.Error("Tab does not lead to the button")
	}
	key(w, fyne.KeySpace)
	if f.entry.Password || show.Text() != "Hide" || w.Canvas().Focused() != f.entry {
		t.Errorf("it is hidden still, or the cursor is elsewhere; the button says %q", show.Text())
	}
	letters(w, "!")
	test.Tap(show)
	if !f.entry.Password || show.Text() != "Show" || f.Text() != "s3cret!" {
		t.Errorf("%q can be read still; the button says %q", f.Text(), show.Text())
	}
}

func TestASecretThatWasFilledInCannotBeRead(t *testing.T) {
	ours(t)
	shown := func(secret string) image.Image {
		f := NewField("Client secret, from Hover")
		f.SetText(secret)
		f.SetPassword()
		return window(t, 300, 80, f).Canvas().Capture()
	}
	if a, b := shown("s3cret!"), shown("another"); !same(a, b) {
		t.Errorf("two secrets look different, first at %v", differs(a, b))
	}
}

func TestADisabledFieldTakesNoText(t *testing.T) {
	ours(t)
	f := NewField("Name")
	w := window(t, 300, 100, f)
	f.Disable()
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != nil {
		t.Error("Tab leads into a disabled field")
	}
	f.Enable()
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != f.entry {
		t.Error("Tab does not lead into the field")
	}
}

func TestTheTickAndTheButtonStandInTheField(t *testing.T) {
	ours(t)
	f := NewField("Client ID")
	f.SetButton(NewButton("Copy", Plain, func() {}))
	window(t, 300, 100, f)
	f.SetOK(true)
	if !f.ok.Visible() || f.ok.Position().X >= f.tail.Objects[1].Position().X {
		t.Error("no tick before the button")
	}
	f.SetOK(false)
	if f.ok.Visible() {
		t.Error("the tick stays")
	}
	if h := f.tail.Size().Height; h < look.ButtonHeight {
		t.Errorf("a button does not fit into %v", h)
	}
}

func TestASearchIsEmptiedByItsButtonAndByEscape(t *testing.T) {
	ours(t)
	s := NewSearch("Search jobs…")
	s.SetShortcut("Ctrl F")
	var searched []string
	s.OnChanged = func(text string) { searched = append(searched, text) }
	w := window(t, 400, 60, s)
	if s.clear.Visible() || !s.hint.Visible() {
		t.Error("an empty box has a button to empty it")
	}
	s.Focus()
	letters(w, "sy")
	if !s.clear.Visible() || s.hint.Visible() {
		t.Error("a box with text has no button to empty it")
	}
	test.Tap(s.clear)
	s.SetText("mill")
	s.Focus()
	key(w, fyne.KeyEscape)
	if s.Text() != "" || len(searched) != 5 || searched[1] != "sy" || searched[2] != "" || searched[4] != "" {
		t.Errorf("searched for %q", searched)
	}
}

func TestEscapeInAnEmptySearchIsTheWindows(t *testing.T) {
	ours(t)
	s := NewSearch("Search")
	w := window(t, 400, 60, s)
	var got fyne.KeyName
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { got = k.Name })
	s.Focus()
	key(w, fyne.KeyEscape)
	if got != fyne.KeyEscape {
		t.Errorf("the window got %q", got)
	}
}

func TestWhatIsPastedIsCutBeforeItHoldsUpTheWindow(t *testing.T) {
	ours(t)
	f := NewField("Authtoken")
	w := window(t, 400, 120, f)
	f.Focus()
	letters(w, "é")
	clipboard := test.NewClipboard()
	clipboard.SetContent(strings.Repeat("ü", 2_000_000))
	f.entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if n := utf8.RuneCountInString(f.Text()); n != mostText || f.Text()[:4] != "éü" {
		t.Errorf("the field holds %d characters", n)
	}
	letters(w, "a")
	f.entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if n := utf8.RuneCountInString(f.Text()); n != mostText {
		t.Errorf("a full field holds %d characters", n)
	}
	f.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	letters(w, "ab")
	clipboard.SetContent("cd")
	f.entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if f.Text() != "abcd" {
		t.Errorf("it holds %q", f.Text())
	}
}

func TestTabIntoAFilledFieldSelectsIt(t *testing.T) {
	ours(t)
	first, second := NewField("Name"), NewField("Street")
	first.SetText("Ann Lee")
	second.SetText("5 Cedar Ct")
	w := window(t, 400, 300, Column(8, first, second))
	first.Focus() // by us: whoever goes on typing loses nothing
	if got := first.entry.SelectedText(); got != "" {
		t.Errorf("%q is selected", got)
	}
	w.Canvas().FocusNext()
	if got := second.entry.SelectedText(); got != "5 Cedar Ct" {
		t.Errorf("after Tab %q is selected", got)
	}
	key(w, fyne.KeyEnd)
	second.entry.FocusLost() // another window lies over this one, and goes again
	second.entry.FocusGained()
	if got := second.entry.SelectedText(); got != "" {
		t.Errorf("in a window that came back %q is selected", got)
	}
	w.Canvas().FocusPrevious()
	letters(w, "Bo")
	if first.Text() != "Bo" {
		t.Errorf("what is typed after Tab gives %q", first.Text())
	}
	w.Canvas().Unfocus()
	second.entry.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonSecondary})
	if got := second.entry.SelectedText(); got != "" || w.Canvas().Focused() != second.entry {
		t.Errorf("a click selects %q", got)
	}
}
