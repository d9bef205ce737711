//go:build !nogui

package app

import (
	"dormer/internal/say"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// noWindow is why no window can be opened.
func noWindow(why, do string) error {
	return &say.Error{What: say.Words("No window can be opened"), Err: errors.New(why), Do: say.Words(do + ", or start Dormer without a window: dormer run --headless")}
}

// noGraphics is noWindow where there is a display that cannot draw.
func noGraphics() error {
	return noWindow("the display offers no OpenGL", "Install the computer's graphics driver")
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
