package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/control/controltest"
	"dormer/internal/engine"
	"dormer/internal/say"
)

// at is the time at which every story is told.
var at = time.Date(2026, 3, 4, 5, 8, 7, 0, time.UTC)

// desk is somebody at a terminal, with a Dormer that may be running.
type desk struct {
	t       *testing.T
	svc     *controltest.Memory
	socket  string
	in      string
	env     map[string]string
	io      func(*IO) // last changes to the IO
	desktop Desktop
	rooms   rooms
}

// place is where a Dormer that runs here is found.
func (d *desk) place() control.Place {
	return control.Place{Sockets: []string{d.socket}, Note: filepath.Join(filepath.Dir(d.socket), "running.json")}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	dir, err := os.MkdirTemp("", "dormer") // t.TempDir is too long for a socket on some systems
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	d := &desk{t: t, svc: controltest.New(), socket: filepath.Join(dir, "control.sock"), env: map[string]string{}}
	d.rooms = rooms{
		load: func(f flags, _ func(string) string) (place, error) {
			if f.Tunnel != "" && f.Tunnel != "ngrok" && f.Tunnel != "own" {
				return place{}, engine.Usage(say.Words(fmt.Sprintf("--tunnel takes ngrok or own, not %q", f.Tunnel)))
			}
			return place{
				dataDir: "/home/ann/dormer", at: d.place(), separator: ';',
				reads:   func() (reads, error) { return closed{d.svc}, nil },
				restore: func(context.Context, string) error { return nil },
				start: func(context.Context, io.Writer) (house, error) {
					return open{d.svc}, nil
				},
			}, nil
		},
		simulate: func(_ context.Context, listen, storage string, out io.Writer, _ *slog.Logger) error {
			_, err := io.WriteString(out, listen+" and "+storage+"\n")
			return err
		},
	}
	return d
}

// closed is a closed data directory, open a running Dormer in this process.
type (
	closed struct{ *controltest.Memory }
	open   struct{ svc *controltest.Memory }
)

func (closed) Close() error                  { return nil }
func (o open) Desk() engine.Desk             { return o.svc }
func (o open) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (open) Log() *slog.Logger               { return slog.New(slog.DiscardHandler) }
func (open) Close() error                    { return nil }
func (open) ShowBy(func(engine.ShowRequest)) {}
func (open) Tell(error)                      {}

// dormer runs one command line.
func (d *desk) dormer(args ...string) (code int, out, said string) {
	d.t.Helper()
	var o, e bytes.Buffer
	code = d.into(d.t.Context(), &o, &e, args...)
	return code, o.String(), e.String()
}

func (d *desk) into(ctx context.Context, out, said io.Writer, args ...string) int {
	w := IO{In: strings.NewReader(d.in), Out: out, Err: said, Getenv: func(k string) string { return d.env[k] }, Now: func() time.Time { return at }}
	if d.io != nil {
		d.io(&w)
	}
	return run(ctx, args, w, d.desktop, d.rooms)
}

// running starts a Dormer for the rest of the test, or until stop.
func (d *desk) running(i control.Info) (stop func()) {
	d.t.Helper()
	return d.serving(d.svc, i)
}

// serving starts a Dormer that is another service.
func (d *desk) serving(svc engine.Desk, i control.Info) (stop func()) {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		control.Serve(ctx, d.place(), svc, nil, i, slog.New(slog.DiscardHandler))
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	d.t.Cleanup(stop)
	for {
		c, err := control.Dial(d.t.Context(), d.socket)
		if err == nil {
			_ = c.Close()
			return stop
		}
		if !errors.Is(err, control.ErrNotRunning) {
			d.t.Fatal(err)
		}
	}
}

// want checks a command line's three answers; "…" in a text stands for anything.
func (d *desk) want(code int, out, said string, args ...string) {
	d.t.Helper()
	c, o, s := d.dormer(args...)
	if c != code || !like(o, out) || !like(s, said) {
		d.t.Errorf("dormer %s\nexit %d, want %d\nstdout: %q\n  want: %q\nstderr: %q\n  want: %q", strings.Join(args, " "), c, code, o, out, s, said)
	}
}

