package doctor

import "golang.org/x/sys/unix"

// release gives the version of macOS, "15.1".
func release() string {
	v, _ := unix.Sysctl("kern.osproductversion") // without it there is no version
	return v
}
