// Package windowtest lets tests read a window and find their way in it as a
// person does.
package windowtest

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view/viewtest"
)

// A Screen is a window of a test, with the thread that it belongs to.
type Screen struct {
	*viewtest.Thread
	Window fyne.Window

	t testing.TB
}

// On gives a screen that shows a window.
func On(t testing.TB, thread *viewtest.Thread, w fyne.Window) *Screen {
	return &Screen{Thread: thread, Window: w, t: t}
}

// Story tells a story that happens in a light window of a size, empty at first.
func Story(t *testing.T, width, height float32, tell func(t *testing.T, s *Screen)) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Light))
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) { tell(t, On(t, thread, Open(t, width, height))) })
}

// Open opens an empty window of a size, without a margin, as the desktop does.
func Open(t testing.TB, width, height float32) fyne.Window {
	t.Helper()
	w := test.NewTempWindow(t, nil)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height))
	return w
}

// Walk visits what can be seen of an object, from the back to the front.
func Walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			Walk(child, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			Walk(child, visit)
		}
	}
}

// Each visits all that can be seen of a window, dialogs last.
func Each(w fyne.Window, visit func(fyne.CanvasObject)) {
	Walk(w.Content(), visit)
	for _, dialog := range w.Canvas().Overlays().List() {
		Walk(dialog, visit)
	}
}

// Each visits all that can be seen, dialogs last.
func (s *Screen) Each(visit func(fyne.CanvasObject)) { Each(s.Window, visit) }

// Texts gives what can be read, paragraphs whole.
func (s *Screen) Texts() (list []string) {
	s.Each(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *canvas.Text:
			list = append(list, o.Text)
		case *parts.Paragraph:
			list = append(list, o.Text())
		}
	})
	return list
}

// Reads says whether a text can be read somewhere just now.
func (s *Screen) Reads(text string) bool {
	return slices.ContainsFunc(s.Texts(), func(seen string) bool { return strings.Contains(seen, text) })
}

// Wants checks that each of the texts can be read once everything has settled.
func (s *Screen) Wants(texts ...string) {
	s.t.Helper()
	s.Settle()
	for _, text := range texts {
		if !s.Reads(text) {
			s.t.Errorf("%q is not to be read in %q", text, s.Texts())
		}
	}
}

// WantsNo checks that none of the texts can be read once everything has settled.
func (s *Screen) WantsNo(texts ...string) {
	s.t.Helper()
	s.Settle()
	for _, text := range texts {
		if s.Reads(text) {
			s.t.Errorf("%q is to be read", text)
		}
	}
}

// Field gives the entry below a label, and the field around both.
func (s *Screen) Field(label string) (entry fyne.Focusable, whole *parts.Field) {
	s.t.Helper()
	s.Each(func(o fyne.CanvasObject) {
		f, ok := o.(*parts.Field)
		if !ok {
			return
		}
		Walk(f, func(in fyne.CanvasObject) {
			if t, ok := in.(*canvas.Text); ok && t.Text == label {
				whole = f
			}
		})
	})
	if whole == nil {
		s.t.Fatalf("there is no field %q among %q", label, s.Texts())
	}
	Walk(whole, func(in fyne.CanvasObject) {
		if e, ok := in.(interface {
			fyne.Focusable
			fyne.Shortcutable
		}); ok && entry == nil {
			entry = e
		}
	})
	return entry, whole
}
