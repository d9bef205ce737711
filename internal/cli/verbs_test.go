package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/control/controltest"
	"dormer/internal/engine"
	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// both tells a story twice: with a running Dormer, and with a closed data directory.
func both(t *testing.T, story func(t *testing.T, d *desk)) {
	t.Run("closed", func(t *testing.T) { story(t, newDesk(t)) })
	t.Run("running", func(t *testing.T) {
		d := newDesk(t)
		d.running(control.Info{})
		story(t, d)
	})
}

// keys gives the field names of a JSON object, in order of the alphabet.
func keys(t *testing.T, line string) string {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), " ")
}

func TestJobsForPeopleAndForScripts(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.want(exitDone, ""+
			"ID        CHANGED    STATE       PROGRESS  PROPERTY\n"+
			"19402492  2 min ago  Measured    50%       1420 Sycamore Lane, Carmel IN 46033\n"+
			"2         –          levitating  –         –\n", "", "jobs")
		d.want(exitDone, "ID…\n19402492 …\n", "", "jobs", "--state", "complete")
		d.want(exitDone, "ID…\n19402492 …\n", "", "jobs", "--state", "completed", "--search", "Sycamore")
		d.want(exitDone, "", "No jobs.\n", "jobs", "--search", "nowhere")
		d.want(exitDone, "", "", "jobs", "--search", "nowhere", "--json")
		_, out, _ := d.dormer("jobs", "--json")
		if lines := strings.Split(out, "\n"); len(lines) != 3 || keys(t, lines[0]) != keys(t, lines[1]) {
			t.Errorf("dormer jobs --json\n%s", out)
		}
	})
}

func TestATestJobSaysSoAndAlertsAreWords(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.svc.JobList[0].Test, d.svc.JobList[1].Test = true, true
		d.svc.JobList[0].Says = say.T("job.state.measured")
		d.want(exitDone, "ID …\n19402492 … is measured …TEST – 1420 Sycamore Lane, Carmel IN 46033\n2 …TEST – Job 2\n", "", "jobs")
		d.want(exitDone, "TEST – 1420 Sycamore Lane, Carmel IN 46033\n…", "", "job", "19402492")
		_, out, _ := d.dormer("job", "19402492", "--json")
		if !strings.Contains(out, `"test":true`) || !strings.Contains(out, `"says":"is measured"`) {
			t.Errorf("%s", out)
		}
		d.svc.AlertList[0].Title, d.svc.AlertList[0].Body = say.T("alert.measured", "job", say.Words("A & B")), say.Sentences(say.N("alert.pdf.saved", 2))
		_, out, _ = d.dormer("alerts", "--json")
		if !strings.Contains(out, `"title":"A & B is measured","body":"2 PDFs are saved."`) {
			t.Errorf("%s", out)
		}
		d.want(exitDone, "WHEN …\n2 min ago … A & B is measured. 2 PDFs are saved.\n", "", "alerts")
	})
}

func TestAJobWithItsFiles(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		for _, id := range []string{"19402492", "123-19402492", "https://hover.to/wr/jobs/19402492", "https://hover.to/3d/19402492?x=1"} {
			d.want(exitDone, "1420 Sycamore Lane, Carmel IN 46033\n\nJob …19402492\n…Garage (7): completed\nwireframe  roof-top  saved  /a/b.png\n", "", "job", id)
		}
		_, out, _ := d.dormer("job", "19402492", "--json")
		for _, field := range strings.Fields("id name address external_id state progress eta updated_at failure_reason models") {
			if !strings.Contains(out, `"`+field+`":`) {
				t.Errorf("dormer job --json has no %s: %s", field, out)
			}
		}
		d.want(exitFailed, "", "dormer: The job cannot be shown: job 404: not known here. See: dormer jobs\n", "job", "404")
	})
}

func TestJobIDsAsPeopleGiveThem(t *testing.T) {
	for in, want := range map[string]hover.JobID{
		"19402492": "19402492", " 19402492 ": "19402492", "123-4567890": "4567890", "https://hover.to/wr/jobs/19402492": "19402492",
		"https://hover.to/wr/jobs/19402492/measurements#roof": "19402492", "https://hover.to/api/v3/jobs/7.json": "7", "https://hover.to/3d/7/": "7",
		"https://hover.to/wr/jobs/123-4567890": "4567890",
		"5f0a1c9e-0000-4000-8000-1234567890ab": "5f0a1c9e-0000-4000-8000-1234567890ab",
		"":                                     "", "a b": "", "../7": "", "https://hover.to/": "", "https://hover.to/jobs": "", "https://hover.to/wr/jobs/": "", "7\x00": "", strings.Repeat("7", 200): "",
	} {
		got, err := jobID(in)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q is job %q (%v), want %q", in, got, err, want)
		}
	}
}

