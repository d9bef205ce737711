//go:build !nogui

package setup

// unattended is how the program is started with the computer.
var unattended = []string{"--hidden"}
