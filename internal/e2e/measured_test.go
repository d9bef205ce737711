//go:build unix

package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// building are the states of a job from its photos to its end, in order.
var building = []hover.JobState{
	hover.JobUploading, hover.JobProcessingUpload, hover.JobSubmitting, hover.JobWorking, hover.JobWaitlisted,
	hover.JobRetrieving, hover.JobProcessing, hover.JobPaying,
}

func TestFromTheSignInToTheMeasurementPDF(t *testing.T) {
	t.Parallel()
	const house = "19402492"
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: house, State: hover.JobDraft}}})
	c.hover.SetFaults(func(f *simulator.Faults) {
		f.VerificationBefore201 = 1500 * time.Millisecond
		f.EmitV1, f.Duplicate = true, true
		f.ArtifactSlow = 50 * time.Millisecond // the PDF takes almost a second
	})
	c.launch()
	c.ask("status", "--wait", "setup")

	// The person signs in; somebody else at the same door does not get in.
	login := c.verb(nil, "login", "--timeout", "1m")
	address := login.line()
	door := row[statusJSON](c, "status").Tunnel.URL + "/oauth/callback"
	if status, _, _ := visit(t, browser(), door+"?code=stolen&state=wrong"); status/100 != 4 {
		t.Errorf("a callback with a wrong state gets %d", status)
	}
	if status, text := allow(t, browser(), address); status != http.StatusOK || !strings.Contains(text, "You are signed in") {
		t.Fatalf("the browser ends at status %d:\n%s", status, text)
	}
	if a := login.end(); a.code != 0 || a.out != address+"\n" {
		t.Errorf("the sign-in printed more than its address, or failed:\n%s", a)
	}

	// The webhook is verified, though its code came 1.5 s before the 201.
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	s := row[statusJSON](c, "status")
	if s.Webhook.State != "verified" || s.Webhook.Signature != "pinned" || !s.Hover.SignedIn || s.Hover.OrgID != string(c.hover.Org()) {
		t.Errorf("the status is %+v", s)
	}
	for _, r := range c.hover.Requests() {
		if strings.HasSuffix(r.Path, "/request_verification") {
			t.Error("the code that came first was not held: it was asked for again")
		}
	}
	c.remember()
	c.knows(house, hover.JobDraft)

	// Every state on the way is known by its event, and nobody is told of it.
	progress := -1.0
	for _, state := range building {
		if err := c.hover.SetJobState(house, state); err != nil {
			t.Fatal(err)
		}
		c.knows(house, state)
		j := row[jobJSON](c, "job", house)
		if j.State != string(state) || j.Progress == nil || *j.Progress < progress {
			t.Errorf("in state %s, after progress %v, the job is %+v", state, progress, j)
		} else {
			progress = *j.Progress
		}
	}
	if told := rows[alertJSON](c, "alerts"); len(told) != 0 {
		t.Errorf("told before anything has happened: %+v", told)
	}

	// It is measured: Hover tells it by two events for the job and one for the
	// structure, each twice.
	if err := c.hover.CompleteJob(house); err != nil {
		t.Fatal(err)
	}
	c.await("the alert", func(d *control.Client) bool {
		for a, err := range d.Alerts(t.Context()) {
			if err == nil && a.JobID == house {
				if files := pdfsBelow(t, c.downloads); len(files) != 1 {
					t.Errorf("as the alert appears the PDFs are %q", files)
				}
				return !a.ShownAt.IsZero()
			}
		}
		return false
	})
	if err := c.hover.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, err := c.hover.Emit(t.Context(), lastPosted(c, house), simulator.Delivery{}); err != nil || status != http.StatusOK {
		t.Errorf("a redelivery is answered %d, %v", status, err)
	}
	c.settled()
	told := rows[alertJSON](c, "alerts")
	if len(told) != 1 || told[0].Kind != "completed" || told[0].JobID != house || !strings.Contains(told[0].Title, "is measured") {
		t.Fatalf("told: %+v", told)
	}
	if got := row[statusJSON](c, "status").Inbox; got.Duplicates == 0 || got.Rejected != 0 {
		t.Errorf("the inbox counts %+v", got)
	}

	// The PDF is Hover's, byte for byte, and was there first.
	j := row[jobJSON](c, "job", house)
	for path, sum := range j.pdfs() {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := c.served(hover.ModelID(j.Models[0].ID), "measurements.pdf")
		if own := sha256.Sum256(want); !bytes.Equal(got, want) || sum != hex.EncodeToString(own[:]) {
			t.Errorf("%s has %d bytes, sum %s; Hover serves %d bytes, sum %x", path, len(got), sum, len(want), own)
		}
		if info, err := os.Stat(path); err != nil || info.ModTime().After(c.at(told[0].ShownAt)) {
			t.Errorf("the PDF is of %v, the alert was shown at %s (%v)", info.ModTime(), told[0].ShownAt, err)
		}
	}
	if len(j.pdfs()) != 1 {
		t.Errorf("the job has the PDFs %v", j.pdfs())
	}
	stored := 0
	for _, r := range c.hover.Requests() {
		if r.Storage {
			stored++
			if r.Authorization {
				t.Errorf("the bearer reached the storage host: %s", r.Path)
			}
		}
	}
	if stored == 0 {
		t.Error("nothing was fetched from the storage host")
	}
}

