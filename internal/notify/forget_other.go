//go:build !windows

package notify

// Forget has nothing to take back here: the desktop was told nothing that it keeps.
func Forget(string) error { return nil }
