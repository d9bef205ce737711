package window

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/say"
)

// TestMain is also the process of a window, which ends as it is told on its standard
// input, or when that is closed.
func TestMain(m *testing.M) {
	if os.Getenv("BE_A_WINDOW") != "" {
		var code [1]byte
		if _, err := io.ReadFull(os.Stdin, code[:]); err != nil {
			os.Exit(9)
		}
		os.Exit(int(code[0] - '0'))
	}
	os.Exit(m.Run())
}

// windows are those that a keeper has started.
type windows struct {
	t testing.TB
	*Keeper

	mu   sync.Mutex // protects all below
	ends []io.WriteCloser
	pids []int
	at   []Place
	bad  error // why none can be started
}

const (
	long   = time.Hour       // that nothing in these tests takes
	enough = 2 * time.Minute // for what has to happen, on a busy machine
)

func keep(t testing.TB, wait patience) *windows {
	ws := &windows{t: t}
	ws.Keeper = NewKeeper(Options{Start: ws.start, Here: Place{"DISPLAY": ":0"}, LogFile: "window.log", Log: slog.New(slog.DiscardHandler)})
	ws.wait = wait
	t.Cleanup(func() {
		ws.mu.Lock()
		for _, end := range ws.ends {
			_ = end.Close()
		}
		ws.mu.Unlock()
		ws.Close()
	})
	return ws
}

func (ws *windows) start(at Place) (*os.Process, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.bad != nil {
		return nil, ws.bad
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "BE_A_WINDOW=1")
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	ws.ends, ws.pids, ws.at = append(ws.ends, in), append(ws.pids, c.Process.Pid), append(ws.at, at)
	return c.Process, nil
}

// started gives how many windows were started, and the process of the last.
func (ws *windows) started() (n, pid int) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if n = len(ws.pids); n > 0 {
		pid = ws.pids[n-1]
	}
	return n, pid
}

// exits has the window of a start, from 1, end with a code.
func (ws *windows) exits(n int, code string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	_, _ = ws.ends[n-1].Write([]byte(code))
}

// attends plays the window of a process: it does what it is told, tells what that
// was, and ends with code 0 when it is told to leave.
func (ws *windows) attends(pid int, seen chan<- engine.ShowRequest) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for o, err := range ws.Attend(ctx, pid) {
			switch {
			case err != nil, ctx.Err() != nil:
				return
			case o.Leave:
				n, _ := ws.started()
				ws.exits(n, "0")
				return
			case o.N > 0:
				if seen != nil {
					seen <- o.Show
				}
				ws.Drawn(o.N)
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// shows asks for the window, and has whichever process is started for it attend,
// until stop is called.
func (ws *windows) shows(r engine.ShowRequest, seen chan<- engine.ShowRequest) (stop func()) {
	ws.t.Helper()
	answer := make(chan error, 1)
	before, _ := ws.started()
	go func() { answer <- ws.Show(context.Background(), nil, r) }()
	eventually(ws.t, "a window", func() bool { n, _ := ws.started(); return n > before })
	_, pid := ws.started()
	stop = ws.attends(pid, seen)
	if err := <-answer; err != nil {
		ws.t.Fatal(err)
	}
	return stop
}

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(enough); !is(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", enough, what)
		}
		time.Sleep(time.Millisecond) // sleep: between two looks
	}
}

var patient = patience{answers: long, hangs: long, starts: long, never: long, leaves: enough}

func TestAWindowIsStartedOnceAndThenAsked(t *testing.T) {
	ws := keep(t, patient)
	seen := make(chan engine.ShowRequest, 8)
	ws.shows(engine.ShowRequest{Job: "7"}, seen)
	if err := ws.Show(t.Context(), nil, engine.ShowRequest{Page: engine.PageInbox}); err != nil {
		t.Fatal(err)
	}
	if first, second := <-seen, <-seen; first.Job != "7" || second.Page != engine.PageInbox {
		t.Errorf("it was to show %+v, then %+v", first, second)
	}
	if n, _ := ws.started(); n != 1 {
		t.Errorf("%d windows were started", n)
	}
	if ws.at[0]["DISPLAY"] != ":0" {
		t.Errorf("it was started at %v", ws.at[0])
	}
}

func TestAWindowThatWasClosedIsStartedAnew(t *testing.T) {
	ws := keep(t, patient)
	ws.shows(engine.ShowRequest{}, nil)
	ws.exits(1, "0")
	eventually(t, "its end", func() bool { ws.Keeper.mu.Lock(); defer ws.Keeper.mu.Unlock(); return ws.p == nil })
	ws.shows(engine.ShowRequest{}, nil)
	if n, _ := ws.started(); n != 2 {
		t.Errorf("%d windows were started", n)
	}
}

