//go:build nogui

package setup

// unattended is how the program is started with the computer, where it has no
// window to hide.
var unattended = []string{"run", "--headless"}
