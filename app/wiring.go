// Package app is Dormer's desktop: the window around the pages, the tray, and how
// both begin and end. It draws what the engine says and decides nothing.
//
// Run is where it begins. The pages are in app/page, what they show in app/view,
// what they are made of in app/parts; this is the only package that knows the
// real window.
package app

import "dormer/internal/engine"

// Wiring is what the desktop is connected to.
type Wiring struct {
	Desk    engine.Desk
	DataDir string
	Version string
	Hidden  bool            // start in the tray
	Raised  <-chan struct{} // somebody started Dormer once more: show the window
	Begin   func()          // starts what works behind the window: to be called once, as soon as there is one
}
