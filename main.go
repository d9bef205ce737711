// Dormer tells a contractor when a house is measured, and has the measurement
// PDF open one click later. The command line is in internal/cli; start reading
// at internal/engine.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"dormer/app"
	"dormer/internal/cli"
	"dormer/internal/tray"
)

func main() { os.Exit(run()) }

func run() int {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // by nohup: then it is to outlive its terminal
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	// After the first signal the second one ends the process at once.
	context.AfterFunc(ctx, stop)
	// A reader that leaves early is an error of the write, not the end of a
	// Dormer that still has news to store.
	signal.Ignore(syscall.SIGPIPE)
	return cli.Main(ctx, os.Args[1:], cli.Standard(), desktop())
}

// desktop gives the window and the icon in the tray; nothing in a build without.
func desktop() cli.Desktop {
	if !app.Built {
		return cli.Desktop{}
	}
	return cli.Desktop{
		Check:  app.Check,
		Window: func(ctx context.Context, w cli.WindowWiring) error { return app.Run(ctx, app.Wiring(w)) },
		Icon: func(w cli.IconWiring) cli.Icon {
			return tray.New(tray.Options{Desk: w.Desk, Show: w.Show, Quit: w.Quit, Tell: w.Tell, Log: w.Log})
		},
	}
}
