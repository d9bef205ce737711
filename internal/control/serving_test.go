package control

import (
	"context"
	"fmt"
	"net"

	"dormer/internal/engine"
	"dormer/internal/window"
)

// serve serves on l, to processes of the given user.
func serve(ctx context.Context, l net.Listener, desk engine.Desk, host window.Host, info Info, uid int) error {
	s, busy := newServer(ctx, desk, host, info, uid)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		_ = s.Close()
		return fmt.Errorf("control: %w", err)
	case <-ctx.Done():
	}
	end(ctx, s, busy)
	<-ended
	return nil
}
