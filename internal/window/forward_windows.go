package window

import sys "golang.org/x/sys/windows"

var allowSetForeground = sys.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow")

// LetForward lets a process bring its window before the others. Windows lets only
// him do that to whom a person has spoken last, which is who asks for the window:
// he passes it on to the watcher, and that to the window.
func LetForward(pid int) {
	if allowSetForeground.Find() == nil {
		_, _, _ = allowSetForeground.Call(uintptr(uint32(pid))) // fails for whom the person has not spoken to
	}
}
