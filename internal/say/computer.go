package say

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// ofComputer gives what a person is told where this computer refused something, or
// it was stopped; zero for any other error.
func ofComputer(err error) Text {
	var why Text
	switch {
	case full(err):
		why = T("computer.full")
	case errors.Is(err, syscall.EROFS):
		why = T("computer.read_only")
	case errors.Is(err, fs.ErrPermission):
		why = T("computer.no_permission")
	case errors.Is(err, fs.ErrNotExist):
		why = T("computer.none")
	case errors.Is(err, syscall.ECONNREFUSED):
		return T("computer.refused")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return T("computer.reset")
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return T("computer.no_way")
	case errors.Is(err, context.DeadlineExceeded):
		return T("computer.no_answer")
	case errors.Is(err, context.Canceled):
		return T("computer.stopped")
	default:
		return Text{}
	}
	path := ""
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		path = e.Path
	} else if e, ok := errors.AsType[*os.LinkError](err); ok {
		path = e.New
	}
	if path == "" {
		return why
	}
	return T("error.what_why", "what", path, "why", why)
}

// What Windows says of a full disk.
const (
	windowsHandleDiskFull = syscall.Errno(39)
	windowsDiskFull       = syscall.Errno(112)
)

func full(err error) bool {
	if runtime.GOOS == "windows" && (errors.Is(err, windowsHandleDiskFull) || errors.Is(err, windowsDiskFull)) {
		return true
	}
	return errors.Is(err, syscall.ENOSPC)
}
