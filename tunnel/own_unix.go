//go:build !windows

package tunnel

import (
	"errors"
	"syscall"
)

// isBusy says whether another program has the port.
func isBusy(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// isForbidden says whether the system keeps the port to itself.
func isForbidden(err error) bool { return errors.Is(err, syscall.EACCES) }
