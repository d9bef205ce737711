package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dormer/internal/engine"
	"dormer/internal/say"
)

func (p *program) configVerb() *cobra.Command {
	c := &cobra.Command{
		Use:   "config list|get|set",
		Short: "See and change the settings",
		Long:  "See and change the settings that the window also edits. It needs no running Dormer.",
		Example: `  dormer config list
  dormer config set acting_user 12
  dormer config set ngrok_authtoken - < token.txt`,
		RunE: p.verb(func(_ context.Context, args []string) error {
			if len(args) > 0 {
				return engine.Usage(say.T("usage.config.not", "verb", args[0]))
			}
			return engine.Usage(say.T("usage.config"))
		}),
		Args: func(*cobra.Command, []string) error { return nil },
	}
	c.AddCommand(p.configListVerb(), p.configGetVerb(), p.configSetVerb())
	return c
}

func (p *program) configListVerb() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the settings and their values",
		Long:    "List the settings and their values; of a secret only whether it is there.",
		Example: "  dormer config list",
		Args:    takes(),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per setting and line")
	c.RunE = p.reading(func(ctx context.Context, r reads, _ []string) error {
		all, err := r.Settings(ctx)
		if err != nil {
			return err
		}
		rows := listing[engine.Setting]{p: p, json: asJSON, columns: []string{"SETTING", "VALUE", "FROM", "MEANING"}}
		rows.cells = func(s engine.Setting) []string { return []string{s.Key, s.Value, s.From, s.Help} }
		return rows.write(listed(all))
	})
	return c
}

func (p *program) configGetVerb() *cobra.Command {
	return &cobra.Command{
		Use:     "get KEY",
		Short:   "Print one setting's value",
		Long:    `Print one setting's value; "(set)" for a secret that is there.`,
		Example: "  dormer config get download_dir",
		Args:    takes("a setting's KEY"),
		RunE: p.reading(func(ctx context.Context, r reads, args []string) error {
			s, err := settingOf(ctx, r, args[0])
			if err != nil {
				return err
			}
			p.print("%s\n", s.Value)
			return nil
		}),
	}
}

// maxValue bounds a value that is read from stdin.
const maxValue = 64 << 10

func (p *program) configSetVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "set KEY VALUE …",
		Short: "Change settings; a VALUE of - is read from stdin",
		Long: `Change a setting, or several, which take effect together: all of them or none. A
VALUE of - is read from stdin, without showing it at a terminal; secrets are only taken
that way, because others can see a command line.`,
		Example: `  dormer config set download_dir ~/Documents/Houses
  dormer config set hover_client_secret -
  dormer config set tunnel own public_url https://dormer.example.com
  dormer config set ngrok_authtoken - < token.txt`,
		Args: func(c *cobra.Command, args []string) error {
			return takes(slices.Repeat([]string{"a setting's KEY", "its VALUE"}, max(1, (len(args)+1)/2))...)(c, args)
		},
		RunE: p.reading(func(ctx context.Context, r reads, args []string) error {
			values := engine.Values{}
			for pair := range slices.Chunk(args, 2) {
				if _, twice := values[pair[0]]; twice {
					return engine.Usage(say.T("usage.config.twice", "key", pair[0]))
				}
				value, err := p.valueFor(ctx, r, pair[0], pair[1])
				if err != nil {
					return err
				}
				values[pair[0]] = value
			}
			return r.Set(ctx, values)
		}),
	}
}

// valueFor gives the value that is wanted for a setting.
func (p *program) valueFor(ctx context.Context, r reads, key, value string) (string, error) {
	s, err := settingOf(ctx, r, key)
	switch {
	case err != nil:
		return "", err
	case value == "-":
		return p.readValue(key)
	case s.Secret && value != "":
		return "", engine.Usage(say.T("usage.config.secret", "key", key, "same", key))
	}
	return value, nil
}

// readValue reads a setting's value from stdin.
func (p *program) readValue(key string) (string, error) {
	read := func() ([]byte, error) { return io.ReadAll(io.LimitReader(p.In, maxValue+1)) }
	if p.ReadSecret != nil {
		io.WriteString(p.Err, oneLine(key)+": ")
		defer io.WriteString(p.Err, "\n")
		read = p.ReadSecret
	}
	b, err := read()
	switch {
	case err != nil:
		return "", &say.Error{What: say.T("usage.config.not_read", "key", key), Err: err}
	case len(b) > maxValue:
		return "", engine.Usage(say.T("usage.config.too_long", "key", key))
	}
	v := strings.TrimSpace(string(b))
	if v == "" {
		return "", engine.Usage(say.T("usage.config.nothing", "key", key))
	}
	return v, nil
}

// settingOf finds one setting.
func settingOf(ctx context.Context, r engine.Reads, key string) (engine.Setting, error) {
	all, err := r.Settings(ctx)
	if err != nil {
		return engine.Setting{}, err
	}
	for _, s := range all {
		if s.Key == key {
			return s, nil
		}
	}
	return engine.Setting{}, engine.Usage(say.T("usage.config.unknown", "key", key))
}
