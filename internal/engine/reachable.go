package engine

import (
	"context"

	"dormer/internal/reach"
)

// TryToken opens a tunnel with an ngrok authtoken, beside the one that is open, and
// says which address it had.
func (e *Engine) TryToken(ctx context.Context, token string) (url string, err error) {
	return e.reach.TryToken(ctx, token)
}

// TestChain posts a ping of our own through the public address.
func (e *Engine) TestChain(ctx context.Context) (reach.Chain, error) { return e.reach.TestChain(ctx) }

// Reconnect throws the tunnel's connection away and opens a new one.
func (e *Engine) Reconnect(ctx context.Context) error { return e.reach.Reconnect(ctx) }