func TestEventsOfOneJob(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.svc.WithEvents(3)
		d.svc.EventList[2].Event, d.svc.EventList[1].JobID, d.svc.EventList[0].Duplicate = "something-new", "8", true
		d.want(exitDone, "SEQ …\n1 …job-state-changed-v2 …19402492 …signed, duplicate\n2 …\n3 …\n", "", "events")
		d.want(exitDone, "SEQ …\n2 …\n", "", "events", "--job", "123-8")
		d.want(exitDone, "{\"seq\":3,…,\"body\":{\"n\":2}}\n", "", "events", "--event", "something-new", "--json")
		d.want(exitDone, "", "No events.\n", "events", "--event", "nothing")
	})
}

func TestEventsAreFollowedUntilInterrupted(t *testing.T) {
	d := newDesk(t)
	d.svc.WithEvents(1)
	d.running(control.Info{})
	ctx, interrupt := context.WithCancel(t.Context())
	r, w := io.Pipe()
	var said bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- d.into(ctx, w, &said, "events", "--follow", "--json"); _ = w.Close() }()

	d.svc.Changed <- engine.Hint{}
	var first, second struct{ Seq uint64 }
	lines := json.NewDecoder(r)
	if err := lines.Decode(&first); err != nil || first.Seq != 1 {
		t.Fatalf("first came %d (%v)", first.Seq, err)
	}
	d.svc.WithEvents(2) // a second 1, which was told, and a 2
	d.svc.Changed <- engine.Hint{}
	if err := lines.Decode(&second); err != nil || second.Seq != 2 {
		t.Fatalf("then came %d (%v)", second.Seq, err)
	}
	interrupt()
	if code := <-ended; code != exitDone || said.Len() > 0 {
		t.Errorf("exit %d, %q", code, said.String())
	}
}

func TestFollowingEndsWithDormer(t *testing.T) {
	d := newDesk(t)
	stop := d.running(control.Info{})
	ended := make(chan int, 1)
	var said bytes.Buffer
	go func() { ended <- d.into(t.Context(), io.Discard, &said, "events", "--follow") }()
	d.svc.Changed <- engine.Hint{}
	for len(d.svc.Did()) == 0 { // it has looked once
	}
	stop()
	if code := <-ended; code != exitFailed || !strings.Contains(said.String(), "has stopped. Start it again: dormer run --headless") {
		t.Errorf("exit %d, %q", code, said.String())
	}
}

func TestAlertsForPeopleAndForScripts(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.want(exitDone, "WHEN       READ  JOB       ALERT\n2 min ago  new   19402492  Measured. Open it\n", "", "alerts")
		_, out, _ := d.dormer("alerts", "--json")
		if got := keys(t, out); got != "at body id job_id kind model_id read_at shown_at title" {
			t.Errorf("dormer alerts --json has %s", got)
		}
	})
}

func TestWhatATerminalWouldObeyIsNotPrinted(t *testing.T) {
	d := newDesk(t)
	d.svc.JobList[0].Address = "1 Main\x1b]0;owned\x07\nID 666 \u202egnp\u202c \u009b2J"
	_, out, _ := d.dormer("jobs")
	if strings.ContainsAny(out, "\x1b\x07\u202e\u009b") || strings.Count(out, "\n") != 3 {
		t.Errorf("%q", out)
	}
}

