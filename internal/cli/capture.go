package cli

import (
	"context"
	"net/mail"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

func (p *program) captureVerb() *cobra.Command {
	var r hover.NewCaptureRequest
	var deliverable string
	var asJSON bool
	c := &cobra.Command{
		Use:   "capture --name NAME --email EMAIL --address STREET",
		Short: "Ask somebody to capture a house with Hover's app",
		Long: `Create a capture request: Hover invites the person to capture the house with its
phone app, and you are told when they have. It prints the request's id and, where
Hover gives one, the link to share.`,
		Example: `  dormer capture --name "Ann Lee" --email ann@example.com --address "1420 Sycamore Lane" \
    --city Carmel --region IN --postal-code 46033`,
		Args: takes(),
	}
	f := c.Flags()
	f.StringVar(&r.Name, "name", "", "`NAME` of the person who captures")
	f.StringVar(&r.Email, "email", "", "their `EMAIL`")
	f.StringVar(&r.Phone, "phone", "", "their `PHONE`; with it Hover sends a text message too")
	f.StringVar(&r.Address.Line1, "address", "", "the house's `STREET` and number")
	f.StringVar(&r.Address.City, "city", "", "its `CITY`")
	f.StringVar(&r.Address.Region, "region", "", "its `STATE`, such as IN")
	f.StringVar(&r.Address.PostalCode, "postal-code", "", "its postal `CODE`")
	f.StringVar(&deliverable, "deliverable", "", "`ID` of what to order: 2 roof, 3 complete; else Hover decides")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		for flag, value := range map[string]string{"--name": r.Name, "--email": r.Email, "--address": r.Address.Line1} {
			if strings.TrimSpace(value) == "" {
				return engine.Usage(say.T("usage.capture.missing", "flag", flag))
			}
		}
		if a, err := mail.ParseAddress(r.Email); err != nil || a.Address != strings.TrimSpace(r.Email) {
			return engine.Usage(say.T("usage.not_email", "value", r.Email))
		}
		r.Deliverable = hover.DeliverableID(deliverable)
		return p.withRunning(ctx, func(c *control.Client) error {
			v, err := c.CreateCapture(ctx, r)
			switch {
			case err != nil:
				return err
			case asJSON:
				return p.json(v)
			}
			p.print("%s\n", oneLine(strings.TrimSpace(v.ID.String()+" "+v.Link)))
			p.say("%s was asked to capture %s.", v.Name, v.Address)
			return nil
		})
	})
	return c
}

func (p *program) testJobVerb() *cobra.Command {
	var state string
	c := &cobra.Command{
		Use:   "test-job ID",
		Short: "Let Hover finish a job as a test, free of charge",
		Long: `Run Hover's own free test on a job that is still being uploaded or processed: after
about a minute Hover sends the webhooks of a finished job.`,
		Example: `  dormer test-job 19402492
  dormer test-job 19402492 --state failed`,
		Args: takes("a job's ID"),
	}
	c.Flags().StringVar(&state, "state", string(hover.JobCompleted), "how it ends: `completed|failed`")
	offer(c, "state", string(hover.JobCompleted), string(hover.JobFailed))
	c.RunE = p.verb(func(ctx context.Context, args []string) error {
		id, err := jobID(args[0])
		if err != nil {
			return err
		}
		s := hover.ParseJobState(state)
		if s != hover.JobCompleted && s != hover.JobFailed {
			return engine.Usage(say.T("usage.test_state", "state", state))
		}
		return p.withRunning(ctx, func(c *control.Client) error {
			if err := c.TestJob(ctx, id, s); err != nil {
				return unknownJob(id, err)
			}
			p.say("Hover will say in about a minute that job %s has %s.", id, s)
			return nil
		})
	})
	return c
}

func (p *program) replayVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "replay SEQ…",
		Short: "Run stored events through the pipeline again",
		Long: `Run stored events through the pipeline again, as if they had just come. SEQ is the
number that dormer events shows.`,
		Example: "  dormer replay 17 18",
		Args:    takes("an event's SEQ…"),
		RunE: p.verb(func(ctx context.Context, args []string) error {
			seqs := make([]uint64, len(args))
			for i, a := range args {
				n, err := strconv.ParseUint(a, 10, 64)
				if err != nil || n == 0 {
					return engine.Usage(say.T("usage.not_event_number", "value", a))
				}
				seqs[i] = n
			}
			return p.withRunning(ctx, func(c *control.Client) error {
				n, err := c.Replay(ctx, seqs)
				if err != nil {
					return unknown(err, say.T("events.not_all"), say.T("events.not_all.do"))
				}
				p.say("%s replayed.", plural(n, "event"))
				return nil
			})
		}),
	}
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }
