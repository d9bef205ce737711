//go:build cgo

package notify

// #include <stdlib.h>
import "C"

import "unsafe"

// dormerNoticeClicked is called by the center for a click.
//
//export dormerNoticeClicked
func dormerNoticeClicked(key, action *C.char) {
	defer C.free(unsafe.Pointer(key))
	defer C.free(unsafe.Pointer(action))
	if clicked := heardBy.Load(); clicked != nil {
		(*clicked)(C.GoString(key), C.GoString(action))
	}
}
