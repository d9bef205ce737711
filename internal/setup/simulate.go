package setup

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/simulator"
)

// SimulateOptions say how the simulator runs alone.
type SimulateOptions struct {
	Listen, Storage string // addresses; Storage may be empty: a free port beside Listen
	Out             io.Writer
	Log             *slog.Logger
}

// Simulate runs the Hover simulator as a server of its own until ctx ends.
func Simulate(ctx context.Context, o SimulateOptions) error {
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return engine.Usage(say.T("usage.listen", "value", o.Listen))
	}
	if o.Storage == "" {
		o.Storage = net.JoinHostPort(host, "0")
	}
	sim := simulator.New(simulator.Options{Log: o.Log, Account: simulator.Demo()})
	defer sim.Close()
	if err := sim.Start(ctx, o.Listen, o.Storage); err != nil {
		return &say.Error{What: say.T("simulator.not_started"), Err: err, Do: say.T("simulator.not_started.do")}
	}
	fmt.Fprintf(o.Out, "Hover's simulator listens at %s (files at %s).\n", sim.URL(), sim.StorageURL())
	fmt.Fprintf(o.Out, "Use it: DORMER_HOVER_CLIENT_ID=%s DORMER_HOVER_CLIENT_SECRET=%s "+
		"dormer run --headless --hover-url %s\n",
		simulator.ClientID, simulator.ClientSecret, sim.URL())
	sim.Play(ctx, 1)
	<-ctx.Done()
	return nil
}
