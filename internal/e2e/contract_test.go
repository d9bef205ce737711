//go:build unix

package e2e

import (
	"encoding/json"
	"strings"
	"time"

	"dormer/internal/control"
	"dormer/internal/health"
	"dormer/internal/hover"
)

// The JSON of the operator's contract as a script reads it: by the field names,
// not by the program's own types.
type (
	statusJSON struct {
		Version string
		State   string
		Tunnel  struct{ State, URL, Code, Error string }
		Hover   struct {
			SignedIn bool   `json:"signed_in"`
			OrgID    string `json:"org_id"`
			Error    string
		}
		Webhook struct {
			ID, State, URL, Signature string
			VerifiedAt                string `json:"verified_at"`
			LastError                 string `json:"last_error"`
		}
		Inbox   struct{ Events, Duplicates, Rejected int }
		CatchUp struct {
			LastRun string `json:"last_run"`
			Behind  bool
		} `json:"catch_up"`
		Work  struct{ Pending, Dead int }
		Lamps []struct{ Name, State, Says, Do string }
	}
	jobJSON struct {
		ID, Name, Address, State string
		Progress                 *float64
		FailureReason            string `json:"failure_reason"`
		Models                   []struct {
			ID, Name, State string
			FailureReason   string `json:"failure_reason"`
			Files           []struct{ Format, State, Path, SHA256 string }
		}
	}
	eventJSON struct {
		Seq       int
		Event     string
		JobID     string `json:"job_id"`
		State     string
		Verdict   string
		Duplicate bool
		Body      json.RawMessage
	}
	alertJSON struct {
		ID, Kind, Title, Body string
		JobID                 string `json:"job_id"`
		ShownAt               string `json:"shown_at"`
	}
)

// rows reads what a verb lists: one JSON object per line.
func rows[T any](c *computer, verb ...string) []T {
	c.t.Helper()
	var list []T
	for l := range strings.Lines(c.ask(append(verb, "--json")...)) {
		var v T
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			c.t.Fatalf("dormer %s: %v in %s", strings.Join(verb, " "), err, l)
		}
		list = append(list, v)
	}
	return list
}

// row reads what a verb says of one thing.
func row[T any](c *computer, verb ...string) T {
	c.t.Helper()
	list := rows[T](c, verb...)
	if len(list) != 1 {
		c.t.Fatalf("dormer %s gives %d objects", strings.Join(verb, " "), len(list))
	}
	return list[0]
}

func (s statusJSON) lamp(name string) (state, says string) {
	for _, l := range s.Lamps {
		if l.Name == name {
			return l.State, l.Says
		}
	}
	return "", ""
}

// pdfs gives the PDFs of a job that are saved, with their sums.
func (j jobJSON) pdfs() map[string]string {
	sums := map[string]string{}
	for _, m := range j.Models {
		for _, f := range m.Files {
			if f.Format == "pdf" && f.State == "saved" {
				sums[f.Path] = f.SHA256
			}
		}
	}
	return sums
}

// at reads a time of the contract.
func (c *computer) at(text string) time.Time {
	c.t.Helper()
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		c.t.Error(err)
	}
	return t
}

// told waits until n alerts were shown, and gives all there are.
func (c *computer) told(n int) []alertJSON {
	c.t.Helper()
	c.await("alerts are shown", func(d *control.Client) bool {
		shown := 0
		for a, err := range d.Alerts(c.t.Context()) {
			if err == nil && !a.ShownAt.IsZero() {
				shown++
			}
		}
		return shown >= n
	})
	return rows[alertJSON](c, "alerts")
}

// knows waits until Dormer has a job in a state, confirmed by Hover.
func (c *computer) knows(id hover.JobID, state hover.JobState) {
	c.t.Helper()
	c.await("job "+string(id)+" is "+string(state), func(d *control.Client) bool {
		j, err := d.Job(c.t.Context(), id)
		return err == nil && j.State == state && j.Confirmed
	})
}

// settled waits until all that Hover has posted was stored, and what that
// causes is done.
func (c *computer) settled() {
	c.t.Helper()
	if err := c.hover.Settle(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	c.await("nothing is left to do", func(d *control.Client) bool {
		s, err := d.Status(c.t.Context())
		return err == nil && s.Work == (health.WorkStatus{}) && !s.CatchUp.Behind
	})
}
