package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/say"
)

func (p *program) loginVerb() *cobra.Command {
	var code, address string
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "login",
		Short: "Sign in to Hover",
		Long: `Print the address at which you sign in to Hover, and wait until you have.
Where the browser cannot find the way back by itself, give what it ended at to a
second login: its whole address with --address, or the code in it with --code.`,
		Example: `  dormer login
  dormer login --address 'https://example.com/callback?code=…&state=…'
  xdg-open "$(dormer login --timeout 5m | head -1)"`,
		Args: takes(),
	}
	c.Flags().StringVar(&code, "code", "", "finish a sign-in with the `CODE` that Hover showed")
	c.Flags().StringVar(&address, "address", "", "finish a sign-in with the `URL` that the browser ended at")
	c.Flags().DurationVar(&timeout, "timeout", 10*time.Minute, "how long to wait")
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		switch {
		case code != "" && address != "":
			return engine.Usage(say.T("usage.login.one_too_many"))
		case timeout <= 0:
			return engine.Usage(say.T("usage.login.timeout"))
		}
		return p.withRunning(ctx, func(c *control.Client) error {
			pasted := code + address
			ctx, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			if pasted != "" {
				if err := c.FinishLogin(ctx, pasted); err != nil {
					return nobodySignedIn(err, timeout)
				}
				p.say("Signed in to Hover.")
				return nil
			}
			l, err := c.BeginLogin(ctx)
			if err != nil {
				return nobodySignedIn(err, timeout)
			}
			p.print("%s\n", l.URL)
			p.out.Flush()
			p.say("Open this address in a browser and sign in to Hover. Waiting …")
			if l.Paste {
				p.say("Then give the address that the browser ends at to: dormer login --address URL")
			}
			if err := c.WaitLogin(ctx, l.ID); err != nil {
				return nobodySignedIn(err, timeout)
			}
			p.say("Signed in to Hover.")
			return nil
		})
	})
	return c
}

// nobodySignedIn explains a sign-in whose time ran out.
func nobodySignedIn(err error, timeout time.Duration) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &say.Error{
		What: say.T("signin.nobody"), Why: say.T("signin.nobody.why", "span", timeout), Do: say.T("do.login_again"),
	}
}

func (p *program) logoutVerb() *cobra.Command {
	return &cobra.Command{
		Use:     "logout",
		Short:   "Delete our webhook at Hover and forget the sign-in",
		Long:    "Delete Dormer's webhook at Hover and forget the sign-in. What was received stays.",
		Example: "  dormer logout",
		Args:    takes(),
		RunE:    p.asking("Signed out of Hover.", (*control.Client).Logout),
	}
}
