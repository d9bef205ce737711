package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dormer/internal/control/controltest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/say"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// socketIn gives a path for a socket that is short enough everywhere.
func socketIn(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dormer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s", "control.sock")
}

// running serves svc on a socket for the length of the test, and dials it.
func running(t *testing.T, svc engine.Service, info Info) *Client {
	t.Helper()
	path := socketIn(t)
	start(t, path, svc, info)
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// start serves svc at path until the test ends or stop is called.
func start(t *testing.T, path string, svc engine.Service, info Info) (stop func()) {
	t.Helper()
	l, err := listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l, svc, info, os.Getuid()) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func TestEveryMethodArrivesAndItsAnswerComesBack(t *testing.T) {
	m := controltest.New().WithEvents(3)
	c := running(t, m, Info{PID: 42, Version: "0.1.0", Headless: true})
	ctx := t.Context()
	same := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s came back as\n%+v, want\n%+v", what, got, want)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}

	if i := c.Info(); i.PID != 42 || i.Version != "0.1.0" || !i.Headless {
		t.Errorf("Info = %+v", i)
	}
	same("jobs", collect(t, c.Jobs(ctx, engine.JobFilter{})), m.JobList)
	same("a search", collect(t, c.Jobs(ctx, engine.JobFilter{Search: "Sycamore", State: hover.JobCompleted, Limit: 5})), m.JobList[:1])
	one, err := c.Job(ctx, "19402492")
	must(err)
	same("a job", one, m.JobList[0])
	same("events", collect(t, c.Events(ctx, engine.EventFilter{Job: "19402492", Event: hover.EventJobStateV2, After: 1, Limit: 1})), m.EventList[1:2])
	same("alerts", collect(t, c.Alerts(ctx)), m.AlertList)
	settings, err := c.Settings(ctx)
	must(err)
	same("settings", settings, m.SettingList)
	captures, err := c.Captures(ctx)
	must(err)
	same("captures", captures, m.CaptureList)
	findings, err := c.Doctor(ctx)
	must(err)
	same("findings", findings, m.FindingList)
	docs, err := c.Diagnostics(ctx, findings)
	must(err)
	wantDocs, _ := m.Diagnostics(ctx, findings)
	same("diagnostics", docs, wantDocs)
	status, err := c.Status(ctx)
	must(err)
	want, _ := m.Status(ctx)
	same("status", status, want)
	login, err := c.BeginLogin(ctx)
	must(err)
	same("a sign-in", login, engine.Login{ID: "a1", URL: "https://hover.to/oauth/authorize?x=1&y=2", Paste: true})
	same("progress", len(collect(t, c.Get(ctx, engine.GetRequest{Jobs: []hover.JobID{"1", "2"}, Models: []hover.ModelID{"7"}, Formats: []hover.Format{"pdf"}, Dir: "/d", Open: true}))), 4)
	created, err := c.CreateCapture(ctx, hover.NewCaptureRequest{Name: "Ann", Address: hover.Address{Line1: "1 Main"}, Deliverable: "3"})
	must(err)
	same("a capture request", created, engine.CaptureView{ID: "32", Name: "Ann", Address: "1 Main"})
	n, err := c.Replay(ctx, []uint64{4, 5})
	must(err)
	same("replay", n, 2)
	n, err = c.ReviveWork(ctx)
	must(err)
	same("revived work", n, 3)
	var exported strings.Builder
	must(c.Export(ctx, "csv", &exported))
	same("the export", exported.String(), "csv 1\ncsv 2\ncsv 3\n")
	must(c.Set(ctx, "tunnel", "own"))
	must(c.Backup(ctx, "/b.db"))
	must(c.FinishLogin(ctx, "the code"))
	close(m.SignedIn)
	must(c.WaitLogin(ctx, "a1"))
	must(c.Logout(ctx))
	must(c.DeleteCapture(ctx, "31"))
	must(c.TestJob(ctx, "2", hover.JobFailed))
	must(c.Compact(ctx))
	must(c.CatchUp(ctx))
	must(c.MarkRead(ctx))
	must(c.MarkRead(ctx, 1, 2))
	must(c.Act(ctx, engine.ActOpenPDF, "2", "7"))

	same("what was asked", m.Did(), []string{
		"events after 1, 1 at most", "begin login", "get [1 2] [7] [pdf] /d true", "capture Ann 3", "replay [4 5]", "revive work", "set tunnel=own",
		"backup /b.db", "finish login the code", "signed in a1", "logout", "delete capture 31", "test job 2 failed", "compact", "catch up",
		"mark read []", "mark read [1 2]", "act open-pdf 2 7",
	})
}

func TestErrorsComeBackAsWhatTheyWere(t *testing.T) {
	m := controltest.New()
	c := running(t, m, Info{})

	_, err := c.Job(t.Context(), "404")
	var told *say.Error
	if !errors.As(err, &told) || told.What.String() != "The job cannot be shown" || told.Do.String() != "See: dormer jobs" || told.Why.String() != "job 404: not known here" {
		t.Errorf("an unknown job: %#v", err)
	}
	if !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("%v is not ErrUnknown any more", err)
	}

	err = c.Set(t.Context(), "tunnel", "carrier pigeon")
	if !errors.Is(err, engine.ErrUsage) || err.Error() != "tunnel is ngrok or own" {
		t.Errorf("a bad value: %#v", err)
	}

	m.Fail(errDisk)
	if err := c.Backup(t.Context(), "/b"); err == nil || err.Error() != errDisk.Error() {
		t.Errorf("a plain error: %v", err)
	}
	var last error
	n := 0
	for _, last = range c.Get(t.Context(), engine.GetRequest{Jobs: []hover.JobID{"1"}}) {
		n++
	}
	if n != 3 || last == nil || last.Error() != errDisk.Error() {
		t.Errorf("an error at the end of a stream: %v after %d", last, n)
	}
	m.Fail(&say.Error{What: say.Words("Nothing was asked")})
	if err := c.CatchUp(t.Context()); !errors.As(err, &told) || err.Error() != "Nothing was asked" {
		t.Errorf("an error without a cause: %#v", err)
	}
	m.Fail(context.DeadlineExceeded)
	if err := c.CatchUp(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Hover took too long: %#v", err)
	}
}

