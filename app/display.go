//go:build !nogui

package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"dormer/internal/say"
)

// noWindow is why no window can be opened.
func noWindow(why, do say.Text) error {
	return &say.Error{What: say.T("window.none"), Why: why, Do: do}
}

// noGraphics is noWindow where there is a display that cannot draw.
func noGraphics() error {
	return noWindow(say.T("window.no_opengl"), say.T("window.no_opengl.do"))
}

// opened says whether the system has really made a window: Fyne logs that it has
// not, and goes on.
func opened(w fyne.Window) bool {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return true // nobody can tell
	}
	made := true
	native.RunNative(func(context any) {
		switch c := context.(type) {
		case driver.X11WindowContext:
			made = c.WindowHandle != 0
		case driver.WaylandWindowContext:
			made = c.WaylandSurface != 0
		case driver.WindowsWindowContext:
			made = c.HWND != 0
		}
	})
	return made
}
