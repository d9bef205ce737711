package netfault

import "golang.org/x/sys/windows"

// The system's errors, by what they say of the way.
var (
	refused = []error{windows.WSAECONNREFUSED}
	noRoute = []error{windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAEHOSTDOWN, windows.WSAEADDRNOTAVAIL}
	cut     = []error{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAENETRESET}
)
