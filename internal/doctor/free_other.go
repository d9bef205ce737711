//go:build !linux && !darwin && !freebsd && !windows

package doctor

import "errors"

// Free cannot tell on this system: [errors.ErrUnsupported].
func Free(string) (uint64, error) { return 0, errors.ErrUnsupported }

// mayWrite says why this user may not write to a folder; nil if they may. The
// system tells it of a file that is written alone.
func mayWrite(dir string) error { return write(dir) }
