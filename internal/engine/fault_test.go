package engine_test

import (
	"errors"
	"sync"

	"dormer/internal/records"
	"dormer/internal/simulator"
)

// isUsage says whether an error is the asker's own.
func isUsage(err error) bool {
	return errors.Is(err, records.ErrUsage)
}

// atomicString is a text that changes while others read it.
type atomicString struct {
	mu sync.Mutex
	s  string
}

func (a *atomicString) set(s string) {
	a.mu.Lock()
	a.s = s
	a.mu.Unlock()
}

func (a *atomicString) get() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.s
}

// jobSpec is any job.
var jobSpec simulator.JobSpec
