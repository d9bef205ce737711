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
		rows := &eventRows{p: p, json: asJSON, filter: f}
		if follow {
			return p.withRunning(ctx, func(c *control.Client) error { return rows.follow(ctx, c) })
		}
		return p.withReads(ctx, func(r reads) error {
			err := rows.write(ctx, r)
			if err == nil && rows.n == 0 && !asJSON {
				p.say("No events.")
			}
			return err
		})
	})
	return c
}

// eventRows writes events, each once.
type eventRows struct {
	p      *program
	json   bool
	filter engine.EventFilter // After is the last one that was written
	table  *table
	n      int
}

// write writes those that have not been written yet.
func (e *eventRows) write(ctx context.Context, r engine.Reads) error {
	for v, err := range r.Events(ctx, e.filter) {
		if err != nil {
			return err
		}
		e.filter.After = v.Seq
		e.n++
		if e.json {
			if err := e.p.json(v); err != nil {
				return err
			}
			continue
		}
		if e.table == nil {
			e.table = e.p.table("SEQ", "RECEIVED           ", "EVENT                   ", "JOB       ", "STATE     ", "VERDICT")
		}
		e.table.row(number(v.Seq), v.ReceivedAt.Local().Format(time.DateTime), string(v.Event), v.JobID.String(), v.State,
			list(string(v.Verdict), flag(v.Duplicate, "duplicate")))
	}
	if e.table != nil {
		e.table.end()
	}
	e.p.out.Flush()
	return nil
}

// follow writes events until it is interrupted, which is a good end.
func (e *eventRows) follow(ctx context.Context, c *control.Client) error {
	watch, cancel := context.WithCancel(ctx)
	defer cancel()
	for range c.Watch(watch) { // the first hint comes at once
		if err := e.write(ctx, c); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return &say.Error{What: say.T("events.no_more"), Why: say.T("events.no_more.why"), Do: say.T("do.start_again_with", "command", e.p.startLine())}
}

// eventNames are offered to the shell; any other text is a name too.
func eventNames() []string {
	return []string{
		string(hover.EventVerificationCode), string(hover.EventJobStateV2), string(hover.EventJobState), string(hover.EventModelCreated),
		string(hover.EventModelState), string(hover.EventCaptureRequestState),
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
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		return p.withReads(ctx, func(r reads) error {
			var t *table
			for a, err := range r.Alerts(ctx) {
				if err != nil {
					return err
				}
				if asJSON {
					if err := p.json(a); err != nil {
						return err
					}
					continue
				}
				if t == nil {
					t = p.table("WHEN", "READ", "JOB", "ALERT")
				}
				t.row(p.ago(a.At), or(flag(a.ReadAt.IsZero(), "new"), "read"), a.JobID.String(), sentence(a.Title.String(), a.Body.String()))
			}
			if t != nil {
				t.end()
			} else if !asJSON {
				p.say("No alerts.")
			}
			return nil
		})
	})
	return c
}
