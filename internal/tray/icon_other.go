//go:build !nogui && !windows

package tray

// icon gives a picture as the system's tray takes it.
func icon(png []byte) []byte { return png }
