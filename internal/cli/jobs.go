package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

func (p *program) jobsVerb() *cobra.Command {
	var search, state string
	var asJSON bool
	c := &cobra.Command{
		Use:   "jobs",
		Short: "List the jobs that are known, the last changed first",
		Long:  "List the jobs that are known, the last changed first. It needs no running Dormer.",
		Example: `  dormer jobs --search "sycamore"
  dormer jobs --state completed --json | jq -r .id`,
		Args: takes(),
	}
	c.Flags().StringVar(&search, "search", "",
		"only jobs with every word of `TEXT`: a name, an address, a number, a phone")
	c.Flags().StringVar(&state, "state", "", "only jobs in `STATE`, such as completed or failed")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per job and line")
	offer(c, "state", jobStates()...)
	c.RunE = p.reading(func(ctx context.Context, r reads, _ []string) error {
		rows := listing[engine.JobView]{p: p, json: asJSON, columns: []string{
			"ID", "CHANGED", "STATE", "PROGRESS", "PROPERTY",
		}}
		rows.cells = func(j engine.JobView) []string {
			says := or(j.Says.String(), string(j.State))
			return []string{j.ID.String(), p.ago(j.UpdatedAt), says, progress(j.Progress), property(j)}
		}
		return rows.all(r.Jobs(ctx, engine.JobFilter{Search: search, State: hover.ParseJobState(state)}), "No jobs.")
	})
	return c
}

func (p *program) jobVerb() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "job ID",
		Short: "Show one job with its structures and files",
		Long: `Show one job with its structures and files. ID is the job's number or its address
at Hover. It needs no running Dormer.`,
		Example: `  dormer job 19402492
  dormer job https://hover.to/wr/jobs/19402492 --json`,
		Args: takes("a job's ID"),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.RunE = p.verb(func(ctx context.Context, args []string) error {
		id, err := jobID(args[0])
		if err != nil {
			return err
		}
		return p.withReads(ctx, func(r reads) error {
			j, err := r.Job(ctx, id)
			switch {
			case err != nil:
				return unknownJob(id, err)
			case asJSON:
				return p.json(j)
			}
			p.showJob(j)
			return nil
		})
	})
	return c
}

func (p *program) showJob(j engine.JobView) {
	p.print("%s\n\n", oneLine(or(property(j), "Job "+j.ID.String())))
	f := p.fields()
	f.field("Job", j.ID.String())
	unconfirmed := flag(!j.Confirmed, "not yet confirmed by Hover")
	f.field("State", list(or(j.Says.String(), string(j.State)), progress(j.Progress), unconfirmed))
	f.field("Reason", j.FailureReason)
	if !j.State.Finished() {
		f.field("Expected", p.ago(j.ETA))
	}
	f.field("Changed", p.ago(j.UpdatedAt))
	f.field("Address", j.Address)
	f.field("Customer", j.Customer)
	f.field("Reference", j.ExternalID)
	f.field("At Hover", j.ViewURL)
	f.end()
	for _, m := range j.Models {
		state := list(string(m.State), m.FailureReason)
		p.print("\n%s (%s): %s\n", oneLine(or(m.Name, "Main structure")), oneLine(m.ID.String()), oneLine(state))
		t := p.fields()
		for _, file := range m.Files {
			t.row(file.Format, file.Part, file.State, file.Path)
		}
		t.end()
	}
}

// property names the place that a job is about. A test says so.
func property(j engine.JobView) string {
	if j.Test {
		j.Test = false
		return say.T("job.test", "job", or(property(j), "Job "+j.ID.String())).String()
	}
	if j.Name != "" && j.Address != "" && !strings.Contains(j.Address, j.Name) {
		return j.Name + ", " + j.Address
	}
	return or(j.Address, j.Name)
}

func progress(part *float64) string {
	if part == nil {
		return ""
	}
	return fmt.Sprintf("%.0f%%", *part*100)
}

// unknownJob says what to do about a job that is not known.
func unknownJob(id hover.JobID, err error) error {
	return unknown(err, say.T("job.not_here", "id", id), say.T("job.not_here.do"))
}

// jobID reads a job's id as people give it: the number, the number behind a
// dash ("123-4567890", as Hover's pages show it), or the address of one of its
// pages.
func jobID(s string) (hover.JobID, error) {
	id := strings.TrimSpace(s)
	if u, err := url.Parse(id); err == nil && u.Host != "" {
		id = ""
		parts := strings.Split(strings.Trim(u.Path, "/"), "/")
		for i, part := range slices.Backward(parts) {
			// /wr/jobs/ID, /api/v3/jobs/ID.json, /3d/ID
			if i > 0 && (parts[i-1] == "jobs" || parts[i-1] == "3d") {
				id, _, _ = strings.Cut(part, ".")
				break
			}
		}
	}
	if before, after, ok := strings.Cut(id, "-"); ok && digits(before) && digits(after) {
		id = after
	}
	if id == "" || len(id) > 128 || strings.ContainsFunc(id, func(r rune) bool { return !isWord(r) }) {
		return "", engine.Usage(say.T("usage.not_job", "value", s))
	}
	return hover.JobID(id), nil
}

// jobIDs reads several.
func jobIDs(args []string) ([]hover.JobID, error) {
	ids := make([]hover.JobID, 0, len(args))
	for _, a := range args {
		id, err := jobID(a)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func digits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// isWord: ids are numbers or UUIDs.
func isWord(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_'
}

// jobStates are offered to the shell; any other text is a state too.
func jobStates() []string {
	return []string{
		string(hover.JobUploading), string(hover.JobWorking), string(hover.JobWaitingApproval), string(hover.JobProcessing),
		string(hover.JobCompleted), string(hover.JobFailed), string(hover.JobCancelled),
	}
}

// unknown says what to do about a thing that is not known, unless the error
// says it already.
func unknown(err error, what, do say.Text) error {
	var told *say.Error
	if !errors.Is(err, engine.ErrUnknown) || errors.As(err, &told) {
		return err
	}
	return &say.Error{What: what, Do: do}
}
