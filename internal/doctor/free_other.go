//go:build !linux && !darwin && !freebsd && !windows

package doctor

import "errors"

// Free cannot tell on this system: [errors.ErrUnsupported].
func Free(string) (uint64, error) { return 0, errors.ErrUnsupported }