func TestStatusForPeople(t *testing.T) {
	d := newDesk(t)
	d.svc.State = engine.Status{
		Version: "0.1.0", State: engine.StateDegraded, PID: 42, Demo: true,
		Tunnel:  engine.TunnelStatus{Kind: "ngrok", State: "online", URL: "https://a.ngrok.app", LatencyMS: 43},
		Hover:   engine.HoverStatus{SignedIn: true, OrgID: "5", OrgName: "Copper Ridge", ActingUser: "12"},
		Webhook: engine.WebhookStatus{ID: "9", State: "verified", VerifiedAt: engine.At(at.Add(-time.Hour)), Signature: "pinned", LastError: say.Words("timed out")},
		Inbox:   health.InboxStatus{Events: 12, Duplicates: 1},
		Work:    health.WorkStatus{Dead: 1},
		Lamps: []engine.Lamp{
			{Name: "tunnel", State: engine.Green, Says: say.Words("online")}, {Name: "disk", State: engine.Amber, Says: say.Words("nearly full"), Do: say.Words("Free some space.")},
			{Name: "hover", State: engine.Red, Says: say.Words("signed out."), Do: say.Words("Sign in again.")}, {Name: "new", State: "violet", Says: say.Words("?")},
		},
	}
	d.running(control.Info{})
	d.want(exitDone, `Dormer 0.1.0 (process 42, demo) is working, but not as it should

● good  tunnel  online
▲ look  disk    nearly full. Free some space.
✖ bad   hover   signed out. Sign in again.
violet  new     ?

Address   https://a.ngrok.app, ngrok, online, 43 ms
Hover     signed in, Copper Ridge, acting user 12
Webhook   verified, id 9, verified 1 h ago, signature pinned. timed out
Events    12 events, 1 duplicate, 0 rejected
Catch-up  not yet
Work      0 waiting, 1 given up
`, "", "status")
}

func TestStatusForScripts(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	_, out, _ := d.dormer("status", "--json")
	for _, field := range strings.Fields("version state tunnel hover webhook inbox catch_up work lamps") {
		if !strings.Contains(" "+keys(t, out)+" ", " "+field+" ") {
			t.Errorf("dormer status --json has no %s: %s", field, out)
		}
	}
}

func TestWaitingForReadyWaitsForTheProcessToo(t *testing.T) {
	d := newDesk(t)
	d.svc.State.State = engine.StateStarting
	ended := make(chan int, 1)
	var out bytes.Buffer
	go func() {
		ended <- d.into(t.Context(), &out, io.Discard, "status", "--wait", "ready", "--timeout", "1m", "--json")
	}()
	d.running(control.Info{})
	d.svc.Become(engine.Status{State: engine.StateReady, Version: "0.1.0"})
	if code := <-ended; code != exitDone || !strings.Contains(out.String(), `"state":"ready"`) {
		t.Errorf("exit %d, %s", code, out.String())
	}
}

func TestWaitingTooLongSaysWhatIsMissing(t *testing.T) {
	d := newDesk(t)
	d.svc.State = engine.Status{State: engine.StateDegraded, Lamps: []engine.Lamp{
		{Name: "disk", State: engine.Amber, Says: say.Words("nearly full")}, {Name: "tunnel", State: engine.Red, Says: say.Words("ngrok refuses the token."), Do: say.Words("Set another one.")},
	}}
	d.running(control.Info{})
	d.want(exitFailed, "{…\"state\":\"degraded\"…}\n",
		"dormer: Dormer was not ready within 100ms, it is degraded: tunnel: ngrok refuses the token. Set another one.\n", "status", "--wait", "ready", "--timeout", "100ms", "--json")
}

// answers is a service that tells when it was asked for its status.
type answers struct {
	*controltest.Memory
	status chan struct{}
}

func (a answers) Status(ctx context.Context) (engine.Status, error) {
	a.status <- struct{}{}
	return a.Memory.Status(ctx)
}

func TestWaitingForADormerThatWentAway(t *testing.T) {
	d := newDesk(t)
	d.svc.State.State = engine.StateDegraded
	asked := answers{d.svc, make(chan struct{}, 10)}
	stop := d.serving(asked, control.Info{})
	ended := make(chan int, 1)
	var said bytes.Buffer
	go func() {
		ended <- d.into(t.Context(), io.Discard, &said, "status", "--wait", "ready", "--timeout", "500ms")
	}()
	<-asked.status
	d.svc.Changed <- engine.Hint{}
	<-asked.status // so the first answer has arrived
	stop()
	if code := <-ended; code != exitNotRunning {
		t.Errorf("exit %d, %q", code, said.String())
	}
}

// mute is a service that is there and does not answer.
type mute struct{ *controltest.Memory }

func (mute) Status(ctx context.Context) (engine.Status, error) {
	<-ctx.Done()
	return engine.Status{}, ctx.Err()
}

func TestADormerThatDoesNotAnswerIsNotTakenForNone(t *testing.T) {
	d := newDesk(t)
	d.serving(mute{d.svc}, control.Info{})
	for _, more := range [][]string{nil, {"--wait", "ready"}} {
		d.want(exitFailed, "", "dormer: Dormer is running but does not answer. …\n", append([]string{"status", "--timeout", "200ms"}, more...)...)
	}
}

