package hoverapi

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// JobQuery narrows the list of jobs. The zero query lists all that are not
// archived.
type JobQuery struct {
	Search       string    // in name, address or user; at least three characters
	UpdatedSince time.Time // to the second; zero: no bound
	Archived     bool      // only archived ones
	Example      bool      // only Hover's example jobs
}

// minSearch is Hover's own bound (Hover's docs).
const minSearch = 3

// Jobs lists jobs, last updated first, all pages. A job that changes meanwhile
// moves to the front, so that others are seen twice rather than never; it is
// itself found by the next listing since this one began.
func (c *Client) Jobs(ctx context.Context, q JobQuery) iter.Seq2[hover.Job, error] {
	k := call{op: "list the jobs", path: "api/v3/jobs", query: url.Values{"sort_by": {"updated_at"}, "sort_order": {"DESC"}}}
	if s := strings.TrimSpace(q.Search); s != "" {
		if utf8.RuneCountInString(s) < minSearch {
			return func(yield func(hover.Job, error) bool) {
				yield(hover.Job{}, &Error{Op: k.op, Kind: Invalid, Err: say.Because("hover.why.search")})
			}
		}
		k.query.Set("search", s)
	}
	if !q.UpdatedSince.IsZero() {
		k.query.Set("updated_since", strconv.FormatInt(max(q.UpdatedSince.Unix(), 0), 10))
	}
	if q.Archived {
		k.query.Set("archived", "true")
	}
	if q.Example {
		k.query.Set("example", "true")
	}
	return func(yield func(hover.Job, error) bool) {
		for j, err := range pages[hover.Job](ctx, c, k, "jobs") {
			j.Resolve(c.link)
			if !yield(j, err) {
				return
			}
		}
	}
}

// link gives a link of a reply as it can be asked: Hover's own may be relative.
// One that no request may go to is "".
func (c *Client) link(s string) string {
	if s == "" {
		return ""
	}
	u, err := c.wire.base.Parse(s)
	if err != nil || checkWeb(u, c.wire.base) != nil {
		return ""
	}
	return u.String()
}

// JobPage gives the address of a job's page at Hover, for people. It asks nothing.
func (c *Client) JobPage(id hover.JobID) string {
	return c.wire.base.JoinPath("wr/jobs", segment(id)).String()
}

// Job asks for one job with its structures, their files and their failure
// reasons.
func (c *Client) Job(ctx context.Context, id hover.JobID) (hover.Job, error) {
	k := call{op: "ask for the job", method: http.MethodGet, path: "api/v3/jobs/" + segment(id), limit: maxList}
	var j hover.Job
	if err := c.ask(ctx, k, &j); err != nil {
		return hover.Job{}, err
	}
	if j.ID != id {
		return hover.Job{}, &Error{Op: k.op, Kind: BadReply, Err: say.Because("hover.why.another_job")}
	}
	j.Resolve(c.link)
	return j, nil
}

// SetTestState has Hover play a job through to the end, free of charge, with
// real webhooks (Hover's docs); it takes up to a minute. state is completed or
// failed, the job must still be uploading.
func (c *Client) SetTestState(ctx context.Context, id hover.JobID, state hover.JobState) error {
	const op = "set the job's test state"
	wanted, err := testState(op, state)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, call{
		op: op, method: http.MethodPatch, path: "api/v2/jobs/" + segment(id) + "/set_test_state.json", once: true,
		query: url.Values{"state": {wanted}},
	})
	return err
}

// testState gives a state in the spelling of the test call.
func testState(op string, state hover.JobState) (string, error) {
	switch hover.ParseJobState(string(state)) {
	case hover.JobCompleted:
		return "complete", nil
	case hover.JobFailed:
		return "failed", nil
	}
	return "", &Error{Op: op, Kind: Invalid, Err: say.Because("hover.why.test_end")}
}

// Inspection gives an inspection as Hover's reply tells it: sections, task
// groups, tasks, their photos (Hover's page "Get Inspection Details").
func (c *Client) Inspection(ctx context.Context, id hover.InspectionID) (json.RawMessage, error) {
	return c.raw(ctx, call{op: "ask for the inspection", method: http.MethodGet, path: "api/v2/inspections/" + segment(id)})
}

// LatestChecklist gives a job's latest checklist, the older kind of inspection,
// as Hover's reply tells it (Hover's page "Get a Job's Latest Checklist").
func (c *Client) LatestChecklist(ctx context.Context, job hover.JobID) (json.RawMessage, error) {
	query := url.Values{"job_id": {job.String()}}
	if org := c.o.Tokens.OrgID(); org != "" {
		query.Set("org_id", org.String())
	}
	return c.raw(ctx, call{
		op: "ask for the checklist", method: http.MethodGet, path: "api/inspection/checklists/latest", query: query,
	})
}

// MaterialLists lists a job's material lists, as Hover's reply tells it (Hover's page
// "List Estimates"). The page shows the reply and that the job stands in the path, but
// no stored copy of it shows the path: this is how Hover builds its others.
func (c *Client) MaterialLists(ctx context.Context, job hover.JobID) (json.RawMessage, error) {
	return c.raw(ctx, call{
		op: "list the material lists", method: http.MethodGet, path: "api/v1/jobs/" + segment(job) + "/estimates",
	})
}

// MaterialList gives a material list (an estimate, a production list) as
// Hover's reply tells it (Hover's page "Show Estimate Details"). It needs a plan
// with estimates.
func (c *Client) MaterialList(ctx context.Context, id hover.DocumentID) (json.RawMessage, error) {
	return c.raw(ctx, call{op: "ask for the material list", method: http.MethodGet, path: "api/v1/estimates/" + segment(id)})
}
