//go:build !nogui && !ci

package app

import "github.com/go-gl/glfw/v3.4/glfw"

// workArea gives how much of the primary screen is free of panels, in the system's
// coordinates; nothing where there is no screen that GLFW knows. Fyne has made its
// first window. Under Wayland it is the whole screen: panels are the compositor's
// secret.
func workArea() (width, height int) {
	screen := glfw.GetPrimaryMonitor()
	if screen == nil {
		return 0, 0
	}
	_, _, width, height = screen.GetWorkarea()
	return width, height
}