func TestSigningIn(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	close(d.svc.SignedIn)
	d.want(exitDone, "https://hover.to/oauth/authorize?x=1&y=2\n", "Open this address …dormer login --address URL\nSigned in to Hover.\n", "login")
	d.want(exitDone, "", "Signed in to Hover.\n", "login", "--address", "https://example.com/?code=abc&state=d")
	d.want(exitDone, "", "Signed in to Hover.\n", "login", "--code", "abc")
	d.want(exitDone, "", "Signed out of Hover.\n", "logout")
	want := []string{"begin login", "signed in a1", "finish login https://example.com/?code=abc&state=d", "finish login abc", "logout"}
	if got := d.svc.Did(); !slices.Equal(got, want) {
		t.Errorf("it did %q", got)
	}
}

func TestNobodySignsIn(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	d.want(exitFailed, "https://…\n", "…\ndormer: Nobody signed in: 50ms have passed. Try again: dormer login\n", "login", "--timeout", "50ms")
}

func TestDownloadsPrintTheirPaths(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	d.want(exitDone, "/d/1.pdf\n/d/2.pdf\n", "", "get", "1", "https://hover.to/wr/jobs/2", "1", "--format", "PDF,png", "--format", "xlsx", "--model", "7,8", "--open")
	d.svc.Fail(&say.Error{What: say.Words("1 of 1 files is missing"), Err: errors.New("Hover refuses it"), Do: say.Words("Ask Hover.")})
	d.want(exitFailed, "/d/1.pdf\n", "dormer: 1 of 1 files is missing: Hover refuses it. Ask Hover.\n", "get", "1", "--dir", "below")
	here, _ := filepath.Abs("below")
	want := []string{"get [1 2] [7 8] [pdf wireframe xlsx]  true", "get [1] [] [pdf] " + here + " false"}
	if got := d.svc.Did(); !slices.Equal(got, want) {
		t.Errorf("it did %q", got)
	}
}

func TestWhatIsDownloadedIsPrintedOrMailed(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	printing := say.T("handover.printing").String() + "\n"
	d.want(exitDone, "/d/1.pdf\n/d/2.pdf\n", printing+printing, "get", "1", "2", "--print")
	d.want(exitDone, "/d/1.pdf\n", printing+printing+printing, "get", "1", "--model", "7,8", "--mail", "--model", "9")
	d.svc.Fail(errors.New("Hover refuses it"))
	d.want(exitFailed, "/d/1.pdf\n", "dormer: Hover refuses it…", "get", "1", "--print", "--mail")
	want := []string{
		"get [1 2] [] [pdf]  false", "hand over print 1 ", "hand over print 2 ",
		"get [1] [7 8 9] [pdf]  false", "hand over mail 1 7", "hand over mail 1 8", "hand over mail 1 9",
		"get [1] [] [pdf]  false",
	}
	if got := d.svc.Did(); !slices.Equal(got, want) {
		t.Errorf("it did %q", got)
	}
}

func TestABarIsDrawnForWhoeverWatches(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	d.io = func(w *IO) { w.Watched = true }
	d.want(exitDone, "/d/1.pdf\n", "…of 1 file…", "get", "1")
}

func TestSomebodyIsAskedToCapture(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	args := []string{"capture", "--name", "Ann", "--email", "ann@example.com", "--address", "1 Main", "--city", "Carmel", "--deliverable", "3"}
	d.want(exitDone, "32\n", "Ann was asked to capture 1 Main, Carmel.\n", args...)
	d.want(exitDone, "{\"id\":\"32\",…}\n", "", append(args, "--json")...)
}

func TestHoversTestJobTakesBothSpellings(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	d.want(exitDone, "", "…job 2 has completed.\n", "test-job", "2")
	d.want(exitDone, "", "…job 2 has completed.\n", "test-job", "2", "--state", "complete")
	d.want(exitDone, "", "…job 2 has failed.\n", "test-job", "2", "--state", "failed")
	d.want(exitDone, "", "2 events replayed.\n", "replay", "4", "5")
	d.want(exitDone, "", "The database was compacted.\n", "compact")
	if got, want := d.svc.Did(), []string{"test job 2 completed", "test job 2 completed", "test job 2 failed", "replay [4 5]", "compact"}; !slices.Equal(got, want) {
		t.Errorf("it did %q", got)
	}
}