func like(got, want string) bool {
	parts := strings.Split(want, "…")
	if !strings.HasPrefix(got, parts[0]) {
		return false
	}
	got = got[len(parts[0]):]
	for i, p := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(got, p)
		}
		_, after, ok := strings.Cut(got, p)
		if !ok {
			return false
		}
		got = after
	}
	return got == ""
}

func TestVerbsThatNeedARunningDormerSayHowToStartIt(t *testing.T) {
	d := newDesk(t)
	for _, verb := range [][]string{
		{"login"}, {"login", "--code", "x"}, {"logout"}, {"stop"}, {"status"}, {"status", "--json"}, {"events", "--follow"}, {"get", "1"},
		{"capture", "--name", "Ann", "--email", "ann@example.com", "--address", "1 Main"}, {"test-job", "1"}, {"replay", "1"}, {"compact"},
		{"status", "--wait", "ready", "--timeout", "50ms"},
	} {
		d.want(exitNotRunning, "", "Dormer is not running for /home/ann/dormer. Start it with: dormer run --headless\n", verb...)
	}
	d.want(exitNotRunning, "", "…Start it with: dormer run --headless --data-dir here --demo\n", "status", "--data-dir", "here", "--demo")
}

func TestWrongUsageIsFoundFirst(t *testing.T) {
	d := newDesk(t)
	for _, line := range []string{
		"fly", "jbos", "status --colour", "status now", "status --wait perfect", "status --wait ready --timeout soon", "status --timeout 0s", "login --code a --address b", "login --timeout -1s",
		"jobs 1", "job", "job 1 2", "job https://hover.to/about", "events --job a/b", "get", "get 1 --format docx", "get ../etc", "capture --name Ann",
		"capture --name Ann --email nobody --address Main", "test-job", "test-job 1 --state working", "replay", "replay all", "replay 0",
		"export", "export --format xml", "backup", "restore", "config", "config fly", "config get", "config get colour", "config set acting_user", "config set colour red",
		"config set ngrok_token s3cret", "compact now", "run --headless --stop-after -1", "run --tunnel pigeon", "jobs --tunnel pigeon", "simulate", "alerts --data-dir",
	} {
		code, out, said := d.dormer(strings.Fields(line)...)
		if code != exitUsage || out != "" || strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "dormer: ") || !strings.HasSuffix(said, " --help\n") {
			t.Errorf("dormer %s: exit %d\nstdout: %q\nstderr: %q", line, code, out, said)
		}
		if strings.Contains(said, "s3cret") {
			t.Errorf("a secret was repeated: %s", said)
		}
	}
	if did := d.svc.Did(); len(did) != 0 {
		t.Errorf("all the same it did %q", did)
	}
	d.want(exitUsage, "", "dormer: there is no verb \"jbos\"; did you mean jobs…\n", "jbos")
}

func TestFlagsStandWhereTheyLike(t *testing.T) {
	d := newDesk(t)
	var given flags
	load := d.rooms.load
	d.rooms.load = func(f flags, getenv func(string) string) (place, error) { given = f; return load(f, getenv) }
	d.want(exitDone, "{…}\n", "", "job", "19402492", "--json", "--data-dir", "elsewhere", "--demo", "--log-level=debug")
	if f := given; f.DataDir != "elsewhere" || f.Demo == nil || !*f.Demo || f.LogLevel != "debug" {
		t.Errorf("given %+v", f)
	}
	d.want(exitDone, "{…}\n", "", "--data-dir", "here", "--demo=false", "job", "--json", "19402492")
	if f := given; f.DataDir != "here" || f.Demo == nil || *f.Demo {
		t.Errorf("given %+v", f)
	}
	d.want(exitDone, "{…}\n", "", "job", "--json", "19402492")
	if f := given; f != (flags{}) {
		t.Errorf("nothing was given, but it is %+v", f)
	}
}

