package netfault

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// The system's errors, by what they say of the way. Windows has numbers of its own;
// those of syscall's names are Go's inventions.
var (
	refused = []error{windows.WSAECONNREFUSED, syscall.ECONNREFUSED}
	noRoute = []error{
		windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAEHOSTDOWN,
		windows.WSAEADDRNOTAVAIL, syscall.ENETUNREACH, syscall.EHOSTUNREACH,
	}
	busy = []error{windows.WSAEADDRINUSE, syscall.EADDRINUSE}
	cut  = []error{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAENETRESET, syscall.ECONNRESET}
)
