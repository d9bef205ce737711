package storage

import (
	"fmt"
	"runtime"
	"strings"

	"dormer/internal/say"
)

// Errors that a caller branches on.
var (
	// ErrLocked: another process has the file open.
	ErrLocked = say.Because("storage.locked")
	// ErrDamaged: the file, or a row in it, cannot be read.
	ErrDamaged = say.Because("storage.damaged")
	// ErrNewerSchema: a newer version of the product has written the file.
	ErrNewerSchema = say.Because("storage.newer")
	// ErrNotKept: the file has an older schema and was not upgraded, because no
	// copy of it could be kept.
	ErrNotKept = say.Because("storage.not_kept")
	// ErrClosed: the store was closed.
	ErrClosed = say.Because("storage.closed")
	// ErrReadOnly: the store was opened for reading.
	ErrReadOnly = say.Because("storage.read_only")
)

// isDamage tells the panics of a garbled file from a caller's own: a fault
// while reading the mapped file, or a panic that began in bbolt. It is to be
// called by the deferred function that has recovered p.
func isDamage(p any) bool {
	if _, ok := p.(interface{ Addr() uintptr }); ok {
		return true
	}
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for panicked := false; ; {
		f, more := frames.Next()
		panicked = panicked || f.Function == "runtime.gopanic"
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			return strings.HasPrefix(f.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}

// damaged is the error of a row that cannot be read.
func damaged(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w: %s", ErrDamaged, what)
	}
	return fmt.Errorf("%w: %s: %w", ErrDamaged, what, cause)
}
