//go:build !windows

package netfault

import "syscall"

// The system's errors, by what they say of the way.
var (
	refused = []error{syscall.ECONNREFUSED}
	noRoute = []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EADDRNOTAVAIL}
	busy    = []error{syscall.EADDRINUSE}
	cut     = []error{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE}
)
