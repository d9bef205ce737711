// Package view holds what the window shows as plain data: it turns the engine's
// news into view state and carries out what a person asks for, beside the
// window's thread. It knows no widgets, so all of it is tested without a window.
package view

import (
	"context"
	"time"

	"dormer/internal/engine"
)

// Deps is what every part of the window's state needs.
type Deps struct {
	Desk engine.Desk
	Now  func() time.Time
	// Do runs f on the window's thread, later.
	Do func(f func())
	// Go runs f beside the window's thread. Its context ends with the desktop,
	// which waits for it.
	Go func(f func(ctx context.Context))
	// Tell shows a person that something went wrong, quietly. It may be called
	// from any goroutine.
	Tell func(err error)
}
