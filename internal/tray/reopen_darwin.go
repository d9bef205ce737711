//go:build cgo && !nogui

package tray

/*
#cgo CFLAGS: -x objective-c
#cgo LDFLAGS: -framework Cocoa
void dormerHearReopen(void);
*/
import "C"

import "sync/atomic"

var reopened atomic.Pointer[func()]

// onReopen has f called when a person opens Dormer while it runs: in the Finder, in
// the Launchpad, by `open`. macOS then starts no second one.
func onReopen(f func()) {
	reopened.Store(&f)
	C.dormerHearReopen()
}

// dormerReopened is called on the main thread, which must not wait.
//
//export dormerReopened
func dormerReopened() {
	if f := reopened.Load(); f != nil {
		go (*f)() // ends with what it asks of the window's keeper, which is bounded
	}
}
