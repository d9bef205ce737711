//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// lived gives a running Dormer that has been told something already.
func lived(t *testing.T) *computer {
	t.Helper()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{
		{ID: "61", Name: "Harbor house", State: hover.JobWorking}, {ID: "62", Name: "Alder house", State: hover.JobUploading},
	}}).signedIn()
	if err := c.hover.CompleteJob("61"); err != nil {
		t.Fatal(err)
	}
	c.told(1)
	c.settled()
	return c
}

func TestASecondRunNamesTheFirst(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	c.launch()
	c.ask("status", "--wait", "setup")
	for range 2 {
		c.refused(1, []string{"already running", strconv.Itoa(c.process.Process.Pid)}, c.runLine()...)
	}
	c.refused(1, []string{"already running", strconv.Itoa(c.process.Process.Pid)})
	c.ask("status") // the first has not minded
}

func TestWithoutADormerVerbsSayHowToStartOne(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	for _, verb := range []string{
		"status", "login", "logout", "get 1", "capture --name Ann --email ann@example.com --address Main", "test-job 1", "replay 1", "compact",
		"events --follow", "status --wait ready --timeout 300ms",
	} {
		c.refused(3, []string{"Dormer is not running for " + c.data, "dormer run --headless"}, strings.Fields(verb)...)
	}
	c.refused(2, []string{"--help"}, "status", "--wait", "perfect") // wrong usage is found first
	if _, err := os.Stat(c.data); err == nil {
		t.Error("asking made the data directory")
	}
}

func TestAClosedDataDirectoryIsReadAsWellAsARunningOne(t *testing.T) {
	t.Parallel()
	c := lived(t)
	reading := []string{
		"jobs --json", "jobs --search harbor --json", "jobs --state complete --json", "job 61 --json", "events --json", "events --job 61 --json", "alerts --json",
		"config list", "config get retention_days", "export --format csv", "export --format json", "export --format har",
	}
	open := map[string]string{}
	for _, verb := range reading {
		if open[verb] = c.ask(strings.Fields(verb)...); open[verb] == "" {
			t.Errorf("dormer %s says nothing", verb)
		}
	}
	c.stop()
	// What the environment gave the running one is kept, and a setting from then on.
	kept := strings.NewReplacer("NGROK_AUTHTOKEN", "setting", "DORMER_HOVER_CLIENT_ID", "setting", "DORMER_HOVER_CLIENT_SECRET", "setting")
	columns := func(s string) string { return strings.Join(strings.Fields(kept.Replace(s)), " ") }
	for _, verb := range reading {
		if closed := c.ask(strings.Fields(verb)...); columns(closed) != columns(open[verb]) {
			t.Errorf("dormer %s says of the closed directory\n%sand said of the running one\n%s", verb, closed, open[verb])
		}
	}
	c.refused(1, []string{"99"}, "job", "99")
	c.ask("config", "set", "retention_days", "123")
	if got := c.ask("config", "get", "retention_days"); got != "123\n" {
		t.Errorf("the setting is %q", got)
	}
	if a := c.typing("another-ngrok-token\n", "config", "set", "ngrok_authtoken", "-"); a.code != 0 || strings.Contains(a.out+a.said, "another") {
		t.Error(a)
	}
	if got := c.ask("config", "get", "ngrok_authtoken"); got != "(set)\n" {
		t.Errorf("the secret is shown as %q", got)
	}
	c.ask("backup", c.path("closed.db"))
}

