package notify

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// balloon shows notices at an icon of its own in the tray, one at a time: the way
// that every Windows has. The icon goes with the balloon.
type balloon struct {
	app     string
	clicked func(key, action string)

	mu     sync.Mutex // protects the following
	window uintptr    // that hears of clicks; 0 before the first notice
	ended  chan struct{}
	failed error
	shown  Notice
}

func newBalloon(app string, clicked func(key, action string)) *balloon {
	return &balloon{app: app, clicked: clicked}
}

var (
	user32           = windows.NewLazySystemDLL("user32.dll")
	shell32          = windows.NewLazySystemDLL("shell32.dll")
	registerClassEx  = user32.NewProc("RegisterClassExW")
	createWindowEx   = user32.NewProc("CreateWindowExW")
	defWindowProc    = user32.NewProc("DefWindowProcW")
	destroyWindow    = user32.NewProc("DestroyWindow")
	getMessage       = user32.NewProc("GetMessageW")
	dispatchMessage  = user32.NewProc("DispatchMessageW")
	postMessage      = user32.NewProc("PostMessageW")
	postQuitMessage  = user32.NewProc("PostQuitMessage")
	loadIcon         = user32.NewProc("LoadIconW")
	findWindow       = user32.NewProc("FindWindowW")
	shellNotifyIcon  = shell32.NewProc("Shell_NotifyIconW")
	getModuleHandle  = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetModuleHandleW")
	balloonClass     = wide("DormerBalloon")
	balloonProcedure = windows.NewCallback(balloonMessage)
	balloonWindows   sync.Map // of window to its balloon
)

// wide gives a name of ours as Windows wants one; none holds a NUL.
func wide(name string) *uint16 {
	w, _ := windows.UTF16PtrFromString(name)
	return w
}

// What is used of winuser.h and shellapi.h.
const (
	wmDestroy, wmClose = 0x0002, 0x0010
	wmIcon             = 0x8000 + 1 // WM_APP, of our own: something has happened to the icon
	messageOnly        = ^uintptr(2)
	idiApplication     = 32512

	nimAdd, nimModify, nimDelete                   = 0, 1, 2
	nifMessage, nifIcon, nifTip, nifInfo           = 0x1, 0x2, 0x4, 0x10
	niifInfo, niifWarning, niifNoSound             = 0x1, 0x2, 0x10
	balloonHidden, balloonTimedOut, balloonClicked = 0x403, 0x404, 0x405 // NIN_BALLOON…
)

// notifyIcon is NOTIFYICONDATAW.
type notifyIcon struct {
	Size                uint32
	Window              uintptr
	ID, Flags, Callback uint32
	Icon                uintptr
	Tip                 [128]uint16
	State, StateMask    uint32
	Info                [256]uint16
	Version             uint32
	Title               [64]uint16
	InfoFlags           uint32
	GUID                windows.GUID
	BalloonIcon         uintptr
}

// show shows a notice. Windows queues what it cannot show just now.
func (b *balloon) show(_ context.Context, n Notice) error {
	if err := b.possible(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.window == 0 && b.failed == nil {
		b.begin()
	}
	if b.failed != nil {
		return b.failed
	}
	i := notifyIcon{
		Window: b.window, ID: 1, Flags: nifMessage | nifIcon | nifTip | nifInfo, Callback: wmIcon, Icon: programIcon(),
		InfoFlags: niifInfo,
	}
	i.Size = uint32(unsafe.Sizeof(i))
	if n.Urgent {
		i.InfoFlags = niifWarning
	}
	if !n.Sound {
		i.InfoFlags |= niifNoSound
	}
	inUTF16(b.app, i.Tip[:])
	inUTF16(n.Title, i.Title[:])
	inUTF16(n.Body, i.Info[:])
	if n.Body == "" { // without a text none is shown
		inUTF16(n.Title, i.Info[:])
		clear(i.Title[:])
	}
	for _, how := range []uintptr{nimModify, nimAdd} {
		if ok, _, _ := shellNotifyIcon.Call(how, uintptr(unsafe.Pointer(&i))); ok != 0 {
			b.shown = n
			return nil
		}
	}
	return fmt.Errorf("%w: Windows has no tray for a balloon", ErrNoDesktop)
}

// possible says whether there is a tray to show a balloon in.
func (b *balloon) possible() error {
	if there, _, _ := findWindow.Call(uintptr(unsafe.Pointer(wide("Shell_TrayWnd"))), 0); there == 0 {
		return fmt.Errorf("%w: Windows has no tray", ErrNoDesktop)
	}
	return nil
}

// programIcon gives the program's own icon, or Windows' for programs that have none.
func programIcon() uintptr {
	module, _, _ := getModuleHandle.Call(0)
	if own, _, _ := loadIcon.Call(module, 1); own != 0 { // packaging/windows/dormer.rc
		return own
	}
	usual, _, _ := loadIcon.Call(0, idiApplication)
	return usual
}

// begin makes the window that hears of clicks, on a thread of its own that takes its
// messages. Under the lock.
func (b *balloon) begin() {
	made := make(chan error, 1)
	b.ended = make(chan struct{})
	go func() {
		defer close(b.ended)
		runtime.LockOSThread()
		made <- b.makeWindow()
		for b.failed == nil {
			var message [48]byte // MSG
			if more, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&message)), 0, 0, 0); int32(more) <= 0 {
				return
			}
			_, _, _ = dispatchMessage.Call(uintptr(unsafe.Pointer(&message)))
		}
	}()
	<-made
}

