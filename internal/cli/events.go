package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

func (p *program) eventsVerb() *cobra.Command {
	var job, name string
	var follow, asJSON bool
	c := &cobra.Command{
		Use:   "events",
		Short: "List the stored events, oldest first",
		Long: `List the stored events, oldest first, duplicates and verifications too. With
--follow it goes on with each new one until it is interrupted; for that Dormer
must be running, otherwise not.`,
		Example: `  dormer events --job 19402492
  dormer events --follow --json | jq .body`,
		Args: takes(),
	}
	c.Flags().StringVar(&job, "job", "", "only events of the job `ID`")
	c.Flags().StringVar(&name, "event", "", "only events of this `NAME`, such as job-state-changed-v2")
	c.Flags().BoolVar(&follow, "follow", false, "go on with new events as they come")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per event and line")
	offer(c, "event", eventNames()...)
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		f := engine.EventFilter{Event: hover.EventName(name)}
		if job != "" {
			id, err := jobID(job)
			if err != nil {
				return err
			}
			f.Job = id
		}
		rows := listing[engine.EventView]{p: p, json: asJSON, columns: []string{
			"SEQ", "RECEIVED           ", "EVENT                   ", "JOB       ", "STATE     ", "VERDICT",
		}}
		rows.cells = func(v engine.EventView) []string {
			verdict := list(string(v.Verdict), flag(v.Duplicate, "duplicate"))
			return []string{
				number(v.Seq), v.ReceivedAt.Local().Format(time.DateTime), string(v.Event), v.JobID.String(), v.State, verdict,
			}
		}
		if follow {
			return p.withRunning(ctx, func(c *control.Client) error { return p.follow(ctx, c, f, &rows) })
		}
		return p.withReads(ctx, func(r reads) error { return rows.all(r.Events(ctx, f), "No events.") })
	})
	return c
}

// follow writes events until it is interrupted, which is a good end.
func (p *program) follow(
	ctx context.Context, c *control.Client, f engine.EventFilter, rows *listing[engine.EventView],
) error {
	watch, cancel := context.WithCancel(ctx)
	defer cancel()
	for range c.Watch(watch) { // the first hint comes at once
		err := rows.write(c.Events(ctx, f))
		p.out.Flush()
		if f.After = max(f.After, rows.last.Seq); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return &say.Error{
		What: say.T("events.no_more"), Why: say.T("events.no_more.why"),
		Do: say.T("do.start_again_with", "command", p.startLine()),
	}
}

// eventNames are offered to the shell; any other text is a name too.
func eventNames() []string {
	return []string{
		string(hover.EventVerificationCode), string(hover.EventJobStateV2), string(hover.EventJobState),
		string(hover.EventModelCreated), string(hover.EventModelState), string(hover.EventCaptureRequestState),
	}
}

func (p *program) alertsVerb() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "alerts",
		Short: "List what you were told, oldest first",
		Long:  `List what you were told, oldest first. It needs no running Dormer.`,
		Example: `  dormer alerts
  dormer alerts --json | jq -r 'select(.kind == "failed") | .title'`,
		Args: takes(),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per alert and line")
	c.RunE = p.reading(func(ctx context.Context, r reads, _ []string) error {
		rows := listing[engine.AlertView]{p: p, json: asJSON, columns: []string{"WHEN", "READ", "JOB", "ALERT"}}
		rows.cells = func(a engine.AlertView) []string {
			read := or(flag(a.ReadAt.IsZero(), "new"), "read")
			return []string{p.ago(a.At), read, a.JobID.String(), sentence(a.Title.String(), a.Body.String())}
		}
		return rows.all(r.Alerts(ctx), "No alerts.")
	})
	return c
}
