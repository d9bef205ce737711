//go:build !windows

package fetch

import (
	"errors"
	"os"
	"syscall"
)

func lock(f *os.File) lockState {
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case err == nil:
		return lockMine
	case errors.Is(err, syscall.EWOULDBLOCK):
		return lockTaken
	}
	return lockNone
}
