//go:build nogui

package app

import (
	"context"

	"dormer/internal/engine"
)

// Built says whether there is a desktop in this program.
const Built = false

// Check says that there is none.
func Check() error {
	return &engine.Error{What: "This build of Dormer has no window", Do: "Start it without one: dormer run --headless"}
}

// Run says the same.
func Run(context.Context, Wiring) error { return Check() }
