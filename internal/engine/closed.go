package engine

import (
	"dormer/internal/health"
	"dormer/internal/records"
)

// Records is what can be asked of a data directory, running or closed: it implements
// [Reads].
type Records = health.Checkup

// NewRecords opens a data directory's records for reading and setting.
func NewRecords(o records.Options) *Records { return health.New(records.New(o)) }

var _ Reads = (*Records)(nil)