// TestAWindowThatIsJustBeingClosedIsStartedAnew: the request came a moment too late.
func TestAWindowThatIsJustBeingClosedIsStartedAnew(t *testing.T) {
	ws := keep(t, patient)
	answer := make(chan error, 1)
	go func() { answer <- ws.Show(context.Background(), nil, engine.ShowRequest{}) }()
	eventually(t, "a window", func() bool { n, _ := ws.started(); return n == 1 })
	ws.exits(1, "0")
	eventually(t, "another window", func() bool { n, _ := ws.started(); return n == 2 })
	_, pid := ws.started()
	ws.attends(pid, nil)
	if err := <-answer; err != nil {
		t.Error(err)
	}
}

func TestWhyThereIsNoWindowIsTold(t *testing.T) {
	ws := keep(t, patient)
	answer := make(chan error, 1)
	go func() { answer <- ws.Show(context.Background(), nil, engine.ShowRequest{}) }()
	eventually(t, "a window", func() bool { n, _ := ws.started(); return n == 1 })
	ws.CannotDraw(RefusalOf(&say.Error{What: say.Words("No window"), Why: say.Words("no OpenGL"), Do: say.Words("Install a driver.")}))
	ws.exits(1, "1")
	if err := <-answer; err == nil || !strings.Contains(err.Error(), "no OpenGL") {
		t.Errorf("it says %v", err)
	}
	ws.mu.Lock()
	ws.bad = errors.New("no such file")
	ws.mu.Unlock()
	if err := ws.Show(t.Context(), nil, engine.ShowRequest{}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a program that is not there: %v", err)
	}
}

func TestAWindowThatCrashesIsTold(t *testing.T) {
	ws := keep(t, patient)
	answer := make(chan error, 1)
	go func() { answer <- ws.Show(context.Background(), nil, engine.ShowRequest{}) }()
	eventually(t, "a window", func() bool { n, _ := ws.started(); return n == 1 })
	ws.exits(1, "2")
	if err := <-answer; err == nil || !strings.Contains(err.Error(), "window.log") {
		t.Errorf("it says %v", err)
	}
}

// TestAWindowThatHangsIsToldThenEndedAndOpenedAnew: its process is there, and takes
// no orders.
func TestAWindowThatHangsIsToldThenEndedAndOpenedAnew(t *testing.T) {
	wait := patient
	wait.answers, wait.hangs = time.Millisecond, 2*time.Millisecond
	ws := keep(t, wait)
	ws.shows(engine.ShowRequest{}, nil)()
	_, pid := ws.started()
	err := ws.Show(t.Context(), nil, engine.ShowRequest{Job: "8"})
	if !errors.Is(err, ErrSilent) || !strings.Contains(err.Error(), strconv.Itoa(pid)) {
		t.Errorf("it says %v", err)
	}
	eventually(t, "another window", func() bool { n, _ := ws.started(); return n == 2 })
	seen := make(chan engine.ShowRequest, 1)
	_, pid = ws.started()
	ws.attends(pid, seen)
	if r := <-seen; r.Job != "8" {
		t.Errorf("the new one was to show %+v", r)
	}
}

func TestAWindowThatNeverDrawsIsToldThenEnded(t *testing.T) {
	wait := patient
	wait.starts, wait.never = time.Millisecond, 2*time.Millisecond
	ws := keep(t, wait)
	if err := ws.Show(t.Context(), nil, engine.ShowRequest{}); !errors.Is(err, ErrSilent) {
		t.Errorf("it says %v", err)
	}
	eventually(t, "its end", func() bool { ws.Keeper.mu.Lock(); defer ws.Keeper.mu.Unlock(); return ws.p == nil })
	if n, _ := ws.started(); n != 1 {
		t.Errorf("%d windows were started", n)
	}
}

// TestAWindowComesToWhereItWasAskedFor: another session of the same person has another
// display.
func TestAWindowComesToWhereItWasAskedFor(t *testing.T) {
	ws := keep(t, patient)
	ws.shows(engine.ShowRequest{}, nil)
	answer := make(chan error, 1)
	go func() { answer <- ws.Show(context.Background(), Place{"DISPLAY": ":1"}, engine.ShowRequest{}) }()
	eventually(t, "another window", func() bool { n, _ := ws.started(); return n == 2 })
	_, pid := ws.started()
	ws.attends(pid, nil)
	if err := <-answer; err != nil {
		t.Fatal(err)
	}
	if err := ws.Show(t.Context(), nil, engine.ShowRequest{}); err != nil { // by a notification: where it is
		t.Fatal(err)
	}
	if n, _ := ws.started(); n != 2 || ws.at[1]["DISPLAY"] != ":1" {
		t.Errorf("%d windows were started, at %v", n, ws.at)
	}
}

