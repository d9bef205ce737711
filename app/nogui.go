//go:build nogui

package app

import (
	"context"

	"dormer/internal/say"
)

// Built says whether there is a desktop in this program.
const Built = false

// Check says that there is none.
func Check() error {
	return &say.Error{What: say.T("window.not_built"), Do: say.T("window.not_built.do", "command", "dormer run --headless")}
}

// Run says the same.
func Run(context.Context, Wiring) error { return Check() }
