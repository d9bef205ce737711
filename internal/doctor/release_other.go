//go:build !linux && !darwin && !windows

package doctor

// release is not known on this system.
func release() string { return "" }
