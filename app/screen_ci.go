//go:build !nogui && ci

package app

// workArea knows of no screen: this build is looked at and not run.
func workArea() (width, height int) { return 0, 0 }
