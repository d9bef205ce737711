// Package app is Dormer's window: a process that the watcher starts when somebody
// wants to see something, that asks it over its socket, and that ends when it is
// closed. It draws what the watcher says and decides nothing.
//
// Run is where it begins. The pages are in app/page, what they show in app/view,
// what they are made of in app/parts; this is the only package that knows the
// real window.
package app

import (
	"context"

	"dormer/internal/engine"
	"dormer/internal/window"
)

// Wiring is what the window is connected to.
type Wiring struct {
	Desk    engine.Desk
	Watcher window.Host // nil where the one that runs keeps no window
	DataDir string
	Version string
	Start   func() error // starts a watcher, where the one that there was has gone
	// Choose has a person choose a folder, or a new file where it has a name, in the
	// desktop's own dialog; "" where they change their mind, an error where it has none.
	Choose func(ctx context.Context, title, start, name string) (path string, err error)
}
