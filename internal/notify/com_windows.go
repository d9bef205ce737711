package notify

import (
	"runtime"
	"syscall"
	"unsafe"

	"git.sr.ht/~jackmordaunt/go-toast/wintoast"
	"github.com/go-ole/go-ole"
	"golang.org/x/sys/windows"
)

// What the library of toasts lacks: to hear clicks before the first toast is shown,
// and to ask whether toasts are shown at all.

var (
	combase        = windows.NewLazySystemDLL("combase.dll")
	registerClass  = combase.NewProc("CoRegisterClassObject")
	revokeClass    = combase.NewProc("CoRevokeClassObject")
	roUninitialize = combase.NewProc("RoUninitialize")
)

const multithreaded = 1 // RO_INIT_MULTITHREADED

// listen has Windows call us for clicks until stop is called. It does so on a thread
// of its own, which keeps the process in COM's multithreaded apartment: the
// library joins it on another, and takes for an error that somebody has before. A
// Windows without COM's part for this has no toasts to click on.
func listen() (stop func()) {
	begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		var cookie uint32
		joined := guarded(func() error { return ole.RoInitialize(multithreaded) }) == nil
		if joined {
			_ = guarded(func() error { // clicks are then not heard before the first toast
				hr, _, _ := registerClass.Call(uintptr(unsafe.Pointer(ole.NewGUID(activator))),
					uintptr(unsafe.Pointer(wintoast.ClassFactory)), ole.CLSCTX_LOCAL_SERVER, 1, /* REGCLS_MULTIPLEUSE */
					uintptr(unsafe.Pointer(&cookie)))
				return failed(hr)
			})
		}
		close(begun)
		<-end
		if joined {
			if cookie != 0 {
				_, _, _ = revokeClass.Call(uintptr(cookie))
			}
			_, _, _ = roUninitialize.Call()
		}
	}()
	<-begun
	return func() { close(end); <-ended }
}

// The parts of Windows.UI.Notifications that are used (windows.ui.notifications.idl);
// the numbers count the methods of an interface from 0, three of IUnknown and three
// of IInspectable first.
const (
	toastManager        = "Windows.UI.Notifications.ToastNotificationManager"
	iidManagerStatics   = "{50AC103F-D235-4598-BBEF-98FE4D1A3AD4}"
	createNotifierForID = 7 // IToastNotificationManagerStatics.CreateToastNotifierWithId
	getSetting          = 8 // IToastNotifier.get_Setting
)

// toastSetting asks whether toasts of an application are shown; see [switchedOff].
func toastSetting(app string) (setting int32, err error) {
	manager, err := ole.RoGetActivationFactory(toastManager, ole.NewGUID(iidManagerStatics))
	if err != nil {
		return 0, err
	}
	defer manager.Release()
	name, err := ole.NewHString(app)
	if err != nil {
		return 0, err
	}
	defer func() { _ = ole.DeleteHString(name) }() // frees memory, or there was none
	var notifier *ole.IUnknown
	if err := call(&manager.IUnknown, createNotifierForID, uintptr(name), uintptr(unsafe.Pointer(&notifier))); err != nil {
		return 0, err
	}
	defer notifier.Release()
	err = call(notifier, getSetting, uintptr(unsafe.Pointer(&setting)))
	return setting, err
}

// call calls a method of an interface by its number.
func call(of *ole.IUnknown, method int, args ...uintptr) error {
	table := (*[getSetting + 1]uintptr)(unsafe.Pointer(of.RawVTable))
	hr, _, _ := syscall.SyscallN(table[method], append([]uintptr{uintptr(unsafe.Pointer(of))}, args...)...)
	return failed(hr)
}

func failed(hr uintptr) error {
	if int32(hr) < 0 {
		return ole.NewError(hr)
	}
	return nil
}
