package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/setup"
)

func (p *program) exportVerb() *cobra.Command {
	var format, out string
	formats := []string{"csv", "json", "har"}
	c := &cobra.Command{
		Use:   "export --format csv|json|har",
		Short: "Write out what is stored, without secrets",
		Long: `Write out what is stored, without secrets: the events as csv or har, everything as
json. It needs no running Dormer. The csv opens as a table in Excel: it is marked as
UTF-8, and a semicolon is between its cells where your locale has a comma for decimals.`,
		Example: `  dormer export --format csv --out events.csv
  dormer export --format json | gzip > dormer.json.gz`,
		Args: takes(),
	}
	c.Flags().StringVar(&format, "format", "", "`FORMAT`: csv, json or har")
	c.Flags().StringVar(&out, "out", "", "write to `FILE` (default: stdout)")
	offer(c, "format", formats...)
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		if !slices.Contains(formats, format) {
			return engine.Usage(say.T("usage.export"))
		}
		return p.withReads(ctx, func(r reads) error {
			if out == "" {
				return r.Export(ctx, format, p.out)
			}
			return engine.WriteWhole(out, func(f *os.File) error { return r.Export(ctx, format, f) })
		})
	})
	return c
}

func (p *program) backupVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a whole copy of the database",
		Long: `Write a whole copy of the database to FILE, which must not exist yet. The copy holds
no secrets. It needs no running Dormer, and does not disturb one.`,
		Example: "  dormer backup ~/dormer-$(date +%F).db",
		Args:    takes("a FILE to write"),
		RunE: p.verb(func(ctx context.Context, args []string) error {
			path, err := filepath.Abs(args[0]) // it may be the running instance that writes it
			if err != nil {
				return err
			}
			return p.withReads(ctx, func(r reads) error {
				if err := r.Backup(ctx, path); err != nil {
					return err
				}
				p.say("The database was copied to %s.", path)
				return nil
			})
		}),
	}
}

func (p *program) restoreVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Replace the database by a backup",
		Long: `Replace the database by a backup, once that has been checked. The old database is
kept beside it. Dormer must not be running.`,
		Example: "  dormer restore ~/dormer-2026-03-04.db",
		Args:    takes("a backup FILE"),
		RunE: p.verb(func(ctx context.Context, args []string) error {
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			c, err := p.running(ctx)
			switch {
			case err == nil:
				defer c.Close()
				return inUse(c.Info())
			case !errors.Is(err, control.ErrNotRunning):
				return err
			}
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				return &say.Error{
					What: say.T("restore.nothing"), Why: say.T("restore.nothing.why", "path", path), Do: say.T("restore.nothing.do"),
				}
			}
			if err := p.place.restore(ctx, path); err != nil {
				return err
			}
			p.say("The database was restored from %s.", path)
			return nil
		}),
	}
}

func (p *program) compactVerb() *cobra.Command {
	return &cobra.Command{
		Use:     "compact",
		Short:   "Rewrite the running Dormer's database without its free pages",
		Long:    "Rewrite the running Dormer's database without its free pages, so that its file becomes smaller.",
		Example: "  dormer compact",
		Args:    takes(),
		RunE:    p.asking("The database was compacted.", (*control.Client).Compact),
	}
}

// verifyVerb is how Dormer has a child of its own look at a database that it
// does not trust: see [setup.VerifyBy].
func (p *program) verifyVerb() *cobra.Command {
	return &cobra.Command{
		Use:    setup.VerifyVerb + " FILE",
		Short:  "Say whether a database is good",
		Hidden: true,
		Args:   takes("a FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			p.began = true
			return setup.Verify(args[0], p.out)
		},
	}
}
