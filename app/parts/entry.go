package parts

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// entry is Fyne's entry as Field and Search need it: Escape leads out of a
// dialog, and it can be for reading only. It is text alone: an entryBox is around it.
type entry struct {
	widget.Entry
	readOnly bool
	focused  bool
	placed   bool        // the cursor is put here by the pointer or by us, not by Tab
	turned   func()      // it has the focus now, or no longer
	escaped  func() bool // reports whether Escape meant something to the owner
	down     func()      // leads out of the entry downwards; may be nil
	left     func()      // the cursor has gone elsewhere; may be nil
}

// mostText is how many characters an entry holds: nothing that is asked for is longer,
// and what is pasted by mistake can be so long that a window stands still over it.
const mostText = 4000

// room is how many more characters a person may put in.
func (e *entry) room() int {
	return mostText - utf8.RuneCountInString(e.Text) + utf8.RuneCountInString(e.SelectedText())
}

// cutClipboard is a clipboard of which no more is read than there is room for.
type cutClipboard struct {
	fyne.Clipboard
	most int
}

// Content implements fyne.Clipboard.
func (c *cutClipboard) Content() string {
	n := 0
	for at := range c.Clipboard.Content() {
		if n++; n > c.most {
			return c.Clipboard.Content()[:at]
		}
	}
	return c.Clipboard.Content()
}

// newEntry gives an entry of one line.
func newEntry() *entry {
	e := &entry{turned: func() {}}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	return e
}

// CreateRenderer implements fyne.Widget: Fyne's ground and edge are not shown, nor
// its own button for a secret.
func (e *entry) CreateRenderer() fyne.WidgetRenderer {
	secret := e.Password
	e.Password = false
	r := e.Entry.CreateRenderer()
	e.Password = secret
	for _, o := range r.Objects() {
		if area, ok := o.(*canvas.Rectangle); ok {
			area.Hide()
		}
	}
	return r
}

// TypedKey implements fyne.Focusable.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape:
		if e.escaped == nil || !e.escaped() {
			PassKey(e, k)
		}
		return
	case fyne.KeyDown:
		if e.down != nil {
			e.down()
			return
		}
	case fyne.KeyF1, fyne.KeyF5:
		PassKey(e, k)
		return
	case fyne.KeyBackspace, fyne.KeyDelete:
		if e.readOnly {
			return
		}
	}
	e.Entry.TypedKey(k)
}

// MouseDown implements desktop.Mouseable: the pointer says where the cursor is to be.
func (e *entry) MouseDown(m *desktop.MouseEvent) {
	e.placed = true
	e.Entry.MouseDown(m)
	e.placed = false
}

// take puts the cursor into the entry, where it was, once it stands in a window.
func (e *entry) take() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		e.takeFocus(c)
	}
}

// takeFocus does so on a canvas that need not have drawn it yet.
func (e *entry) takeFocus(c fyne.Canvas) {
	e.placed = true
	c.Focus(e)
	e.placed = false
}

// FocusGained implements fyne.Focusable. Tab selects what is in the entry, as
// everywhere; a window that comes back to the front does not.
func (e *entry) FocusGained() {
	e.Entry.FocusGained()
	if !e.placed && followed != fyne.CanvasObject(e) && e.Text != "" {
		e.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
	e.focused = true
	e.turned()
	follow(e)
}

// FocusLost implements fyne.Focusable.
func (e *entry) FocusLost() {
	e.Entry.FocusLost()
	e.focused = false
	e.turned()
	if e.left != nil {
		e.left()
	}
}

// TypedRune implements fyne.Focusable.
func (e *entry) TypedRune(r rune) {
	if !e.readOnly && e.room() > 0 {
		e.Entry.TypedRune(r)
	}
}

// TypedShortcut implements fyne.Shortcutable. The window hears of its own keys
// also while the cursor is in an entry.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if e.readOnly {
		switch s.(type) {
		case *fyne.ShortcutPaste, *fyne.ShortcutCut, *fyne.ShortcutUndo, *fyne.ShortcutRedo:
			return
		}
	}
	if paste, ok := s.(*fyne.ShortcutPaste); ok && utf8.RuneCountInString(paste.Clipboard.Content()) > e.room() {
		s = &fyne.ShortcutPaste{Clipboard: &cutClipboard{paste.Clipboard, e.room()}}
	}
	e.Entry.TypedShortcut(s)
	if _, own := s.(*desktop.CustomShortcut); own {
		if c, ok := fyne.CurrentApp().Driver().CanvasForObject(e).(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
}
