//go:build !nogui

package app

import (
	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"

	"dormer/app/page"
	"dormer/app/view"
)

// keys has the window understand what the help sheet says.
func (d *desktop) keys() {
	c := d.window.Canvas()
	on := func(name fyne.KeyName, f func()) {
		c.AddShortcut(&fynedesktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
			if c.Overlays().Top() == nil { // a dialog first
				f()
			}
		})
	}
	on(fyne.KeyF, func() { d.frame.search() })
	for i, name := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6} {
		on(name, func() { d.frame.show(view.Pages()[i]) })
	}
	on(fyne.KeyComma, func() { d.ShowSettings("") })
	on(fyne.KeyQ, d.quit)
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
