//go:build !windows

package say

import "syscall"

// The system's errors, by what a person is told of them.
var (
	full     = []syscall.Errno{syscall.ENOSPC}
	readOnly = []syscall.Errno{syscall.EROFS}
	refused  = []syscall.Errno{syscall.ECONNREFUSED}
	cut      = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE}
	noWay    = []syscall.Errno{syscall.EHOSTUNREACH, syscall.ENETUNREACH}
)
