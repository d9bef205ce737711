package wizard_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/app/windowtest"
	"dormer/app/wizard"
	_ "dormer/internal/hermetic"
	"dormer/internal/words"
)

// window is the first run in a window, with the engine behind it.
type window struct {
	*windowtest.Screen
	t    *testing.T
	v    *view.Wizard
	page *wizard.Wizard
	desk *viewtest.Desk

	clipboard string
	savedAs   string // what the person answers when a file is to be saved
	demos     int
	done      int
}

// inWindow tells a story of the first run in a window of a size.
func inWindow(t *testing.T, width, height float32, tell func(t *testing.T, w *window)) {
	t.Helper()
	windowtest.Story(t, width, height, func(t *testing.T, s *windowtest.Screen) {
		w := &window{Screen: s, t: t, desk: viewtest.NewDesk()}
		w.v = view.NewWizard(w.Deps(w.desk))
		w.page = wizard.New(w.v, w, func() { w.done++ })
		w.Window.SetContent(w.page.Content())
		w.page.Shown()
		w.Settle()
		tell(t, w)
		w.page.Hidden()
	})
}

// Canvas, Copy, SaveFile and TryDemo implement wizard.Nav.
func (w *window) Canvas() fyne.Canvas { return strict{w.Window.Canvas(), w.t} }
func (w *window) Copy(text string)    { w.clipboard = text }
func (w *window) TryDemo()            { w.demos++ }
func (w *window) SaveFile(name string, done func(path string)) {
	if w.savedAs != "" {
		done(w.savedAs + name)
	}
}

// strict is a canvas that complains, as a real one does, where something that is
// not in its window is to have the keyboard.
type strict struct {
	fyne.Canvas
	t *testing.T
}

func (c strict) Focus(o fyne.Focusable) {
	c.t.Helper()
	top := c.Overlays().Top()
	if !within(c.Content(), o.(fyne.CanvasObject)) && (top == nil || !within(top, o.(fyne.CanvasObject))) {
		c.t.Errorf("the keyboard was given to a %T that is not in the window", o)
	}
	c.Canvas.Focus(o)
}

// within says whether an object is a part of another one, seen or not.
func within(whole, o fyne.CanvasObject) bool {
	if whole == o {
		return true
	}
	var of []fyne.CanvasObject
	switch whole := whole.(type) {
	case *fyne.Container:
		of = whole.Objects
	case fyne.Widget:
		of = test.WidgetRenderer(whole).Objects()
	}
	return slices.ContainsFunc(of, func(part fyne.CanvasObject) bool { return within(part, o) })
}

// button gives what is tapped by its text.
func (w *window) button(text string) (found interface {
	fyne.Tappable
	fyne.Disableable
	fyne.CanvasObject
}) {
	w.Each(func(o fyne.CanvasObject) {
		if b, ok := o.(interface{ Text() string }); ok && b.Text() == text {
			if t, ok := o.(interface {
				fyne.Tappable
				fyne.Disableable
				fyne.CanvasObject
			}); ok {
				found = t
			}
		}
	})
	if found == nil {
		w.t.Fatalf("there is no %q to tap among %q", text, w.Texts())
	}
	return found
}

// tap taps a button and waits for what comes of it.
func (w *window) tap(text string) {
	w.t.Helper()
	test.Tap(w.button(text))
	w.Settle()
}

// answer taps one answer of a choice, or opens a list and takes one of it.
func (w *window) answer(text string) {
	w.t.Helper()
	var found fyne.Tappable
	w.Each(func(o fyne.CanvasObject) {
		if _, ok := o.(fyne.Tappable); !ok {
			return
		}
		windowtest.Walk(o, func(in fyne.CanvasObject) {
			if t, ok := in.(*canvas.Text); ok && t.Text == text {
				found = o.(fyne.Tappable)
			}
		})
	})
	if found == nil {
		w.t.Fatalf("there is no answer %q among %q", text, w.Texts())
	}
	test.Tap(found)
	w.Settle()
}

// types types into a field, key by key; a line's end is the Enter key.
func (w *window) types(label, text string) {
	w.t.Helper()
	entry, _ := w.Field(label)
	w.Window.Canvas().Focus(entry)
	w.keys(text)
}

// keys types where the cursor stands.
func (w *window) keys(text string) {
	w.t.Helper()
	for _, r := range text {
		focused := w.Window.Canvas().Focused()
		switch {
		case focused == nil:
			w.t.Fatalf("the cursor is nowhere, and %q was to be typed", text)
		case r == '\n':
			focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		default:
			focused.TypedRune(r)
		}
		w.Settle()
	}
}

// pastes replaces what stands in a field by what is on the clipboard.
func (w *window) pastes(label, text string) {
	w.t.Helper()
	entry, _ := w.Field(label)
	w.Window.Canvas().Focus(entry)
	board := test.NewClipboard()
	board.SetContent(text)
	entry.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	entry.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{Clipboard: board})
	w.Settle()
}

func (w *window) speak(language string) {
	w.t.Helper()
	if err := words.Use(language); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = words.Use(words.English) })
}