func TestWhatTheOtherEndBreaksOffIsToldInPlainWords(t *testing.T) {
	m := controltest.New()
	c := running(t, m, Info{})
	m.Fail(fmt.Errorf("asking Hover: %w", context.Canceled)) // it is stopping
	last := c.CatchUp(t.Context())
	var told *say.Error
	if !errors.As(last, &told) || errors.Is(last, context.Canceled) || !strings.Contains(told.What.String(), "stopped") || told.Do.IsZero() {
		t.Errorf("a question: %v", last)
	}
	for _, last = range c.Get(t.Context(), engine.GetRequest{Jobs: []hover.JobID{"1"}}) {
	}
	if !errors.As(last, &told) || errors.Is(last, context.Canceled) || !strings.Contains(told.What.String(), "stopped") {
		t.Errorf("a stream: %v", last)
	}
	m.Fail(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.CatchUp(ctx); !errors.Is(err, context.Canceled) || errors.As(err, &told) {
		t.Errorf("what the caller breaks off: %v", err)
	}
}

func TestManyEventsAreTakenInPages(t *testing.T) {
	m := controltest.New().WithEvents(2*pageOfEvents + 1)
	c := running(t, m, Info{})
	got := collect(t, c.Events(t.Context(), engine.EventFilter{}))
	if !reflect.DeepEqual(got, m.EventList) {
		t.Fatalf("%d events arrived of %d", len(got), len(m.EventList))
	}
	if want := []string{"events after 0, 1000 at most", "events after 1000, 1000 at most", "events after 2000, 1000 at most"}; !slices.Equal(m.Did(), want) {
		t.Errorf("asked for %q", m.Did())
	}
	if got := collect(t, c.Events(t.Context(), engine.EventFilter{Limit: pageOfEvents + 5})); len(got) != pageOfEvents+5 {
		t.Errorf("%d events instead of %d", len(got), pageOfEvents+5)
	}
}

// Hover's bodies may hold what HTML has to escape; a line of them must not grow.
func TestAnEventsBodyComesAsItWasReceivedHoweverLarge(t *testing.T) {
	m := controltest.New().WithEvents(1)
	m.EventList[0].Body = json.RawMessage(`{"note":"` + strings.Repeat("<&>", 300<<10) + `"}`)
	c := running(t, m, Info{})
	got := collect(t, c.Events(t.Context(), engine.EventFilter{}))
	if len(got) != 1 || string(got[0].Body) != string(m.EventList[0].Body) {
		t.Errorf("%d events, the first one's body is %.40s…", len(got), got[0].Body)
	}
}

func TestAWatcherHearsEveryHintUntilItLeaves(t *testing.T) {
	m := controltest.New()
	c := running(t, m, Info{})
	ctx, cancel := context.WithCancel(t.Context())
	hints := c.Watch(ctx)
	for v := range uint64(3) {
		m.Changed <- engine.Hint{Version: v}
		if h := <-hints; h.Version != v {
			t.Fatalf("hint %d, want %d", h.Version, v)
		}
	}
	cancel()
	for range hints {
	}
	<-m.Left // the service has noticed
}

func TestAWatcherIsToldThatDormerStopped(t *testing.T) {
	m, path := controltest.New(), socketIn(t)
	stop := start(t, path, m, Info{})
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	m.Changed <- engine.Hint{}
	hints := c.Watch(t.Context())
	<-hints
	stop()
	for range hints {
	}
	if _, err := c.Status(t.Context()); !errors.Is(err, ErrNotRunning) {
		t.Errorf("afterwards: %v", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}

func TestWaitingForASignInEndsWithItsCaller(t *testing.T) {
	c := running(t, controltest.New(), Info{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.WaitLogin(ctx, "a1"); !errors.Is(err, context.Canceled) {
		t.Errorf("WaitLogin = %v", err)
	}
}

func TestAStreamThatIsCutOffIsNotTakenForAWholeOne(t *testing.T) {
	for name, answer := range map[string]string{
		"between lines":   `{"value":{"id":"1"}}` + "\n",
		"within a line":   `{"value":{"id":"1"}}` + "\n" + `{"val`,
		"an empty line":   `{}` + "\n",
		"before anything": "",
	} {
		t.Run(name, func(t *testing.T) {
			c := answering(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
			var last error
			for _, last = range c.Jobs(t.Context(), engine.JobFilter{}) {
			}
			if last == nil {
				t.Error("half a list was taken for the whole")
			}
		})
	}
}

func TestAnAnswerWithoutEndIsGivenUp(t *testing.T) {
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	if _, err := c.Status(t.Context()); !errors.Is(err, errTooLong) {
		t.Errorf("Status = %v", err)
	}
	var last error
	for _, last = range c.Alerts(t.Context()) {
	}
	if !errors.Is(last, errTooLong) {
		t.Errorf("Alerts = %v", last)
	}
}

func TestADormerOfAnotherVersionIsNamed(t *testing.T) {
	c := answering(t, http.NotFound)
	c.info.Version = "0.0.9"
	_, err := c.Status(t.Context())
	if err == nil || !strings.Contains(err.Error(), "0.0.9") || !strings.Contains(err.Error(), "start the new one") {
		t.Errorf("Status = %v", err)
	}
}

// answering is a client of a server that answers as it likes.
func answering(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	path := socketIn(t)
	l, err := listen(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	ended := make(chan struct{})
	go func() { _ = s.Serve(l); close(ended) }()
	t.Cleanup(func() { _ = s.Close(); <-ended })
	connect := func(ctx context.Context) (net.Conn, error) { return knock(ctx, path) }
	c := &Client{http: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return connect(ctx) }}}}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestNobodyAnswers(t *testing.T) {
	path := socketIn(t)
	if _, err := Dial(t.Context(), path); !errors.Is(err, ErrNotRunning) {
		t.Errorf("without a socket: %v", err)
	}
	leaveBehind(t, path)
	if _, err := Dial(t.Context(), path); !errors.Is(err, ErrNotRunning) {
		t.Errorf("on what a killed process left: %v", err)
	}
}

func TestTheSocketOfAKilledProcessIsReplaced(t *testing.T) {
	path := socketIn(t)
	leaveBehind(t, path)
	start(t, path, controltest.New(), Info{PID: 7})
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.Info().PID != 7 {
		t.Errorf("Info = %+v", c.Info())
	}
}

func TestALivingSocketIsNotTakenAway(t *testing.T) {
	path := socketIn(t)
	start(t, path, controltest.New(), Info{PID: 7})
	if l, err := listen(path); err == nil {
		_ = l.Close()
		t.Fatal("a second service took the socket")
	}
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.Info().PID != 7 {
		t.Errorf("now %d answers", c.Info().PID)
	}
}

func TestAFileInTheWayIsKept(t *testing.T) {
	path := socketIn(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := listen(path); err == nil {
		_ = l.Close()
		t.Fatal("a file was taken for an old socket")
	}
	if b, _ := os.ReadFile(path); string(b) != "precious" {
		t.Errorf("the file now holds %q", b)
	}
}

func TestOnlyThisUserCanReachTheSocket(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows protects the profile's directory")
	}
	path := socketIn(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	start(t, path, controltest.New(), Info{})
	for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		i, err := os.Lstat(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := i.Mode().Perm(); got != want {
			t.Errorf("%s is %o, want %o", filepath.Base(p), got, want)
		}
	}
	shared := filepath.Join(filepath.Dir(path), "shared")
	if err := os.Mkdir(shared, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if l, err := listen(filepath.Join(shared, "control.sock")); err == nil {
		_ = l.Close()
		t.Error("a socket was made in a directory for everybody")
	}
}

func TestAnotherUserIsRefused(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("this system does not say who is at the other end")
	}
	path := socketIn(t)
	l, err := listen(path)
	if err != nil {
		t.Fatal(err)
	}
	m := controltest.New()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l, m, Info{}, os.Getuid()+1) }()
	_, err = Dial(t.Context(), path)
	if !errors.Is(err, errOtherUser) {
		t.Errorf("Dial = %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTheSecondStartRaisesTheWindow(t *testing.T) {
	raised := make(chan struct{}, 1)
	c := running(t, controltest.New(), Info{Raise: func() { raised <- struct{}{} }})
	if err := c.Raise(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-raised
	if err := running(t, controltest.New(), Info{Headless: true}).Raise(t.Context()); err == nil {
		t.Error("a window was raised where there is none")
	}
}

func TestHostileRequestsAreRefused(t *testing.T) {
	m := controltest.New()
	c := running(t, m, Info{})
	for name, r := range map[string]struct {
		method, path, body string
		want               int
	}{
		"no JSON":         {"POST", pathReplay, "replay everything", 400},
		"another shape":   {"POST", pathReplay, `{"Seqs":"all"}`, 400},
		"unknown field":   {"POST", pathReplay, `{"Seqs":[1],"Force":true}`, 400},
		"two objects":     {"POST", pathReplay, `{"Seqs":[1]}{"Seqs":[2]}`, 400},
		"nothing":         {"POST", pathReplay, ``, 400},
		"far too long":    {"POST", pathReplay, `{"Seqs":[` + strings.Repeat("1,", maxRequest) + `1]}`, 400},
		"a GET":           {"GET", pathReplay, ``, 405},
		"an unknown path": {"POST", "/v2/replay", `{}`, 404},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), r.method, "http://dormer"+r.path, strings.NewReader(r.body))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := c.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != r.want {
				t.Errorf("answered %d, want %d", resp.StatusCode, r.want)
			}
		})
	}
	if did := m.Did(); len(did) != 0 {
		t.Errorf("it did %q all the same", did)
	}
}

func FuzzArguments(f *testing.F) {
	for _, s := range []string{`{}`, `{"Seqs":[1,2]}`, `{"Jobs":["1"],"Formats":["pdf"],"dir":"/x"}`, `{"ID":17}`, `{"Seqs":null} x`, `[]`, `{"State":"complete"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		again(t, body, decode[replayRequest])
		again(t, body, decode[engine.GetRequest])
		again(t, body, decode[testJobRequest])
		again(t, body, decode[hover.NewCaptureRequest])
	})
}

// FuzzRequests sends what may come through the socket to every method: nothing
// panics, and who is refused is told why in the way that clients read.
func FuzzRequests(f *testing.F) {
	for path, body := range map[string]string{
		pathInfo: "{}", pathJob: `{"ID":"1"}`, pathEvents: `{"Job":"1"}`, pathGet: `{"Jobs":["1"],"Formats":["pdf"]}`, pathSet: `{"Key":"tunnel","Value":"own"}`,
		pathReplay: `{"Seqs":[1]}`, pathAct: `{"Action":"open-pdf","Job":"1"}`, pathExport: `{"Format":"csv"}`, pathMarkRead: `{"IDs":[18446744073709551616]}`,
		"/v1/../": "\x00", pathWatch: `{"a":{"a":{"a":[[[[]]]]}}}`,
	} {
		f.Add(http.MethodPost, path, body)
	}
	f.Add("GET", pathStatus, "")
	f.Add("CONNECT", "//dormer", "{}")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // what would go on for ever ends at once
		r, err := http.NewRequestWithContext(ctx, method, "http://dormer"+path, strings.NewReader(body))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		handler(controltest.New(), Info{}).ServeHTTP(w, r)
		switch w.Code {
		case http.StatusBadRequest, http.StatusInternalServerError:
			var told failure
			if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil || told.Kind == "" || told.What.IsZero() && told.Why.IsZero() {
				t.Errorf("%s %q %q: %d %q, %v", method, path, body, w.Code, w.Body, err)
			}
		case http.StatusOK, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		default:
			t.Errorf("%s %q %q: answered %d", method, path, body, w.Code)
		}
	})
}

// again checks that what was accepted means the same when it is sent on.
func again[Q any](t *testing.T, body string, decode func(io.Reader) (Q, error)) {
	q, err := decode(strings.NewReader(body))
	if err != nil {
		if !errors.Is(err, engine.ErrUsage) {
			t.Fatalf("%q is refused as %#v", body, err)
		}
		return
	}
	b, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := decode(strings.NewReader(string(b))); err != nil || !reflect.DeepEqual(back, q) {
		t.Fatalf("%q was read as %+v and then as %+v (%v)", body, q, back, err)
	}
}

// leaveBehind makes a socket that nobody listens on, as a killed process does.
func leaveBehind(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// collect takes a stream whole.
func collect[T any](t *testing.T, s iter.Seq2[T, error]) []T {
	t.Helper()
	var list []T
	for v, err := range s {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

// errDisk is what a failing store says.
var errDisk = errors.New("no space left on device")

// opened serves at a place, whose socket is looked at often, until the test ends.
func opened(t *testing.T, at Place) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		serveAt(ctx, at, controltest.New(), Info{PID: 7}, slog.New(slog.DiscardHandler), time.Millisecond)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// found waits until the service at a place is found.
func found(t *testing.T, at Place) *Client {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) { // sleep: a socket tells nobody that it is there
		c, err := at.Dial(t.Context())
		if err == nil {
			t.Cleanup(func() { _ = c.Close() })
			return c
		}
		if !errors.Is(err, ErrNotRunning) || time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

func TestASocketThatIsDeletedIsMadeAgain(t *testing.T) {
	path := socketIn(t)
	at := Place{Sockets: []string{path}, Note: filepath.Join(t.TempDir(), "running.json")}
	opened(t, at)
	for range 3 {
		c := found(t, at)                                        // and is connected
		if err := os.RemoveAll(filepath.Dir(path)); err != nil { // as whoever tidies /run/user does
			t.Fatal(err)
		}
		if _, err := found(t, at).Status(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := c.Status(t.Context()); err != nil {
			t.Errorf("who was connected: %v", err)
		}
	}
}

func TestWhereASocketCannotBeTheNextPlaceIsTakenAndFound(t *testing.T) {
	path := socketIn(t)
	inTheWay := filepath.Join(t.TempDir(), "control.sock")
	if err := os.MkdirAll(filepath.Join(inTheWay, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	note := filepath.Join(t.TempDir(), "running.json")
	opened(t, Place{Sockets: []string{inTheWay, path}, Note: note})
	// A shell without that runtime directory finds it too.
	elsewhere := Place{Sockets: []string{inTheWay}, Note: note}
	found(t, elsewhere)
	if pid, ok := elsewhere.Process(); !ok || pid != os.Getpid() {
		t.Errorf("it is said to be process %d (%v)", pid, ok)
	}
}

func TestWhereNoSocketCanBeItIsTriedAgain(t *testing.T) {
	path := socketIn(t)
	if err := os.MkdirAll(filepath.Join(path, "x"), 0o700); err != nil { // in the way
		t.Fatal(err)
	}
	at := Place{Sockets: []string{path}, Note: filepath.Join(t.TempDir(), "running.json")}
	opened(t, at)
	for { // it says which process it is all the same
		if pid, ok := at.Process(); ok && pid == os.Getpid() {
			break
		}
		time.Sleep(time.Millisecond) // sleep: a file tells nobody that it is there
	}
	if _, err := at.Dial(t.Context()); !errors.Is(err, ErrNotRunning) {
		t.Errorf("without a socket: %v", err)
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	found(t, at)
}

func TestItsEndLeavesNothingBehind(t *testing.T) {
	path := socketIn(t)
	at := Place{Sockets: []string{path}, Note: filepath.Join(filepath.Dir(path), "running.json")}
	t.Run("it runs", func(t *testing.T) {
		opened(t, at)
		found(t, at)
	})
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) > 0 {
		t.Errorf("left are %v (%v)", left, err)
	}
	if _, ok := at.Process(); ok {
		t.Error("it still says which process it is")
	}
}
