package cli

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	"dormer/internal/say"
)

func (p *program) doctorVerb() *cobra.Command {
	var out, delivery string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Look at every link of the chain and say what to do",
		Long: `Look at every link of the chain, from the network to the desktop, and say what to do
about those that are not green; it exits 1 if one is red. What has come from Hover
so far is read for what Hover's documentation leaves open. It takes 15 seconds at
most and needs no running Dormer, but says more of one.

With --delivery it writes the newest delivery whose signature Dormer cannot read to a
file of its own, for a maintainer at this computer. That file holds the signing
secret and what the delivery told: do not send it to anybody.

With --out it also writes a file to send to somebody who helps. Secrets, customers
and the contents of events are left out; what is in it is listed first.`,
		Example: `  dormer doctor
  dormer doctor --json | jq -r 'select(.state != "green") | .do'
  dormer doctor --out dormer-diagnostics.zip`,
		Args: takes(),
	}
	c.Flags().StringVar(&out, "out", "", "write redacted diagnostics to the `ZIP` file")
	c.Flags().StringVar(&delivery, "delivery", "", "write a delivery that cannot be read, with its secret, to the `FILE`")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per finding and line")
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		r, err := p.reads(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			r = p.place.broken(err) // which is a finding, too
		}
		defer func() { _ = r.Close() }() // it was read only
		if delivery != "" {
			return p.writeDelivery(ctx, r, delivery)
		}
		findings, err := r.Doctor(ctx)
		if err != nil {
			return err
		}
		if err := p.showFindings(findings, asJSON); err != nil {
			return err
		}
		if out != "" {
			if err := p.writeDiagnostics(ctx, r, findings, out, asJSON); err != nil {
				return err
			}
		}
		return red(findings)
	})
	return c
}

func (p *program) showFindings(findings []engine.Finding, asJSON bool) (err error) {
	if asJSON {
		for _, f := range findings {
			err = errors.Join(err, p.json(f))
		}
		return err
	}
	t := p.fields()
	for _, f := range findings {
		t.row(or(lampWords[f.State], string(f.State)), f.Title().String(), sentence(f.Says.String(), f.Do.String()))
	}
	t.end()
	return nil
}

// writeDiagnostics says what will be in the file, and then writes it. Where
// stdout is for a script, it is said beside.
func (p *program) writeDiagnostics(
	ctx context.Context, r engine.Reads, findings []engine.Finding, out string, beside bool,
) error {
	docs, err := r.Diagnostics(ctx, findings)
	if err != nil {
		return err
	}
	docs = engine.WithManifest(docs, p.Now(), say.Terminal)
	tell := func(format string, args ...any) { p.print(format+"\n", args...) }
	if beside {
		tell = p.say
	}
	tell("")
	tell("In %s:", oneLine(out))
	for _, d := range docs {
		tell("  %-14s %7d bytes  %s", oneLine(d.Name), len(d.Text), oneLine(d.About.String()))
	}
	p.out.Flush()
	if err := engine.SaveDiagnostics(out, docs, p.Now()); err != nil {
		return err
	}
	tell("It is written. Look into it before you send it.")
	return nil
}

// writeDelivery writes the newest delivery that no reading matches, for this user
// alone.
func (p *program) writeDelivery(ctx context.Context, r engine.Reads, path string) error {
	b, err := r.Delivery(ctx)
	if err != nil {
		return err
	}
	err = engine.WriteWhole(path, func(f *os.File) error {
		_, err := f.Write(b)
		return err
	})
	if err != nil {
		return err
	}
	p.say("%s is written. It holds the webhook's signing secret and what a customer's job told:", oneLine(path))
	p.say("do not send it to anybody, and delete it when you are done.")
	return nil
}

// red is the failure of a chain with a broken link; nil if none is broken.
func red(findings []engine.Finding) error {
	if doctor.Worst(findings) != engine.Red {
		return nil
	}
	var bad []say.Text
	var first engine.Finding
	for _, f := range findings {
		if f.State == engine.Red {
			if bad = append(bad, f.Title()); len(bad) == 1 {
				first = f
			}
		}
	}
	return &say.Error{
		What: say.T("doctor.not_well", "names", bad), Why: first.Says, Do: first.Do,
	}
}