// TestAWindowThatIsStillStartingComesToWhereItIsWantedNow: who asked for it first, on
// the other display, does not fetch it back.
func TestAWindowThatIsStillStartingComesToWhereItIsWantedNow(t *testing.T) {
	ws := keep(t, patient)
	first, second := make(chan error, 1), make(chan error, 1)
	go func() { first <- ws.Show(context.Background(), nil, engine.ShowRequest{}) }()
	eventually(t, "a window", func() bool { n, _ := ws.started(); return n == 1 })
	_, pid := ws.started()
	go func() { // it does not come to draw
		for o := range ws.Attend(t.Context(), pid) {
			if o.Leave {
				ws.exits(1, "0")
			}
		}
	}()
	go func() { second <- ws.Show(context.Background(), Place{"DISPLAY": ":1"}, engine.ShowRequest{}) }()
	eventually(t, "another window", func() bool { n, _ := ws.started(); return n == 2 })
	_, pid = ws.started()
	ws.attends(pid, nil)
	if a, b := <-first, <-second; a != nil || b != nil {
		t.Errorf("the one who asked first was told %v, the other %v", a, b)
	}
	if n, _ := ws.started(); n != 2 || ws.at[1]["DISPLAY"] != ":1" {
		t.Errorf("%d windows were started, at %v", n, ws.at)
	}
}

func TestTheWindowEndsWithItsWatcherWhateverItDoes(t *testing.T) {
	for _, attends := range []bool{true, false} {
		wait := patient
		if !attends {
			wait.leaves = time.Millisecond
		}
		ws := keep(t, wait)
		stop := ws.shows(engine.ShowRequest{}, nil)
		if !attends {
			stop()
		}
		p := ws.p
		ws.Close()
		eventually(t, "its end", func() bool { return isClosed(p.gone) })
		if err := ws.Show(t.Context(), nil, engine.ShowRequest{}); !errors.Is(err, ErrStopping) {
			t.Errorf("one that is asked for afterwards: %v", err)
		}
	}
}

// TestAWindowOutlivesAWatcherThatStartsAgain, and is the next one's.
func TestAWindowOutlivesAWatcherThatStartsAgain(t *testing.T) {
	first := keep(t, patient)
	stop := first.shows(engine.ShowRequest{}, nil)
	_, pid := first.started()
	window := first.p
	first.Stay()
	first.Close()
	stop()
	if isClosed(window.gone) {
		t.Fatal("it has gone")
	}
	next := keep(t, patient)
	seen := make(chan engine.ShowRequest, 1)
	stop = next.attends(pid, seen)
	eventually(t, "the window is known", func() bool { next.Keeper.mu.Lock(); defer next.Keeper.mu.Unlock(); return next.p != nil })
	if err := next.Show(t.Context(), nil, engine.ShowRequest{Job: "9"}); err != nil {
		t.Fatal(err)
	}
	if n, _ := next.started(); n != 0 || (<-seen).Job != "9" {
		t.Errorf("%d windows were started beside it", n)
	}
	stop()
	first.exits(1, "0")
	eventually(t, "it is forgotten when it leaves", func() bool { next.Keeper.mu.Lock(); defer next.Keeper.mu.Unlock(); return next.p == nil })
}

// TestOneWindowTooManyIsToldToLeave.
func TestOneWindowTooManyIsToldToLeave(t *testing.T) {
	ws := keep(t, patient)
	ws.shows(engine.ShowRequest{}, nil)
	for o := range ws.Attend(t.Context(), 1) {
		if !o.Leave {
			t.Errorf("it is told %+v", o)
		}
	}
}

func TestAPlaceIsTheWholeOfWhatLeadsThere(t *testing.T) {
	env := Place{"DISPLAY": ":1", "XAUTHORITY": "/run/a"}.environ([]string{"HOME=/home/dana", "DISPLAY=:0", "WAYLAND_DISPLAY=wayland-0"})
	if got := strings.Join(env, " "); got != "HOME=/home/dana DISPLAY=:1 XAUTHORITY=/run/a" {
		t.Errorf("it is %q", got)
	}
	if got := (Place{}).environ([]string{"DISPLAY=:0"}); len(got) != 1 || got[0] != "DISPLAY=:0" {
		t.Errorf("without a place it is %q", got)
	}
}
