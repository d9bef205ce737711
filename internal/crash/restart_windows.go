package crash

import (
	"runtime/debug"
	"unsafe"

	"golang.org/x/sys/windows"
)

// When Windows is not to start a program again (winbase.h): after an update of it,
// whose installer does that, and after the computer's start, at which it starts by
// itself.
const (
	restartNoPatch  = 4
	restartNoReboot = 8
)

var registerRestart = windows.NewLazySystemDLL("kernel32.dll").NewProc("RegisterApplicationRestart")

// Restart has the system start this program again with args if it crashes, after it
// has run for a minute at least. Windows hears of a crash by its error reporting,
// which Go leaves out unless it is told otherwise.
func Restart(args []string) error {
	line, err := windows.UTF16PtrFromString(windows.ComposeCommandLine(args))
	if err != nil {
		return err
	}
	if err := registerRestart.Find(); err != nil {
		return err
	}
	if hr, _, _ := registerRestart.Call(uintptr(unsafe.Pointer(line)), restartNoPatch|restartNoReboot); hr != 0 {
		return windows.Errno(hr & 0xFFFF) // an HRESULT of a system error
	}
	debug.SetTraceback("wer")
	return nil
}
