package cli

import (
	"context"
	"io"
	"log/slog"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/setup"
)

// rooms is what the verbs use of the rooms below. wiring.go fills it; a test
// may fill it otherwise.
type rooms struct {
	// load finds out where the flags lead. A bad value is a [records.ErrUsage];
	// nothing is touched yet.
	load func(f flags, getenv func(string) string) (place, error)
	// simulate runs the Hover simulator alone, until ctx ends.
	simulate func(ctx context.Context, listen, storage string, out io.Writer, log *slog.Logger) error
}

// flags are the global flags as they were given.
type flags = setup.Flags

// place is one data directory and what can be done with it.
type place struct {
	dataDir   string
	demo      bool          // it is the demo's folder in the data directory
	at        control.Place // of the instance that runs on it
	separator rune          // between the cells of a table
	// held says that somebody has the directory, whether or not they answer.
	held func() bool
	// reads opens the directory while nothing runs on it.
	reads func() (reads, error)
	// broken gives what can be looked at where reads has failed.
	broken func(why error) reads
	// restore replaces its database by a backup.
	restore func(ctx context.Context, backup string) error
	// forget forgets accounts and secrets, and the data if that is wanted; nothing
	// runs on the directory.
	forget func(ctx context.Context, data bool) error
	// start opens everything; the directory is taken until Close. An error
	// says who has it already.
	start func(ctx context.Context, log io.Writer) (house, error)
}

// reads is what can be read, here or in the running instance, until Close.
type reads interface {
	engine.Reads
	Close() error
}

// house is a Dormer in this process.
type house interface {
	Desk() engine.Desk
	Run(ctx context.Context) error
	// ShowBy says how the window is asked to show something.
	ShowBy(show func(engine.ShowRequest))
	// Tell tells the person by a notification that something did not work.
	Tell(err error)
	Log() *slog.Logger
	Close() error
}
