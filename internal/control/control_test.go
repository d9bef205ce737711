package control

import (
	"bytes"
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
	"dormer/internal/opener"
	"dormer/internal/reach"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/window"
	"dormer/storage"
)

// TestMain looks for goroutines that were left behind; one of the pipes of Windows
// lives as long as the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/Microsoft/go-winio.ioCompletionProcessor"))
}

// socketIn gives a path for a socket that is short enough everywhere.
func socketIn(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dormer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s", "control.sock")
}

// running serves svc on a socket for the length of the test, and dials it.
func running(t testing.TB, svc engine.Desk, info Info) *Client {
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
func start(t testing.TB, path string, svc engine.Desk, info Info) (stop func()) {
	t.Helper()
	return startWith(t, path, svc, nil, info)
}

// startWith is start with what shows a window.
func startWith(t testing.TB, path string, svc engine.Desk, host window.Host, info Info) (stop func()) {
	t.Helper()
	l, err := listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l, svc, host, info, os.Getuid()) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
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

	for _, is := range []error{
		engine.ErrUnknown, records.ErrUsage, reach.ErrTokenRight, engine.ErrStartAgain, engine.ErrNoNotifier, context.DeadlineExceeded,
		storage.ErrDamaged, storage.ErrLocked, opener.ErrNone,
	} {
		m.Fail(fmt.Errorf("asked: %w", is))
		err := c.Backup(t.Context(), "/b")
		if !errors.Is(err, is) || say.Of(err).String() != say.Of(m.Backup(t.Context(), "")).String() {
			t.Errorf("%v is %v now", is, err)
		}
		if is != engine.ErrUnknown && errors.Is(err, engine.ErrUnknown) {
			t.Errorf("%v is ErrUnknown", err)
		}
	}
	m.Fail(nil)

	err = c.Set(t.Context(), engine.Values{"tunnel": "carrier pigeon"})
	if !errors.Is(err, records.ErrUsage) || err.Error() != "tunnel is ngrok or own" {
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
	_, err = c.Status(t.Context())
	if err != nil && !errors.Is(err, ErrNotRunning) { // a connection that rested had not heard of it
		_, err = c.Status(t.Context())
	}
	if !errors.Is(err, ErrNotRunning) {
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
			if _, err := w.Write(bytes.Repeat([]byte(" "), 64<<10)); err != nil {
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
	c := &Client{info: Info{Protocol: protocol()}, http: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return connect(ctx) }}}}
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
	go func() { ended <- serve(ctx, l, m, nil, Info{}, os.Getuid()+1) }()
	_, err = Dial(t.Context(), path)
	if !errors.Is(err, errOtherUser) {
		t.Errorf("Dial = %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWhereNothingIsShownItIsSaid(t *testing.T) {
	c := running(t, controltest.New(), Info{PID: 42, Version: "0.1.0", Headless: true})
	if i := c.Info(); i.PID != 42 || i.Version != "0.1.0" || !i.Headless || i.Protocol != protocol() {
		t.Errorf("Info = %+v", i)
	}
	if err := c.Show(t.Context(), nil); err == nil || err.Error() != "The running Dormer has no window" {
		t.Errorf("Show = %v", err)
	}
	if err := c.Stop(t.Context()); err == nil {
		t.Error("it was stopped by nobody")
	}
}

// abrupt is a Dormer that is gone the moment it is told to end.
type abrupt struct{ window.NoHost }

func (abrupt) Stop(context.Context) error         { panic(http.ErrAbortHandler) }
func (abrupt) Renew(context.Context) error        { panic(http.ErrAbortHandler) }
func (abrupt) Tray(context.Context) (bool, error) { panic(http.ErrAbortHandler) }

func TestADormerThatIsGoneBeforeItsAnswerHasObeyed(t *testing.T) {
	path := socketIn(t)
	startWith(t, path, controltest.New(), abrupt{}, Info{})
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Stop(t.Context()); err != nil {
		t.Errorf("it was told to stop: %v", err)
	}
	if err := c.Renew(t.Context()); err != nil {
		t.Errorf("it was told to start again: %v", err)
	}
	if _, err := c.Tray(t.Context()); err == nil {
		t.Error("a question that nobody answered was answered")
	}
}

func TestHostileRequestsAreRefused(t *testing.T) {
	m := controltest.New()
	c := running(t, m, Info{})
	for name, r := range map[string]struct {
		method, path, body string
		want               int
	}{
		"no JSON":         {"POST", "/v1/Replay", "replay everything", 400},
		"another shape":   {"POST", "/v1/Replay", `["all"]`, 400},
		"no array":        {"POST", "/v1/Replay", `{"seqs":[1]}`, 400},
		"unknown field":   {"POST", "/v1/Get", `[{"Jobs":["1"],"Force":true}]`, 400},
		"two arrays":      {"POST", "/v1/Replay", `[[1]][[2]]`, 400},
		"too many":        {"POST", "/v1/Replay", `[[1],[2]]`, 400},
		"too few":         {"POST", "/v1/Replay", `[]`, 400},
		"nothing":         {"POST", "/v1/Replay", ``, 400},
		"far too long":    {"POST", "/v1/Replay", `[[` + strings.Repeat("1,", maxRequest) + `1]]`, 400},
		"a GET":           {"GET", "/v1/Replay", ``, 405},
		"another version": {"POST", "/v2/Replay", `[]`, 404},
		"no question":     {"POST", "/v1/Close", `[]`, 404},
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

// FuzzArguments reads what may come as the arguments of every question: what is
// accepted means the same when it is sent on.
func FuzzArguments(f *testing.F) {
	for _, s := range []string{
		`[]`, `[[1,2]]`, `[{"Jobs":["1"],"Formats":["pdf"],"dir":"/x"}]`, `["17"]`, `[null] x`, `{}`, `["1","complete"]`, `[{"Line1":"1 Main"}]`, `["",0]`,
	} {
		f.Add(s)
	}
	all := questions(reflect.TypeFor[engine.Desk]())
	f.Fuzz(func(t *testing.T, body string) {
		for _, q := range all {
			again(t, q, body)
		}
	})
}

// FuzzRequests sends what may come through the socket to every method: nothing
// panics, and who is refused is told why in the way that clients read.
func FuzzRequests(f *testing.F) {
	for path, body := range map[string]string{
		pathInfo: "{}", "/v1/Job": `["1"]`, "/v1/Events": `[{"Job":"1"}]`, "/v1/Get": `[{"Jobs":["1"],"Formats":["pdf"]}]`, "/v1/Set": `[{"tunnel":"own"}]`,
		"/v1/Replay": `[[1]]`, "/v1/Act": `["open-pdf","1","2"]`, "/v1/Export": `["csv"]`, "/v1/MarkRead": `[[18446744073709551616]]`,
		"/v1/../": "\x00", "/v1/Watch": `[{"a":{"a":{"a":[[[[]]]]}}}]`, "/v1/Show": `[{"Env":{"a":"b"}}]`,
	} {
		f.Add(http.MethodPost, path, body)
	}
	f.Add("GET", "/v1/Status", "")
	f.Add("CONNECT", "//dormer", "{}")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // what would go on for ever ends at once
		r, err := http.NewRequestWithContext(ctx, method, "http://dormer"+path, strings.NewReader(body))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		handler(controltest.New(), nil, Info{}).ServeHTTP(w, r)
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
func again(t *testing.T, q question, body string) {
	in, err := q.arguments(strings.NewReader(body), true)
	if err != nil {
		if !errors.Is(err, records.ErrUsage) {
			t.Fatalf("%q is refused as %#v", body, err)
		}
		return
	}
	sent := sentAs(t, in)
	back, err := q.arguments(strings.NewReader(sent), true)
	if err != nil {
		t.Fatalf("%s: %q was read, and %s is refused: %v", q.name, body, sent, err)
	}
	if again := sentAs(t, back); again != sent {
		t.Fatalf("%s: %q was read as %s and then as %s", q.name, body, sent, again)
	}
}

// sentAs gives arguments as they are sent.
func sentAs(t *testing.T, in []reflect.Value) string {
	values := make([]any, len(in))
	for i, v := range in {
		values[i] = v.Interface()
	}
	var b strings.Builder
	if err := encoder(&b).Encode(values); err != nil {
		t.Fatal(err)
	}
	return b.String()
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
		serveAt(ctx, at, controltest.New(), nil, Info{PID: 7}, slog.New(slog.DiscardHandler), time.Millisecond)
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
		c := found(t, at) // and is connected
		// As whoever tidies /run/user does, but at once: it may be made again while a folder is being emptied.
		if err := os.Rename(filepath.Dir(path), filepath.Join(t.TempDir(), "tidied")); err != nil {
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
