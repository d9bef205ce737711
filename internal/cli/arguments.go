package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dormer/internal/engine"
	"dormer/internal/say"
)

// takes refuses another number of arguments than that of their names. A last
// name that ends in … stands for one or more.
func takes(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		n := len(names)
		if n > 0 && strings.HasSuffix(names[n-1], "…") && len(args) >= n {
			return nil
		}
		switch {
		case len(args) < n:
			return engine.Usage(say.T("usage.needs", "command", c.CommandPath(), "missing",
				strings.Join(names[len(args):], " and ")))
		case len(args) > n:
			return engine.Usage(say.T("usage.too_many", "command", c.CommandPath(), "extra", args[n]))
		}
		return nil
	}
}

// offer gives the shell the values that a flag can have.
func offer(c *cobra.Command, flag string, values ...string) {
	if err := c.RegisterFlagCompletionFunc(flag,
		cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(fmt.Sprintf("cli: %v", err)) // there is no such flag
	}
}