// pdfsBelow gives the whole PDFs below a folder.
func pdfsBelow(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".pdf") {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if !bytes.HasPrefix(b, []byte("%PDF-")) || !bytes.Contains(b[max(0, len(b)-1024):], []byte("%%EOF")) {
				t.Errorf("%s is not whole", path)
			}
			found = append(found, path)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Error(err)
	}
	return found
}

// lastPosted gives the body of the last event about a job.
func lastPosted(c *computer, id hover.JobID) []byte {
	c.t.Helper()
	for _, d := range slices.Backward(c.hover.Deliveries()) {
		if bytes.Contains(d.Body, []byte(id)) {
			return d.Body
		}
	}
	c.t.Fatalf("nothing was posted about job %s", id)
	return nil
}

// served gives a file as Hover serves it to anybody who is signed in.
func (c *computer) served(model hover.ModelID, file string) []byte {
	c.t.Helper()
	links := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(address, bearer string) *http.Response {
		r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, address, nil)
		if err != nil {
			c.t.Fatal(err)
		}
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		response, err := links.Do(r)
		if err != nil {
			c.t.Fatal(err)
		}
		return response
	}
	link := get(fmt.Sprintf("%s/api/v3/models/%s/artifacts/%s", c.hover.URL(), model, file), c.hover.SignIn().Access)
	link.Body.Close()
	to, err := link.Location()
	if err != nil {
		c.t.Fatalf("%s gives %s: %v", file, link.Status, err)
	}
	answered := get(to.String(), "")
	defer answered.Body.Close()
	b, err := io.ReadAll(answered.Body)
	if err != nil || answered.StatusCode != http.StatusOK {
		c.t.Fatalf("%s gives %s, %v", to, answered.Status, err)
	}
	return b
}

func TestHowElseAJobCanEnd(t *testing.T) {
	t.Parallel()
	account := simulator.Account{}
	for _, id := range []hover.JobID{"101", "102", "103", "104", "105"} {
		account.Jobs = append(account.Jobs, simulator.JobSpec{ID: id, State: hover.JobWorking})
	}
	c := newComputer(t, account).signedIn()
	for _, err := range []error{
		c.hover.FailJob("101", "The roof is hidden by a tree."),
		c.hover.SetJobState("102", hover.JobCancelled),
		c.hover.SetJobState("103", hover.JobWaitingApproval),
		c.hover.CompleteJob("104"),
		c.hover.SetJobState("105", hover.JobRequestingImprovements),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c.told(4)
	// A correction begins a new generation: its end is news again.
	for _, state := range []hover.JobState{hover.JobRequestingCorrections, hover.JobProcessingImprovements} {
		if err := c.hover.SetJobState("104", state); err != nil {
			t.Fatal(err)
		}
		c.knows("104", state)
	}
	if err := c.hover.CompleteJob("104"); err != nil {
		t.Fatal(err)
	}
	c.told(5)
	c.settled()
	var told []string
	for _, a := range rows[alertJSON](c, "alerts") {
		told = append(told, a.JobID+" "+a.Kind)
		if a.Kind == "failed" && !strings.Contains(a.Body, "hidden by a tree") {
			t.Errorf("the reason is missing: %+v", a)
		}
	}
	slices.Sort(told)
	if want := []string{"101 failed", "102 cancelled", "103 approval", "104 completed", "104 completed"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	c.sameAsHovers()
}

// sameAsHovers compares what Dormer lists with the account.
func (c *computer) sameAsHovers() {
	c.t.Helper()
	account := c.hover.Jobs()
	listed := rows[jobJSON](c, "jobs")
	if len(listed) != len(account) {
		c.t.Errorf("%d jobs are listed, the account has %d", len(listed), len(account))
	}
	for _, j := range listed {
		if want := account[hover.JobID(j.ID)]; j.State != string(want) {
			c.t.Errorf("job %s is listed as %s, at Hover it is %s", j.ID, j.State, want)
		}
	}
}

func TestAHouseOfThreeStructuresOfWhichOneFailed(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "7", State: hover.JobWorking, Structures: []simulator.StructureSpec{
		{ID: "71", Name: "House"}, {ID: "72", Name: "Garage"}, {ID: "73", Name: "Barn", Fails: "The rear corner is hidden by a tree."},
	}}}}).signedIn()
	if err := c.hover.CompleteJob("7"); err != nil {
		t.Fatal(err)
	}
	c.told(1)
	c.settled()
	told := rows[alertJSON](c, "alerts")
	if len(told) != 1 || told[0].Kind != "completed" {
		t.Fatalf("told: %+v", told)
	}
	for _, words := range []string{"House", "Garage", "Barn", "The rear corner is hidden by a tree", "2 PDFs are saved"} {
		if !strings.Contains(told[0].Body, words) {
			t.Errorf("the alert does not say %q: %s", words, told[0].Body)
		}
	}
	j := row[jobJSON](c, "job", "7")
	saved := j.pdfs()
	if len(saved) != 2 || len(pdfsBelow(t, c.downloads)) != 2 || j.State != "completed" {
		t.Errorf("saved are %v, in the folder %q", saved, pdfsBelow(t, c.downloads))
	}
	for _, m := range j.Models {
		if m.ID == "73" {
			if m.State != "failed" || m.FailureReason != "The rear corner is hidden by a tree." {
				t.Errorf("the barn is %+v", m)
			}
			continue
		}
		want := sha256.Sum256(c.served(hover.ModelID(m.ID), "measurements.pdf"))
		found := false
		for _, f := range m.Files {
			found = found || f.Format == "pdf" && f.SHA256 == hex.EncodeToString(want[:])
		}
		if !found {
			t.Errorf("the PDF of %s is not Hover's: %+v", m.Name, m.Files)
		}
	}
}

