//go:build nogui

package app

import (
	"context"

	"dormer/internal/engine"
)

// Built says whether there is a desktop in this program.
const Built = false

// Run says that there is none.
func Run(context.Context, Wiring) error {
	return &engine.Error{What: "This build of Dormer has no window", Do: "Start it without one: dormer run --headless"}
}
