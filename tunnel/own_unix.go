//go:build !windows

package tunnel

import (
	"errors"
	"syscall"
)

// isForbidden says whether the system keeps the port to itself.
func isForbidden(err error) bool { return errors.Is(err, syscall.EACCES) }
