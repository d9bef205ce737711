package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// entryPad is the space around the text in an entry.
const entryPad float32 = 11

// entry is Fyne's entry as Field and Search need it: Escape leads out of a
// dialog, and it can be for reading only.
type entry struct {
	widget.Entry
	readOnly bool
	escaped  func() bool // reports whether Escape meant something to the owner
	down     func()      // leads out of the entry downwards; may be nil
	left     func()      // the cursor has gone elsewhere; may be nil
}

// newEntry gives an entry of one line.
func newEntry() *entry {
	e := &entry{}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey implements fyne.Focusable.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape:
		if e.escaped == nil || !e.escaped() {
			escape(e)
		}
		return
	case fyne.KeyDown:
		if e.down != nil {
			e.down()
			return
		}
	case fyne.KeyBackspace, fyne.KeyDelete:
		if e.readOnly {
			return
		}
	}
	e.Entry.TypedKey(k)
}

// FocusLost implements fyne.Focusable.
func (e *entry) FocusLost() {
	e.Entry.FocusLost()
	if e.left != nil {
		e.left()
	}
}

// TypedRune implements fyne.Focusable.
func (e *entry) TypedRune(r rune) {
	if !e.readOnly {
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
	e.Entry.TypedShortcut(s)
	if _, own := s.(*desktop.CustomShortcut); own {
		if c, ok := fyne.CurrentApp().Driver().CanvasForObject(e).(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
}

// entryTheme is the theme within an entry: more air, a softer edge, red where
// something is wrong, and sunk in where nothing can be written.
type entryTheme struct {
	of    *entry
	wrong *bool
}

// Color implements fyne.Theme.
func (t entryTheme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch {
	case *t.wrong && (name == theme.ColorNameInputBorder || name == theme.ColorNamePrimary):
		name = look.ColorFailed
	case name == theme.ColorNameInputBorder:
		name = look.ColorEdge
	case name == theme.ColorNameInputBackground && t.of.Disabled():
		name = theme.ColorNameDisabledButton
	}
	return t.house().Color(name, v)
}

// Size implements fyne.Theme.
func (t entryTheme) Size(name fyne.ThemeSizeName) float32 {
	switch {
	case name == theme.SizeNameInnerPadding:
		return entryPad
	case name == theme.SizeNameInputBorder && t.of.Disabled():
		return 0
	}
	return t.house().Size(name)
}

// Font implements fyne.Theme.
func (t entryTheme) Font(s fyne.TextStyle) fyne.Resource { return t.house().Font(s) }

// Icon implements fyne.Theme.
func (t entryTheme) Icon(n fyne.ThemeIconName) fyne.Resource { return t.house().Icon(n) }

// house gives the app's theme as it is now.
func (entryTheme) house() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }
