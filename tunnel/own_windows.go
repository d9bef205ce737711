package tunnel

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isForbidden says whether the system keeps the port to itself.
func isForbidden(err error) bool { return errors.Is(err, windows.WSAEACCES) }
