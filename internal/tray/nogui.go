//go:build nogui

package tray

import "context"

// Tray is none: this program is built without.
type Tray struct{}

// New gives none.
func New(Options) *Tray { return &Tray{} }

// Run waits for ctx to end.
func (*Tray) Run(ctx context.Context) { <-ctx.Done() }

// There says no.
func (*Tray) There(context.Context) bool { return false }

// Await says no.
func (*Tray) Await(context.Context) bool { return false }

// Close does nothing.
func (*Tray) Close() {}
