package say

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// ofComputer gives what a person is told where this computer refused something, or
// it was stopped; zero for any other error.
func ofComputer(err error) Text {
	var why Text
	switch {
	case is(err, full):
		why = T("computer.full")
	case is(err, readOnly):
		why = T("computer.read_only")
	case errors.Is(err, fs.ErrPermission):
		why = T("computer.no_permission")
	case errors.Is(err, fs.ErrNotExist):
		why = T("computer.none")
	case is(err, refused):
		return T("computer.refused")
	case is(err, cut):
		return T("computer.reset")
	case is(err, noWay):
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

// is says whether an error is one of the system's.
func is(err error, of []syscall.Errno) bool {
	return slices.ContainsFunc(of, func(n syscall.Errno) bool { return errors.Is(err, n) })
}