func TestEveryVerbExplainsItself(t *testing.T) {
	d := newDesk(t)
	verbs := []string{
		"run", "stop", "login", "logout", "forget", "version", "status", "jobs", "job", "events", "alerts", "get", "capture", "test-job", "replay", "export", "backup", "restore",
		"compact", "config", "config list", "config get", "config set", "simulate",
	}
	_, root, _ := d.dormer("--help")
	for _, v := range verbs {
		code, help, said := d.dormer(append(strings.Fields(v), "--help")...)
		if code != exitDone || said != "" || !strings.Contains(help, "Usage:\n  dormer "+v) || !strings.Contains(help, "Examples:\n  ") || !strings.Contains(help, "--data-dir") {
			t.Errorf("dormer %s --help: exit %d, %q\n%s", v, code, said, help)
		}
		if strings.Contains(help, "\t") {
			t.Errorf("dormer %s --help has a tab", v)
		}
		for l := range strings.Lines(help) {
			if len([]rune(l)) > 101 {
				t.Errorf("dormer %s --help has a line of %d: %s", v, len([]rune(l)), l)
			}
		}
		if first, _, sub := strings.Cut(v, " "); !sub && !strings.Contains(root, "\n  "+first+" ") {
			t.Errorf("dormer --help does not list %s", first)
		}
	}
	for _, flag := range []string{
		"data-dir", "download-dir", "hover-url", "tunnel", "public-url", "listen", "ngrok-server", "ngrok-ca", "redirect-url", "secrets", "demo", "hidden", "log-format", "log-level",
	} {
		if !strings.Contains(root, "--"+flag+" ") {
			t.Errorf("dormer --help does not list --%s", flag)
		}
	}
	d.want(exitDone, "dormer "+Version()+"\n", "", "--version")
}

func TestTheShellCompletes(t *testing.T) {
	d := newDesk(t)
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, out, said := d.dormer("completion", shell)
		if code != exitDone || said != "" || !strings.Contains(out, "dormer") {
			t.Errorf("dormer completion %s: exit %d, %q", shell, code, said)
		}
	}
	for line, want := range map[string]string{
		"test-job 1 --state ": "completed\nfailed\n",
		"export --format ":    "csv\njson\nhar\n",
		"status --wait r":     "ready\n",
		"run --tunnel ":       "ngrok\nown\n",
	} {
		args := strings.Split("__complete "+line, " ")
		if _, out, _ := d.dormer(args...); !strings.HasPrefix(out, want) {
			t.Errorf("dormer %s<Tab> offers %q", line, out)
		}
	}
}

func TestAReaderThatHasSeenEnoughEndsItQuietly(t *testing.T) {
	d := newDesk(t)
	d.svc.WithEvents(5000)
	for _, args := range [][]string{{"events", "--json"}, {"events"}, {"export", "--format", "csv"}, {"jobs"}} {
		r, w := io.Pipe()
		_ = r.Close()
		var said bytes.Buffer
		if code := d.into(t.Context(), w, &said, args...); code != exitDone || said.Len() > 0 {
			t.Errorf("dormer %v | true: exit %d, %q", args, code, said.String())
		}
	}
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAFullDiskIsNotTakenForSuccess(t *testing.T) {
	d := newDesk(t)
	var said bytes.Buffer
	if code := d.into(t.Context(), full{}, &said, "jobs", "--json"); code != exitFailed || !strings.Contains(said.String(), "no space left") {
		t.Errorf("exit %d, %q", code, said.String())
	}
}

func TestAFailureIsOneLine(t *testing.T) {
	d := newDesk(t)
	d.running(control.Info{})
	d.svc.Fail(&say.Error{What: say.Words("The database\nis in use"), Err: errors.New("by \x1b[31mprocess 7"), Do: say.Words("Stop it.")})
	d.want(exitFailed, "", "dormer: The database is in use: by [31mprocess 7. Stop it.\n", "compact")
}