func TestExportToAFileIsWholeOrAbsent(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.svc.WithEvents(2)
		dir := t.TempDir()
		file := filepath.Join(dir, "events.csv")
		d.want(exitDone, "csv 1\ncsv 2\n", "", "export", "--format", "csv")
		d.want(exitDone, "", "", "export", "--format", "csv", "--out", file)
		if b, _ := os.ReadFile(file); string(b) != "csv 1\ncsv 2\n" {
			t.Errorf("the file holds %q", b)
		}
		d.svc.Fail(errors.New("the store is damaged"))
		d.want(exitFailed, "", "dormer: the store is damaged\n", "export", "--format", "har", "--out", file)
		if b, _ := os.ReadFile(file); string(b) != "csv 1\ncsv 2\n" {
			t.Errorf("after a failure the file holds %q", b)
		}
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("left behind: %v", left)
		}
	})
}

func TestBackupAndRestore(t *testing.T) {
	d := newDesk(t)
	here, _ := filepath.Abs("b.db")
	d.want(exitDone, "", "The database was copied to "+here+".\n", "backup", "b.db")
	if got := d.svc.Did(); !slices.Equal(got, []string{"backup " + here}) {
		t.Errorf("it did %q", got)
	}
	d.want(exitFailed, "", "dormer: Nothing was restored: there is no file "+here+". See …\n", "restore", "b.db")
	there := filepath.Join(t.TempDir(), "b.db")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d.want(exitDone, "", "The database was restored from "+there+".\n", "restore", there)
	d.running(control.Info{PID: 42, Headless: true})
	d.want(exitFailed, "", "dormer: Dormer is already running without a window, as process 42. To stop it: …42\n", "restore", there)
}

func TestSettings(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.want(exitDone, "SETTING      VALUE  FROM     MEANING\nacting_user  12     setting  Who asks Hover\nngrok_token  (set)  setting  –\n", "", "config", "list")
		d.want(exitDone, "{\"key\":\"acting_user\",…}\n{…}\n", "", "config", "list", "--json")
		d.want(exitDone, "12\n", "", "config", "get", "acting_user")
		d.want(exitDone, "(set)\n", "", "config", "get", "ngrok_token")
		d.want(exitDone, "", "", "config", "set", "acting_user", "13")
		d.want(exitDone, "", "", "config", "set", "acting_user", "")
		d.in = "s3cret\r\n"
		d.want(exitDone, "", "", "config", "set", "ngrok_token", "-")
		if got, want := d.svc.Did(), []string{"set acting_user=13", "set acting_user=", "set ngrok_token=s3cret"}; !slices.Equal(got, want) {
			t.Errorf("it did %q", got)
		}
		d.want(exitDone, "", "", "config", "set", "acting_user", "14", "ngrok_token", "")
		if did := d.svc.Did(); did[len(did)-1] != "set acting_user=14 ngrok_token=" {
			t.Errorf("several were set by %q", did)
		}
		d.want(exitUsage, "", "…twice…\n", "config", "set", "acting_user", "1", "acting_user", "2")
		d.want(exitUsage, "", "…its VALUE…\n", "config", "set", "acting_user", "1", "ngrok_token")
		d.in = " \n"
		d.want(exitUsage, "", "…nothing on stdin for ngrok_token…\n", "config", "set", "ngrok_token", "-")
		d.in = strings.Repeat("x", maxValue+1)
		d.want(exitUsage, "", "…too long…\n", "config", "set", "ngrok_token", "-")
	})
}

func TestASecretIsTypedUnseen(t *testing.T) {
	d := newDesk(t)
	d.io = func(w *IO) { w.ReadSecret = func() ([]byte, error) { return []byte("typed"), nil } }
	d.want(exitDone, "", "ngrok_token: \n", "config", "set", "ngrok_token", "-")
	if got := d.svc.Did(); !slices.Equal(got, []string{"set ngrok_token=typed"}) {
		t.Errorf("it did %q", got)
	}
}

func TestRunningHeadlessEndsOnASignal(t *testing.T) {
	d := newDesk(t)
	ctx, signal := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- d.into(ctx, io.Discard, io.Discard, "run", "--headless") }()
	d.want(exitDone, "{…}\n", "", "status", "--wait", "ready", "--json")
	signal()
	if code := <-ended; code != exitDone {
		t.Errorf("exit %d", code)
	}
}

// hung is a house that a drive which does not answer keeps from being closed.
type hung struct {
	open
	until chan struct{}
}

func (h hung) Close() error { <-h.until; return nil }

