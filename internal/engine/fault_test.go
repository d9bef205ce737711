package engine_test

import (
	"errors"

	"dormer/internal/engine"
)

// isUsage says whether an error is the asker's own.
func isUsage(err error) bool {
	_, ok := errors.AsType[*engine.UsageError](err)
	return ok
}
