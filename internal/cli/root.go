package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dormer/internal/engine"
	"dormer/internal/say"
)

func init() {
	cobra.EnableCommandSorting = false // verbs are listed as they are met
	cobra.MousetrapHelpText = ""       // a double click opens the desktop, and no lecture
}

// root is the command line: the verbs, and what dormer does without one.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "dormer",
		Short: "Tells you when a house is measured, and has the PDF open one click later",
		Long: `Dormer watches your HOVER jobs. Without a verb it opens its window, or raises
the one that is already open; the verbs are for scripts, servers and terminals.`,
		Example: `  dormer                        open the window
  dormer run --headless         run without one
  dormer run --headless --demo  try it: nothing leaves this machine
  dormer status                 is a webhook going to arrive?`,
		Version:                    Version(),
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		Args:                       knownVerb,
		RunE: p.verb(func(ctx context.Context, _ []string) error {
			if p.Instead != nil {
				return p.Instead()
			}
			return p.open(ctx, true)
		}),
	}
	root.SetIn(p.In)
	root.SetOut(p.out)
	root.SetErr(p.Err)
	root.SetUsageTemplate(usageTemplate)
	root.SetVersionTemplate("dormer {{.Version}}\n")
	p.globalFlags(root)
	root.AddCommand(
		p.runVerb(), p.stopVerb(), p.loginVerb(), p.logoutVerb(), p.forgetVerb(), p.statusVerb(),
		p.jobsVerb(), p.jobVerb(), p.eventsVerb(), p.alertsVerb(),
		p.getVerb(), p.measureVerb(), p.captureVerb(), p.testJobVerb(), p.replayVerb(),
		p.exportVerb(), p.backupVerb(), p.restoreVerb(), p.compactVerb(),
		p.doctorVerb(), p.configVerb(), p.versionVerb(), p.simulateVerb(), p.verifyVerb(), p.windowVerb(),
	)
	return root
}

func (p *program) globalFlags(root *cobra.Command) {
	f, g := root.PersistentFlags(), &p.flags
	f.StringVar(&g.DataDir, "data-dir", "", "keep everything in `DIR` (default: the platform's data directory + dormer)")
	f.StringVar(&g.DownloadDir, "download-dir", "", "save measurement files in `DIR` (default: Documents/Dormer)")
	f.Bool("demo", false, "run against a built-in Hover, in the data directory's demo folder")
	f.StringVar(&g.HoverURL, "hover-url", "", "Hover's `URL` (default: https://hover.to)")
	f.StringVar(&g.Tunnel, "tunnel", "", "how Hover reaches this computer: `ngrok|own` (default: ngrok)")
	f.StringVar(&g.PublicURL, "public-url", "", "own: the https `URL` that reaches --listen; ngrok: a reserved domain")
	f.StringVar(&g.Listen, "listen", "", "listen on `ADDR` (own: 127.0.0.1:8465)")
	f.StringVar(&g.NgrokServer, "ngrok-server", "", "ngrok's server, `HOST:PORT` (default: ngrok's own)")
	f.StringVar(&g.NgrokCA, "ngrok-ca", "", "trust the certificates in `FILE` for ngrok's server")
	f.StringVar(&g.RedirectURL, "redirect-url", "", "redirect `URL` of the sign-in (default: the tunnel's /oauth/callback)")
	f.StringVar(&g.Secrets, "secrets", "", "where secrets are kept: `keyring|file` (default: keyring, else file)")
	f.BoolVar(&g.Hidden, "hidden", false, "start in the tray, without a window")
	f.StringVar(&g.LogFormat, "log-format", "", "`text|json` (default: text)")
	f.StringVar(&g.LogLevel, "log-level", "", "`debug|info|warn|error` (default: info)")
	offer(root, "tunnel", "ngrok", "own")
	offer(root, "secrets", "keyring", "file")
	offer(root, "log-format", "text", "json")
	offer(root, "log-level", "debug", "info", "warn", "error")
	for _, dir := range []string{"data-dir", "download-dir"} {
		_ = root.MarkPersistentFlagDirname(dir)
	}
}

// usageTemplate is cobra's, shorter: the global flags are shown once, at the root.
const usageTemplate = `Usage:
  {{.UseLine}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Verbs:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasParent}}

Every verb also takes --data-dir, --demo and the other flags of dormer --help.{{else}}

dormer VERB --help says more of each verb.{{end}}
`

// knownVerb refuses a word that is no verb, and offers one that is.
func knownVerb(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return engine.Usage(say.T("usage.no_verb_near", "verb", args[0], "near", strings.Join(near, " or ")))
	}
	return engine.Usage(say.T("usage.no_verb", "verb", args[0]))
}

// run runs one command line and gives its exit code.
func run(ctx context.Context, args []string, w IO, d Desktop, r rooms) int {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &program{IO: w, rooms: r, desktop: d, out: &outlet{to: w.Out, stop: cancel}}
	root := p.root()
	root.SetArgs(slices.Clone(append([]string{}, args...))) // nil would make cobra take the process's own
	verb, err := root.ExecuteContextC(ctx)
	p.out.Flush()
	return p.exit(ctx, verb, err)
}
