package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/setup"
	"dormer/internal/version"
)

// Main runs one command line in the world w and gives its exit code. It ends
// early, as after an interruption, when ctx does. The zero Desktop has no window.
func Main(ctx context.Context, args []string, w IO, d Desktop) int {
	return run(ctx, spoken(args), w, d, rooms{load: loadFor(w.Self), simulate: simulate})
}

// loadFor gives a load for the program self; see [IO].
func loadFor(self string) func(flags, func(string) string) (place, error) {
	return func(f flags, getenv func(string) string) (place, error) {
		c, err := setup.Load(f, getenv)
		if err != nil {
			return place{}, err
		}
		if self != "" {
			c.Verify = setup.VerifyBy(self)
		}
		return placeOf(c, getenv), nil
	}
}

func placeOf(c setup.Config, getenv func(string) string) place {
	return place{
		dataDir: c.DataDir, demo: c.Demo, separator: c.Separator(),
		at:      control.Place{Sockets: c.Sockets(), Note: c.Note()},
		held:    func() bool { return setup.Held(c) },
		reads:   func() (reads, error) { return setup.OpenReads(c, version.Number()) },
		broken:  func(why error) reads { return setup.OpenBroken(c, version.Number(), why) },
		restore: func(ctx context.Context, backup string) error { return setup.Restore(ctx, c, backup) },
		forget: func(ctx context.Context, data bool) error {
			return setup.Forget(ctx, c, setup.Options{Version: version.Number(), Getenv: getenv}, data)
		},
		start: func(ctx context.Context, log io.Writer) (house, error) {
			return start(ctx, c, log, getenv)
		},
	}
}

// start opens the log first: it is told what goes wrong afterwards.
func start(ctx context.Context, c setup.Config, stderr io.Writer, getenv func(string) string) (house, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, &say.Error{What: say.T("data.not_made"), Err: err, Do: say.T("data.other_name")}
	}
	log, file, err := setup.Logger(c, stderr)
	if err != nil {
		return nil, &say.Error{What: say.T("log.not_opened"), Err: err, Do: say.T("log.not_opened.do")}
	}
	d, err := setup.New(ctx, c, setup.Options{Version: version.Number(), Log: log, Getenv: getenv})
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &dormer{Dormer: d, log: log, file: file}, nil
}

// dormer is a Dormer with its log.
type dormer struct {
	*setup.Dormer
	log  *slog.Logger
	file io.Closer
}

// Log gives its log.
func (d *dormer) Log() *slog.Logger { return d.log }

// Desk gives the engine, as the faces ask it.
func (d *dormer) Desk() engine.Desk { return d.Engine() }

// Close lets go of everything, of the log last.
func (d *dormer) Close() error { return errors.Join(d.Dormer.Close(), d.file.Close()) }

func simulate(ctx context.Context, listen, storage string, out io.Writer, log *slog.Logger) error {
	return setup.Simulate(ctx, setup.SimulateOptions{Listen: listen, Storage: storage, Out: out, Log: log})
}
