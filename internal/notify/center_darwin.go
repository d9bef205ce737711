//go:build cgo

package notify

/*
#cgo CFLAGS: -x objective-c -fno-objc-arc
#cgo LDFLAGS: -framework Foundation -framework UserNotifications
#include <stdlib.h>
#include "center_darwin.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"unsafe"
)

// center shows notices through Apple's UNUserNotificationCenter: with buttons, in
// place of an earlier one with the same key, and with clicks also on what an earlier
// run has left. It is there for programs of a bundle alone, and refuses those whose
// signature it does not believe: for them the script has to do.
type center struct{ script script }

// heardBy is who hears of clicks: the center knows one delegate in a process.
var heardBy atomic.Pointer[func(key, action string)]

func newCenter(clicked func(key, action string)) service {
	if C.dormerCenterHere() == 0 {
		return nil
	}
	heardBy.Store(&clicked)
	C.dormerCenterListen()
	return center{}
}

// show shows a notice. What a person has forbidden is not shown by the script either.
func (c center) show(ctx context.Context, n Notice) error {
	err := mayShow()
	if err == nil {
		err = showCentered(n)
	}
	if err == nil || isOff(err) || ctx.Err() != nil {
		return err
	}
	if failed := c.script.show(ctx, n); failed != nil {
		return errors.Join(err, failed)
	}
	return nil
}

func (c center) available(ctx context.Context) (server string, capabilities []string, err error) {
	switch err := mayShow(); {
	case err == nil:
		return "macOS", []string{"actions", "body"}, nil
	case isOff(err):
		return "", nil, err
	}
	return c.script.available(ctx)
}

func (center) close() { heardBy.Store(nil) }

func mayShow() error {
	switch why, is := said(C.dormerCenterMayShow()); {
	case !is:
		return nil
	case why == "":
		return offs[1]
	default:
		return fmt.Errorf("notify: macOS: %s", why)
	}
}

func showCentered(n Notice) error {
	var keep texts
	defer keep.free()
	var actions, labels []string
	for _, a := range n.Actions {
		if a.Key != DefaultAction { // a click on the notice is told anyhow
			actions, labels = append(actions, a.Key), append(labels, a.Label)
		}
	}
	instead := slices.DeleteFunc(slices.Clone(n.Instead), func(key string) bool { return key == n.Key })
	why, is := said(C.dormerCenterShow(keep.text(n.Key), keep.text(n.Title), keep.text(n.Body), number(n.Sound),
		number(n.Urgent),
		keep.list(actions), keep.list(labels), C.int(len(actions)), keep.list(instead), C.int(len(instead))))
	if is {
		return fmt.Errorf("notify: macOS refused the notification: %s", why)
	}
	return nil
}

// said takes over a text of C's; false if there is none.
func said(s *C.char) (text string, is bool) {
	if s == nil {
		return "", false
	}
	defer C.free(unsafe.Pointer(s))
	return C.GoString(s), true
}

func number(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// texts are texts lent to C, until they are freed.
type texts []unsafe.Pointer

func (t *texts) text(s string) *C.char {
	c := C.CString(s)
	*t = append(*t, unsafe.Pointer(c))
	return c
}

// list lends a list, in C's own memory: it holds pointers to more of it.
func (t *texts) list(all []string) **C.char {
	var one *C.char
	list := C.malloc(C.size_t(len(all)+1) * C.size_t(unsafe.Sizeof(one)))
	*t = append(*t, list)
	places := unsafe.Slice((**C.char)(list), len(all))
	for i, s := range all {
		places[i] = t.text(s)
	}
	return (**C.char)(list)
}

func (t *texts) free() {
	for _, p := range *t {
		C.free(p)
	}
}
