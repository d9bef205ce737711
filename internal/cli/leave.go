package cli

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/say"
)

// stopWithin is how long a Dormer may take to its end: it takes three seconds at
// most, on a computer that does nothing else.
const stopWithin = 15 * time.Second

func (p *program) stopVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "stop",
		Short: "End the running Dormer",
		Long: `End the running Dormer, its window too, and wait until it has ended. It exits 3 if
none runs.`,
		Example: "  dormer stop",
		Args:    takes(),
		RunE: p.verb(func(ctx context.Context, _ []string) error {
			if err := p.stop(ctx); err != nil {
				return err
			}
			p.say("Dormer has ended.")
			return nil
		}),
	}
}

// stop ends the instance that runs, and returns when the data directory is free.
func (p *program) stop(ctx context.Context) error {
	var pid int
	err := p.withRunning(ctx, func(c *control.Client) error {
		pid = c.Info().PID
		return c.Stop(ctx)
	})
	if err != nil {
		return err
	}
	for end := time.Now().Add(stopWithin); ; {
		c, err := p.running(ctx)
		if err == nil {
			_ = c.Close()
		}
		if errors.Is(err, control.ErrNotRunning) && (p.place.held == nil || !p.place.held()) {
			return nil
		}
		if time.Now().After(end) {
			return &say.Error{
				What: say.T("stop.goes_on", "pid", strconv.Itoa(pid)), Do: say.T("stop.goes_on.do", "command", howToEnd(pid)),
			}
		}
		if err := pause(ctx, knockEvery); err != nil {
			return err
		}
	}
}

func (p *program) forgetVerb() *cobra.Command {
	var data bool
	c := &cobra.Command{
		Use:   "forget",
		Short: "Forget all accounts and secrets, as before removing Dormer",
		Long: `Forget all accounts and secrets, as before removing Dormer: a running one is ended; our
webhook at Hover is deleted and the sign-in forgotten; Dormer no longer starts with
the computer; all secrets are deleted from the keyring. What was received stays, and
with --data that is deleted too. The files that were downloaded stay in any case.`,
		Example: `  dormer forget
  dormer forget --data`,
		Args: takes(),
	}
	c.Flags().BoolVar(&data, "data", false, "delete the database, its backups and the log as well")
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		if err := p.stop(ctx); err != nil && !errors.Is(err, control.ErrNotRunning) {
			return err
		}
		if err := p.place.forget(ctx, data); err != nil {
			return err
		}
		if data {
			p.say("Dormer has forgotten its accounts, secrets and data.")
		} else {
			p.say("Dormer has forgotten its accounts and secrets. Its data is in %s.", p.place.dataDir)
		}
		return nil
	})
	return c
}
