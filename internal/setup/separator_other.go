//go:build !windows

package setup

// systemSeparator has nothing to say where the locale is in the environment.
func systemSeparator() string { return "" }
