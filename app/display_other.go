//go:build !nogui && (!unix || darwin)

package app

// reachDisplay: these systems have one display, and it is there.
func reachDisplay(func(string) string) error { return nil }