func TestEveryVerbOnARunningDormer(t *testing.T) {
	t.Parallel()
	c := lived(t)
	opened := c.opener()

	// get
	folder := c.path("for Ann")
	paths := strings.Split(strings.TrimSuffix(c.ask("get", "61", "--format", "pdf,xlsx,json", "--dir", folder), "\n"), "\n")
	j := row[jobJSON](c, "job", "61")
	for i, file := range []string{"measurements.pdf", "measurements.xlsx", "measurements.json?version=full_json"} {
		if len(paths) != 3 {
			t.Fatalf("get printed %q", paths)
		}
		got, err := os.ReadFile(paths[i])
		if err != nil || !bytes.Equal(got, c.served(hover.ModelID(j.Models[0].ID), file)) || !strings.HasPrefix(paths[i], folder) {
			t.Errorf("%s is not Hover's %s (%v)", paths[i], file, err)
		}
	}
	c.ask("get", c.hover.URL()+"/wr/jobs/61", "--open")
	if got, _ := opened(); len(got) != 1 || row[jobJSON](c, "job", "61").pdfs()[got[0]] == "" {
		t.Errorf("--open opened %q, want the PDF of %v", got, row[jobJSON](c, "job", "61").pdfs())
	}
	if a := c.dormer("get", "62"); a.code != 1 || a.out != "" {
		t.Errorf("a job that is not measured:\n%s", a)
	}

	// capture, test-job
	out := c.ask("capture", "--name", "Ann Lee", "--email", "ann@example.com", "--address", "1420 Sycamore Lane", "--city", "Carmel", "--region", "IN")
	captures := c.hover.Captures()
	if id, _, _ := strings.Cut(strings.TrimSpace(out), " "); len(captures) != 1 || captures[hover.CaptureRequestID(id)] == "" {
		t.Errorf("capture printed %q, Hover has %v", out, captures)
	}
	c.ask("test-job", "62", "--state", "complete")
	c.knows("62", hover.JobProcessingUpload)
	if a := c.dormer("test-job", "61"); a.code != 1 || strings.Count(a.said, "\n") != 1 {
		t.Errorf("a finished job as a test job:\n%s", a)
	}

	// replay tells nothing twice
	told := len(rows[alertJSON](c, "alerts"))
	var seqs []string
	for _, e := range rows[eventJSON](c, "events", "--job", "61") {
		seqs = append(seqs, strconv.Itoa(e.Seq))
	}
	c.ask(append([]string{"replay"}, seqs...)...)
	c.await("the replay is done", func(d *control.Client) bool {
		s, err := d.Status(t.Context())
		return err == nil && s.Work.Pending == 0
	})
	if now := rows[alertJSON](c, "alerts"); len(now) != told {
		t.Errorf("after a replay there are %+v", now)
	}
	c.refused(1, []string{"dormer events"}, "replay", "99999")

	// export
	events := rows[eventJSON](c, "events")
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(c.ask("export", "--format", "csv"), "\ufeff"))).ReadAll()
	if err != nil || len(table) < len(events)+1 || table[0][0] != "seq" {
		t.Errorf("the csv has %d rows for %d events, %v", len(table), len(events), err)
	}
	var all struct{ Jobs, Events, Alerts, Settings []any }
	c.ask("export", "--format", "json", "--out", c.path("all.json"))
	if b, err := os.ReadFile(c.path("all.json")); err != nil || json.Unmarshal(b, &all) != nil || len(all.Jobs) < 2 || len(all.Events) < len(events) || len(all.Alerts) != told {
		t.Errorf("the json has %d jobs, %d events, %d alerts, %v", len(all.Jobs), len(all.Events), len(all.Alerts), err)
	}
	var archive struct{ Log struct{ Entries []any } }
	if err := json.Unmarshal([]byte(c.ask("export", "--format", "har")), &archive); err != nil || len(archive.Log.Entries) < len(events) {
		t.Errorf("the har has %d entries, %v", len(archive.Log.Entries), err)
	}

	// backup, compact, restore
	c.ask("backup", "mine.db") // beside the person, not beside Dormer
	c.refused(1, []string{"exists already"}, "backup", "mine.db")
	if info, err := os.Stat(c.path("mine.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v", info, err)
	}
	c.ask("compact")
	c.refused(1, []string{"already running", strconv.Itoa(c.process.Process.Pid)}, "restore", "mine.db")
	if after := rows[eventJSON](c, "events"); len(after) < len(events) || after[0].Event != events[0].Event {
		t.Errorf("after compacting there are %d events of %d", len(after), len(events))
	}

	// config
	c.ask("config", "set", "quiet_hours", "20:00-07:00")
	if got := c.ask("config", "get", "quiet_hours"); got != "20:00-07:00\n" {
		t.Errorf("the setting is %q", got)
	}
	if list := c.ask("config", "list"); !strings.Contains(list, "quiet_hours") || !strings.Contains(list, "(set)") {
		t.Errorf("the settings are\n%s", list)
	}
	c.refused(2, []string{"quiet_hours"}, "config", "set", "quiet_hours", "late")

	// What a backup holds comes back whole.
	before := c.ask("events", "--json", "--job", "61")
	c.stop()
	c.ask("restore", "mine.db")
	if after := c.ask("events", "--json", "--job", "61"); after != before {
		t.Errorf("restored were\n%sof\n%s", after, before)
	}
	c.start()
	c.settledJobs()
}

