package tunnel

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isBusy says whether another program has the port. (syscall.EADDRINUSE is an
// invention of Go's there, which no call returns.)
func isBusy(err error) bool { return errors.Is(err, windows.WSAEADDRINUSE) }

// isForbidden says whether the system keeps the port to itself.
func isForbidden(err error) bool { return errors.Is(err, windows.WSAEACCES) }
