//go:build unix

package e2e

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// TestEightHoursAway runs on a clock of Hover's that was set back by eight
// hours while Dormer was there, and is right when it comes back.
func TestEightHoursAway(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	c.away.Store(int64(8 * time.Hour))
	c.hover.AddJobs(768)
	underWay := []hover.JobID{"91", "92", "93", "94"}
	for _, id := range underWay {
		c.hover.AddJob(simulator.JobSpec{ID: id, State: hover.JobWorking, Since: time.Minute})
	}
	desktop := c.desktop()
	c.signedIn()

	// The first sign-in imports the account without a word.
	c.sameAsHovers()
	if told := rows[alertJSON](c, "alerts"); len(told) != 0 {
		t.Errorf("the import told %+v", told)
	}
	for _, r := range c.hover.Requests() {
		if r.Storage {
			t.Errorf("the import fetched %s", r.Path)
		}
	}
	c.stop()
	if got := desktop.all(); len(got) != 0 {
		t.Fatalf("before the absence the desktop showed %+v", got)
	}

	c.away.Store(0)
	c.hover.Quietly(func() {
		err := c.hover.FailJob("94", "Too few photos.")
		for _, id := range underWay[:3] {
			err = errors.Join(err, c.hover.CompleteJob(id))
		}
		if err != nil {
			t.Error(err)
		}
	})
	began := time.Now()
	c.start()
	c.await("the summary", func(d *control.Client) bool {
		for a, err := range d.Alerts(t.Context()) {
			if err == nil && a.Kind == "summary" && !a.ShownAt.IsZero() {
				return true
			}
		}
		return false
	})
	t.Logf("the summary came %s after the start", time.Since(began).Round(time.Millisecond))
	c.settled()
	c.sameAsHovers()
	kinds := map[string]int{}
	var about []string
	for _, a := range rows[alertJSON](c, "alerts") {
		kinds[a.Kind]++
		if a.Kind != "summary" {
			about = append(about, a.JobID+" "+a.Kind)
		}
	}
	slices.Sort(about)
	if want := []string{"91 completed", "92 completed", "93 completed", "94 failed"}; !slices.Equal(about, want) || kinds["summary"] != 1 {
		t.Errorf("told of %q with %d summaries, want %q with one", about, kinds["summary"], want)
	}
	if files := pdfsBelow(t, c.downloads); len(files) != 3 {
		t.Errorf("the PDFs are %q", files)
	}
	c.stop()
	if got := desktop.all(); len(got) != 1 {
		t.Errorf("the desktop showed %+v", got)
	}
	// All of it took less than a minute of real time, whatever Hover's clock said.
	asked := 0
	for _, r := range c.hover.Requests() {
		if !r.Storage && !strings.HasPrefix(r.Path, "/oauth/authorize") {
			asked++
		}
	}
	if n := c.hover.MaxInWindow(time.Minute); asked > 100 || n > 100 || n == 0 {
		t.Errorf("Hover was asked %d times, %d of them in its busiest minute", asked, n)
	} else {
		t.Logf("Hover was asked %d times in all", asked)
	}
}

func TestAPowerCutLosesNothing(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	var houses []hover.JobID
	for range 8 {
		houses = append(houses, c.hover.AddJob(simulator.JobSpec{State: hover.JobWorking}))
	}
	c.signedIn()
	c.hover.SetFaults(func(f *simulator.Faults) { f.EmitV1, f.ArtifactSlow = true, 20*time.Millisecond })
	for _, id := range houses {
		if err := c.hover.CompleteJob(id); err != nil {
			t.Fatal(err)
		}
	}
	accepted := func() (bodies []string) {
		for _, d := range c.hover.Deliveries() {
			if d.Status == 200 {
				bodies = append(bodies, string(d.Body))
			}
		}
		return bodies
	}
	before := len(accepted())
	eventually(t, "some events are accepted", func() bool { return len(accepted()) >= before+6 })
	c.kill()
	if err := c.hover.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := accepted()
	if all := c.hover.Deliveries(); len(kept) == len(all) {
		t.Logf("the cut came after all %d events", len(all))
	}
	pdfsBelow(t, c.downloads) // none is half a file

	c.hover.SetFaults(func(f *simulator.Faults) { f.ArtifactSlow = 0 })
	c.start()
	for _, id := range houses {
		c.knows(id, hover.JobCompleted)
	}
	c.settled()
	listed := map[string]bool{}
	for _, e := range rows[eventJSON](c, "events") {
		listed[string(e.Body)] = true
	}
	for _, body := range kept {
		if !listed[body] {
			t.Errorf("answered with 200 and lost: %s", body)
		}
	}
	told := map[string]int{}
	for _, a := range rows[alertJSON](c, "alerts") {
		if a.Kind == "completed" {
			told[a.JobID]++
		}
	}
	for _, id := range houses {
		if told[string(id)] != 1 {
			t.Errorf("job %s is told %d times", id, told[string(id)])
		}
		if j := row[jobJSON](c, "job", string(id)); len(j.pdfs()) != 1 {
			t.Errorf("job %s has the PDFs %v", id, j.pdfs())
		}
	}
	if files := pdfsBelow(t, c.downloads); len(files) != len(houses) {
		t.Errorf("the PDFs are %q", files)
	}
	t.Logf("%d of %d events were accepted before the cut", len(kept), len(c.hover.Deliveries()))
}