// settledJobs waits until Dormer has the account as it is.
func (c *computer) settledJobs() {
	c.t.Helper()
	c.await("it lists what the account has", func(d *control.Client) bool {
		account, n := c.hover.Jobs(), 0
		for id, state := range account {
			if j, err := d.Job(c.t.Context(), id); err == nil && j.State == state {
				n++
			}
		}
		return n == len(account)
	})
}

func TestSigningOutDeletesOurWebhookAndNoOther(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	others := []hover.WebhookID{c.hover.RegisterForeign(""), c.hover.RegisterForeign("https://crm.invalid/hover/0123456789abcdef0123456789abcdef")}
	c.signedIn()
	if all := c.hover.Webhooks(); len(all) != 3 {
		t.Fatalf("Hover has %+v", all)
	}
	c.ask("logout")
	var left []hover.WebhookID
	for _, w := range c.hover.Webhooks() {
		left = append(left, w.ID)
	}
	if !slices.Equal(left, others) {
		t.Errorf("left are %v, want %v", left, others)
	}
	if s := row[statusJSON](c, "status"); s.Hover.SignedIn || s.Webhook.State != "none" || s.State != "setup" {
		t.Errorf("the status is %+v", s)
	}
	c.signIn() // and in again
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
}

func TestWhatLiesOnDiskIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	c := lived(t)
	c.stop()
	found := 0
	err := filepath.Walk(c.data, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		found++
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil || found < 4 {
		t.Errorf("%d files, %v", found, err)
	}
	// Where secrets are kept in the file, they are nowhere else.
	_ = filepath.Walk(c.data, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || filepath.Base(path) == "secrets.json" {
			return err
		}
		b, err := os.ReadFile(path)
		for what, secret := range c.secrets {
			if what != "the webhook's path" && bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %s", path, what)
			}
		}
		return err
	})
}

func TestNoSecretIsToldWhateverHappens(t *testing.T) {
	t.Parallel()
	c := lived(t)
	if path := c.secrets["the webhook's path"]; len(path) != 32 || !strings.Contains(c.ask("status", "--json"), path) {
		t.Errorf("the webhook's path, %q, is not even where it may be: the search would not find it elsewhere", path)
	}
	// Tokens change, Hover refuses, deliveries are forged, the secret is rotated.
	c.hover.ExpireAccess()
	if err := c.hover.SetJobState("62", hover.JobWorking); err != nil {
		t.Fatal(err)
	}
	c.knows("62", hover.JobWorking)
	c.remember()
	if _, err := c.hover.Emit(t.Context(), map[string]any{"event": "job-state-changed-v2", "job_id": 62, "state": "completed"}, simulator.Delivery{BadSignature: true}); err != nil {
		t.Fatal(err)
	}
	c.hover.RotateSecret(c.hover.Webhooks()[0].ID)
	c.hover.SetFaults(func(f *simulator.Faults) {
		f.Answers = []simulator.Answer{{Path: "/api/v3/jobs/62", Status: 500, Kind: "html", Count: 2}}
	})
	if _, err := c.hover.Emit(t.Context(), map[string]any{"event": "job-state-changed-v2", "job_id": 62, "state": "working"}, simulator.Delivery{}); err != nil {
		t.Fatal(err)
	}
	c.hover.SignOut() // the next refresh is refused for good
	c.await("Hover has ended the sign-in", func(d *control.Client) bool {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := d.CatchUp(ctx); err == nil || ctx.Err() != nil {
			t.Errorf("asking Hover without a sign-in ends with %v", err)
		}
		s, err := d.Status(ctx)
		return err == nil && lampOf(s, "hover") == engine.Red
	})
	c.ask("login", "--help")
	for _, verb := range []string{
		"status", "status --json", "jobs", "job 61", "events", "events --json", "alerts", "config list", "config list --json", "config get ngrok_authtoken",
		"config get hover_client_secret", "export --format csv", "export --format json", "export --format har", "get 62", "login --code wrong", "logout",
	} {
		if a := c.dormer(strings.Fields(verb)...); a.code > 1 {
			t.Error(a)
		}
	}
	// client secret, ngrok's token twice by name, two pairs of tokens, the
	// webhook's secret and path
	if len(c.secrets) < 9 {
		t.Errorf("only these are looked for: %q", slices.Sorted(maps.Keys(c.secrets)))
	}
}