// makeWindow makes the window; nobody else looks at what it changes meanwhile.
func (b *balloon) makeWindow() error {
	module, _, _ := getModuleHandle.Call(0)
	class := struct {
		Size, Style                        uint32
		Procedure                          uintptr
		ClassExtra, WindowExtra            int32
		Instance, Icon, Cursor, Background uintptr
		Menu, Name                         *uint16
		SmallIcon                          uintptr
	}{Procedure: balloonProcedure, Instance: module, Name: balloonClass}
	class.Size = uint32(unsafe.Sizeof(class))
	_, _, _ = registerClassEx.Call(uintptr(unsafe.Pointer(&class))) // a second time it is there already
	window, _, err := createWindowEx.Call(0, uintptr(unsafe.Pointer(balloonClass)), 0, 0, 0, 0, 0, 0, messageOnly, 0,
		module, 0)
	if window == 0 {
		b.failed = fmt.Errorf("notify: Windows gives no window for a balloon: %w", errors.Join(ErrNoDesktop, err))
		return b.failed
	}
	b.window = window
	balloonWindows.Store(window, b)
	return nil
}

// balloonMessage is called by Windows, on the thread of begin, with a message for the
// window.
func balloonMessage(window uintptr, message uint32, w, l uintptr) uintptr {
	switch message {
	case wmIcon:
		if b, ok := balloonWindows.Load(window); ok {
			b.(*balloon).happened(uint32(l) & 0xFFFF)
		}
		return 0
	case wmClose:
		takeAway(window)
		_, _, _ = destroyWindow.Call(window)
		return 0
	case wmDestroy:
		balloonWindows.Delete(window)
		_, _, _ = postQuitMessage.Call(0)
		return 0
	}
	result, _, _ := defWindowProc.Call(window, uintptr(message), w, l)
	return result
}

// happened hears what became of the balloon.
func (b *balloon) happened(event uint32) {
	switch event {
	case balloonClicked, balloonTimedOut, balloonHidden:
	default:
		return
	}
	b.mu.Lock()
	n, window := b.shown, b.window
	b.mu.Unlock()
	takeAway(window)
	if action := balloonAction(n); event == balloonClicked && action != "" {
		b.clicked(n.Key, action)
	}
}

// takeAway takes the icon of a window out of the tray.
func takeAway(window uintptr) {
	i := notifyIcon{Window: window, ID: 1}
	i.Size = uint32(unsafe.Sizeof(i))
	_, _, _ = shellNotifyIcon.Call(nimDelete, uintptr(unsafe.Pointer(&i))) // it may be gone already
}

// close takes the icon away and ends the window. A taskbar that hangs is not waited for
// without end: the icon goes with the process, too.
func (b *balloon) close() {
	b.mu.Lock()
	window, ended := b.window, b.ended
	b.mu.Unlock()
	if window == 0 {
		return
	}
	_, _, _ = postMessage.Call(window, wmClose, 0, 0)
	t := time.NewTimer(taskbarWithin)
	defer t.Stop()
	select {
	case <-ended:
	case <-t.C:
	}
}

// taskbarWithin is how long the taskbar may take to let an icon go.
const taskbarWithin = time.Second
