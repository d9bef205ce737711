//go:build !nogui

package app

import (
	"slices"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"

	"dormer/app/page"
	"dormer/app/view"
)

// digits are the keys that show the pages, in their order.
var digits = []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6}

// keys has the window understand what the help sheet says.
func (d *desktop) keys() {
	c := d.window.Canvas()
	with := func(modifier fyne.KeyModifier, names ...fyne.KeyName) {
		for _, name := range names {
			c.AddShortcut(&fynedesktop.CustomShortcut{KeyName: name, Modifier: modifier},
				func(fyne.Shortcut) { d.withControl(name) })
		}
	}
	with(fyne.KeyModifierShortcutDefault, fyne.KeyE, fyne.KeyF, fyne.KeyN, fyne.KeyP, fyne.KeyComma, fyne.KeyQ,
		fyne.KeyPlus, fyne.KeyEqual, fyne.KeyMinus, fyne.Key0)
	with(fyne.KeyModifierShortcutDefault, digits...)
	// On some keyboards the plus is above the equals sign, or another.
	with(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift, fyne.KeyPlus, fyne.KeyEqual)
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyEscape:
			d.frame.back()
		case fyne.KeyF5:
			d.frame.refresh()
		case fyne.KeyF1:
			page.ShowHelp(d)
		}
	})
	c.SetOnTypedRune(func(r rune) {
		if r == '?' {
			page.ShowHelp(d)
		}
	})
}

// withControl does what a key means while Ctrl is held. A dialog is to be closed
// first.
func (d *desktop) withControl(name fyne.KeyName) {
	if d.window.Canvas().Overlays().Top() != nil {
		return
	}
	switch name {
	case fyne.KeyF:
		d.frame.search()
	case fyne.KeyN:
		d.frame.capture()
	case fyne.KeyP:
		d.frame.handOver((*view.Job).Print)
	case fyne.KeyE:
		d.frame.handOver((*view.Job).Mail)
	case fyne.KeyComma:
		d.ShowSettings("")
	case fyne.KeyQ:
		d.quit()
	case fyne.KeyPlus, fyne.KeyEqual:
		d.resizeText(1)
	case fyne.KeyMinus:
		d.resizeText(-1)
	case fyne.Key0:
		d.resizeText(0)
	default:
		if i := slices.Index(digits, name); i >= 0 {
			d.frame.show(view.Pages()[i])
		}
	}
}
