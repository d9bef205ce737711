//go:build !nogui && (!unix || darwin)

package tray

import "context"

// trayHost is who shows tray icons: here the system itself, always.
type trayHost struct{}

func newTrayHost() *trayHost                 { return &trayHost{} }
func (*trayHost) possible() bool             { return true }
func (*trayHost) there(context.Context) bool { return true }
func (*trayHost) await(context.Context) bool { return true }
func (*trayHost) keep(context.Context)       {}
func (*trayHost) close()                     {}