func TestALateWorkingAfterTheEndChangesNothing(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "8", State: hover.JobWorking}}}).signedIn()
	if err := c.hover.CompleteJob("8"); err != nil {
		t.Fatal(err)
	}
	c.told(1)
	c.settled()
	before := row[jobJSON](c, "job", "8")
	seen := len(rows[eventJSON](c, "events", "--job", "8"))
	for range 2 {
		status, err := c.hover.Emit(t.Context(), map[string]any{"event": "job-state-changed-v2", "job_id": 8, "state": "working"}, simulator.Delivery{})
		if err != nil || status != http.StatusOK {
			t.Fatalf("the late event is answered %d, %v", status, err)
		}
		if now := row[jobJSON](c, "job", "8").State; now != "completed" {
			t.Errorf("as the late event came the job became %s", now)
		}
	}
	c.settled()
	after := row[jobJSON](c, "job", "8")
	if after.State != "completed" || len(after.pdfs()) != 1 || *after.Progress != *before.Progress {
		t.Errorf("the job was %+v and is %+v", before, after)
	}
	if told := rows[alertJSON](c, "alerts"); len(told) != 1 {
		t.Errorf("told: %+v", told)
	}
	if events := rows[eventJSON](c, "events", "--job", "8"); len(events) != seen+2 {
		t.Errorf("there were %d events, now there are %d: the late ones are not listed", seen, len(events))
	}
}

func TestWhatHoverInventsLaterIsStoredListedAndShown(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "9", State: hover.JobWorking}}}).signedIn()
	follow := c.verb(nil, "events", "--follow", "--json", "--event", "roof-repainted")
	status, err := c.hover.Emit(t.Context(), map[string]any{"event": "roof-repainted", "job_id": 9, "colour": "teal"}, simulator.Delivery{})
	if err != nil || status != http.StatusOK {
		t.Fatalf("an unknown event is answered %d, %v", status, err)
	}
	if l := follow.line(); !strings.Contains(l, `"colour":"teal"`) || !strings.Contains(l, `"verdict":"signed"`) {
		t.Errorf("who follows the events reads %s", l)
	}
	if a := follow.interrupt(); a.code != 0 {
		t.Error(a)
	}
	events := rows[eventJSON](c, "events", "--job", "9")
	if len(events) != 1 || events[0].Event != "roof-repainted" || !strings.Contains(string(events[0].Body), "teal") {
		t.Errorf("the job's events are %+v", events)
	}

	if err := c.hover.SetJobState("9", "admired_by_neighbours"); err != nil {
		t.Fatal(err)
	}
	c.knows("9", "admired_by_neighbours")
	if j := row[jobJSON](c, "job", "9"); j.State != "admired_by_neighbours" || j.Progress != nil {
		t.Errorf("the job is %+v", j)
	}
	if list := rows[jobJSON](c, "jobs", "--state", "admired_by_neighbours"); len(list) != 1 {
		t.Errorf("of that state there are %+v", list)
	}
	for _, verb := range [][]string{{"jobs"}, {"job", "9"}} {
		if out := c.ask(verb...); !strings.Contains(out, "admired") {
			t.Errorf("dormer %s does not show the state:\n%s", strings.Join(verb, " "), out)
		}
	}
	c.settled()
	if told := rows[alertJSON](c, "alerts"); len(told) != 0 {
		t.Errorf("told: %+v", told)
	}
}
