//go:build linux || darwin || freebsd

package doctor

import "golang.org/x/sys/unix"

// Free gives the bytes that this user may still write where path is;
// [errors.ErrUnsupported] where the system cannot tell.
func Free(path string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, err
	}
	return uint64(max(s.Bavail, 0)) * uint64(s.Bsize), nil
}

// mayWrite says why this user may not write to a folder, without a trace in it;
// nil if they may.
func mayWrite(dir string) error { return unix.Access(dir, unix.W_OK|unix.X_OK) }
