package doctor

import "golang.org/x/sys/windows"

// Free gives the bytes that this user may still write where path is.
func Free(path string) (uint64, error) {
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(p, &free, nil, nil)
	return free, err
}

// mayWrite says why this user may not write to a folder; nil if they may. The
// system tells it of a file that is written alone.
func mayWrite(dir string) error { return write(dir) }