func TestWhateverHangsASignalEndsItAndSoDoesStop(t *testing.T) {
	t.Run("a signal", func(t *testing.T) { endsWhateverHangs(t, func(_ *desk, signal func()) { signal() }) })
	t.Run("stop", func(t *testing.T) {
		endsWhateverHangs(t, func(d *desk, _ func()) { go d.into(t.Context(), io.Discard, io.Discard, "stop") })
	})
}

func endsWhateverHangs(t *testing.T, end func(d *desk, signal func())) {
	t.Helper()
	d := newDesk(t)
	until, code := make(chan struct{}), make(chan int, 1)
	d.io = func(w *IO) { w.Exit = func(n int) { code <- n; close(until) } }
	load := d.rooms.load
	d.rooms.load = func(f flags, getenv func(string) string) (place, error) {
		at, err := load(f, getenv)
		at.start = func(context.Context, io.Writer) (house, error) { return hung{open{d.svc}, until}, nil }
		return at, err
	}
	ctx, signal := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- d.into(ctx, io.Discard, io.Discard, "run", "--headless") }()
	d.want(exitDone, "{…}\n", "", "status", "--wait", "ready", "--json")
	end(d, signal)
	if n := <-code; n != exitDone {
		t.Errorf("it exits with %d", n)
	}
	<-ended
}

func TestADemoEndsAfterItsLastJob(t *testing.T) {
	d := newDesk(t) // one alert was told long ago
	told := engine.AlertView{ID: "2", Kind: job.Completed, ShownAt: engine.At(at)}
	untold, failed, old := told, told, told
	untold.ID, untold.ShownAt = "1", engine.Time{} // there before
	failed.Kind = job.Failed
	old.ID, old.ShownAt = "1", engine.At(at.Add(-time.Hour))
	logged := told
	logged.ID, logged.ShownAt = "3", engine.Time{} // nobody took its notification
	d.svc.Changed = make(chan engine.Hint)         // a hint is taken when the one before has been looked into
	ended := make(chan int, 1)
	go func() { ended <- d.into(t.Context(), io.Discard, io.Discard, "run", "--headless", "--stop-after", "2") }()
	for _, a := range []engine.AlertView{told, untold, failed, old, old} {
		heard := make(chan struct{})
		go func() { d.svc.Tell(a); close(heard) }()
		select {
		case <-heard:
		case code := <-ended:
			t.Fatalf("it ended early, with %d", code)
		}
	}
	heard := make(chan struct{})
	go func() { d.svc.Tell(logged); close(heard) }()
	if code := <-ended; code != exitDone {
		t.Errorf("exit %d", code)
	}
	select { // it may have seen the alert before it heard of it
	case <-heard:
	case <-d.svc.Changed:
		<-heard
	}
}

func TestAStartThatFailsSaysWhy(t *testing.T) {
	d := newDesk(t)
	load := d.rooms.load
	d.rooms.load = func(f flags, getenv func(string) string) (place, error) {
		p, err := load(f, getenv)
		p.start = func(context.Context, io.Writer) (house, error) {
			return nil, &say.Error{What: say.Words("The data directory is in use"), Err: errors.New("by process 42"), Do: say.Words("Stop it first.")}
		}
		return p, err
	}
	d.want(exitFailed, "", "dormer: The data directory is in use: by process 42. Stop it first.\n", "run", "--headless")
}

func TestTheSimulatorAlone(t *testing.T) {
	d := newDesk(t)
	d.want(exitDone, "127.0.0.1:8466 and \n", "", "simulate", "--listen", "127.0.0.1:8466")
}

func TestTimesAsPeopleSayThem(t *testing.T) {
	p := program{IO: IO{Now: func() time.Time { return at }}}
	for d, want := range map[time.Duration]string{
		0: "just now", -4 * time.Second: "just now", -59 * time.Second: "59 s ago", -2 * time.Minute: "2 min ago", -90 * time.Minute: "1 h ago",
		-47 * time.Hour: "47 h ago", -48 * time.Hour: "2 days ago", 3 * time.Hour: "in 3 h",
	} {
		if got := p.ago(engine.At(at.Add(d))); got != want {
			t.Errorf("%s from now is %q, want %q", d, got, want)
		}
	}
	if got := p.ago(engine.At(at.AddDate(-1, 0, 0))); !strings.HasSuffix(got, "Mar 2025") {
		t.Errorf("a year ago is %q", got)
	}
	if got := p.ago(engine.Time{}); got != "" {
		t.Errorf("never is %q", got)
	}
}
