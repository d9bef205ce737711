package say

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// The system's errors, by what a person is told of them. Windows has numbers of its own;
// those of syscall's names are Go's inventions.
var (
	full     = []syscall.Errno{windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_FULL, syscall.ENOSPC}
	readOnly = []syscall.Errno{windows.ERROR_WRITE_PROTECT, syscall.EROFS}
	refused  = []syscall.Errno{windows.WSAECONNREFUSED, syscall.ECONNREFUSED}
	cut      = []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED, syscall.ECONNRESET, syscall.EPIPE}
	noWay    = []syscall.Errno{windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETUNREACH}
)
