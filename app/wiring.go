// Package app is Dormer's window: a process that the watcher starts when somebody
// wants to see something, that asks it over its socket, and that ends when it is
// closed. It draws what the watcher says and decides nothing.
//
// Run is where it begins. The pages are in app/page, what they show in app/view,
// what they are made of in app/parts; this is the only package that knows the
// real window.
package app

import (
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
}
