package wizard_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/app/wizard"
	"dormer/app/words"
)

// window is the first run in a window, with the engine behind it.
type window struct {
	*viewtest.Thread
	t    *testing.T
	v    *view.Wizard
	desk *viewtest.Desk
	win  fyne.Window

	clipboard string
	savedAs   string // what the person answers when a file is to be saved
	demos     int
	done      int
}

// inWindow tells a story of the first run in a window of a size.
func inWindow(t *testing.T, width, height float32, tell func(t *testing.T, w *window)) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Light))
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) {
		w := &window{Thread: thread, t: t, desk: viewtest.NewDesk()}
		w.win = test.NewTempWindow(t, nil)
		w.win.SetPadded(false)
		w.win.Resize(fyne.NewSize(width, height))
		w.v = view.NewWizard(thread.Deps(w.desk))
		page := wizard.New(w.v, w, func() { w.done++ })
		w.win.SetContent(page.Content())
		page.Shown()
		w.Settle()
		tell(t, w)
		page.Hidden()
	})
}

// Canvas, Copy, SaveFile and TryDemo implement wizard.Nav.
func (w *window) Canvas() fyne.Canvas { return w.win.Canvas() }
func (w *window) Copy(text string)    { w.clipboard = text }
func (w *window) TryDemo()            { w.demos++ }
func (w *window) SaveFile(name string, done func(path string)) {
	if w.savedAs != "" {
		done(w.savedAs + name)
	}
}

// each visits all that can be seen, from the back to the front.
func (w *window) each(f func(fyne.CanvasObject)) {
	for _, o := range append([]fyne.CanvasObject{w.win.Content()}, w.win.Canvas().Overlays().List()...) {
		walk(o, f)
	}
}

func walk(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	f(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, f)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, f)
		}
	}
}

// texts gives what can be read, paragraphs whole.
func (w *window) texts() (list []string) {
	w.each(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *canvas.Text:
			list = append(list, o.Text)
		case *parts.Paragraph:
			list = append(list, o.Text())
		}
	})
	return list
}

func (w *window) reads(text string) bool {
	return slices.ContainsFunc(w.texts(), func(s string) bool { return strings.Contains(s, text) })
}

func (w *window) wants(texts ...string) {
	w.t.Helper()
	w.Settle()
	for _, text := range texts {
		if !w.reads(text) {
			w.t.Errorf("%q is not to be read in %q", text, w.texts())
		}
	}
}

func (w *window) wantsNo(texts ...string) {
	w.t.Helper()
	w.Settle()
	for _, text := range texts {
		if w.reads(text) {
			w.t.Errorf("%q is to be read", text)
		}
	}
}

// button gives what is tapped by its text.
func (w *window) button(text string) (found interface {
	fyne.Tappable
	fyne.Disableable
	fyne.CanvasObject
}) {
	w.each(func(o fyne.CanvasObject) {
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
		w.t.Fatalf("there is no %q to tap among %q", text, w.texts())
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
	w.each(func(o fyne.CanvasObject) {
		if _, ok := o.(fyne.Tappable); !ok {
			return
		}
		walk(o, func(in fyne.CanvasObject) {
			if t, ok := in.(*canvas.Text); ok && t.Text == text {
				found = o.(fyne.Tappable)
			}
		})
	})
	if found == nil {
		w.t.Fatalf("there is no answer %q among %q", text, w.texts())
	}
	test.Tap(found)
	w.Settle()
}

// field gives the entry below a label, and the field around both.
func (w *window) field(label string) (entry fyne.Focusable, whole *parts.Field) {
	w.each(func(o fyne.CanvasObject) {
		f, ok := o.(*parts.Field)
		if !ok {
			return
		}
		walk(f, func(in fyne.CanvasObject) {
			if t, ok := in.(*canvas.Text); ok && t.Text == label {
				whole = f
			}
		})
	})
	if whole == nil {
		w.t.Fatalf("there is no field %q among %q", label, w.texts())
	}
	walk(whole, func(in fyne.CanvasObject) {
		if e, ok := in.(interface {
			fyne.Focusable
			fyne.Shortcutable
		}); ok && entry == nil {
			entry = e
		}
	})
	return entry, whole
}

// types types into a field, key by key; a line's end is the Enter key.
func (w *window) types(label, text string) {
	w.t.Helper()
	entry, _ := w.field(label)
	w.win.Canvas().Focus(entry)
	w.keys(text)
}

// keys types where the cursor stands.
func (w *window) keys(text string) {
	w.t.Helper()
	for _, r := range text {
		focused := w.win.Canvas().Focused()
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
	entry, _ := w.field(label)
	w.win.Canvas().Focus(entry)
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
