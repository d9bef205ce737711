//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
	"dormer/internal/stopwatch"
	"dormer/tunnel/edgetest"
)

// patience bounds every wait that has no bound of its own in the contract: long
// enough for a machine that does much else.
const patience = 90 * time.Second

// computer is a contractor's computer with a Dormer on it. Its Hover and its
// ngrok are in this process.
type computer struct {
	t     *testing.T
	hover *simulator.Simulator
	ngrok *edgetest.Edge
	away  *atomic.Int64 // how far Hover's clock is set back

	dir, data, downloads string
	token                string            // ngrok's, as the environment gives it
	env                  map[string]string // what else is in the environment of all that is run
	process              *process          // nil while Dormer does not run
	terminal             *os.File          // where Dormer's stderr goes; nil: into a file
	// kept gives the secrets that Dormer keeps, by their names; nil: the file's.
	kept func() (map[string]string, error)

	mu      sync.Mutex // protects what follows
	said    []answer
	secrets map[string]string // all that there were: what it is → what it says
}

// aHouse is an account with a house that is being measured.
func aHouse() simulator.Account {
	return simulator.Account{Jobs: []simulator.JobSpec{{ID: "51", State: hover.JobWorking}}}
}

// newComputer sets a computer up. Nothing runs on it yet.
func newComputer(t *testing.T, account simulator.Account) *computer {
	t.Helper()
	return newComputerAt(t, simulator.Options{Account: account})
}

// newComputerAt is newComputer with a Hover that is seen through something else.
func newComputerAt(t *testing.T, hover simulator.Options) *computer {
	t.Helper()
	dir, err := os.MkdirTemp("", "e2e") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	c := &computer{
		t: t, dir: dir, data: filepath.Join(dir, "data"), downloads: filepath.Join(dir, "Documents"),
		token: "ngrok-token-of-the-test", env: map[string]string{}, secrets: map[string]string{}, away: new(atomic.Int64),
	}
	hover.Now = func() time.Time { return time.Now().Add(-time.Duration(c.away.Load())) }
	c.hover = simulator.New(hover)
	t.Cleanup(c.leave)
	if err := c.hover.Start(context.Background(), "127.0.0.1:0", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if c.ngrok, err = edgetest.Start(edgetest.Options{
		LoopbackURLs: true, Tokens: map[string]edgetest.Account{c.token: {Name: "Test", Plan: "Free"}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.path("ngrok.pem"), c.ngrok.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(c.path("bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	c.secrets["the client secret"] = simulator.ClientSecret
	c.secrets["ngrok's token"] = c.token
	return c
}

// leave ends what runs, and looks at what was said.
func (c *computer) leave() {
	if c.process != nil {
		c.stop()
	}
	if c.ngrok != nil {
		if err := c.ngrok.Close(); err != nil {
			c.t.Error(err)
		}
	}
	c.searchForSecrets()
	_ = c.hover.Close() // it gives no error
	if c.t.Failed() {
		c.t.Logf("Dormer's log:\n%s", c.log())
	}
	if err := os.RemoveAll(c.dir); err != nil {
		c.t.Error(err)
	}
}

func (c *computer) path(name ...string) string {
	return filepath.Join(append([]string{c.dir}, name...)...)
}

// environ is the environment of all that runs here: nothing of the one that
// the tests run in.
func (c *computer) environ(more ...string) []string {
	env := []string{
		"PATH=" + c.path("bin"), "HOME=" + c.path("home"), "TMPDIR=" + c.dir, "LANG=C.UTF-8",
		"XDG_DATA_HOME=" + c.path("home", "share"), "XDG_CONFIG_HOME=" + c.path("home", "config"), "XDG_CACHE_HOME=" + c.path("home", "cache"),
		"XDG_RUNTIME_DIR=" + c.path("run"), "DBUS_SESSION_BUS_ADDRESS=unix:path=" + c.path("no", "bus"),
		"DORMER_DATA_DIR=" + c.data, "DORMER_DOWNLOAD_DIR=" + c.downloads, "DORMER_SECRETS=file",
	}
	for k, v := range c.env {
		env = append(env, k+"="+v)
	}
	return append(env, more...)
}

// process is a program that was started here.
type process struct {
	*exec.Cmd
	ended chan struct{} // closed when it has ended and was waited for
}

// begin starts a program. It ends with the test binary at the latest.
func begin(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	dieWithUs(cmd)
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: cmd, ended: make(chan struct{})}
	go func() { // ends with the process
		defer close(p.ended)
		_ = cmd.Wait() // ProcessState tells how it ended
	}()
	return p
}

// wait waits for the end and gives the exit code.
func (p *process) wait(t *testing.T, most time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(most):
		t.Errorf("%s did not end within %s and is killed", strings.Join(p.Args, " "), most)
		_ = p.Process.Kill()
		<-p.ended
	}
	return p.ProcessState.ExitCode()
}

// launch starts Dormer without a window, and does not wait for it. More flags
// win over the usual ones.
func (c *computer) launch(more ...string) {
	c.t.Helper()
	if c.process != nil {
		c.t.Fatal("Dormer runs already")
	}
	cmd := exec.Command(binary, append(c.runLine(), more...)...)
	cmd.Env = c.environ("NGROK_AUTHTOKEN="+c.token,
		"DORMER_HOVER_CLIENT_ID="+simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET="+simulator.ClientSecret)
	log, err := os.OpenFile(c.path("stderr"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		c.t.Fatal(err)
	}
	defer log.Close() // the process has its own
	cmd.Stdout, cmd.Stderr = log, log
	if c.terminal != nil {
		cmd.Stderr = c.terminal
	}
	c.process = begin(c.t, cmd)
}

func (c *computer) runLine() []string {
	return []string{
		"run", "--headless", "--hover-url", c.hover.URL(), "--ngrok-server", c.ngrok.ConnectAddr(), "--ngrok-ca", c.path("ngrok.pem"),
		"--log-level", "debug",
	}
}

// start starts Dormer and waits until a webhook posted now would arrive.
func (c *computer) start() {
	c.t.Helper()
	c.launch()
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	c.remember()
}

// signedIn starts Dormer and signs in, for tests of what comes after it.
func (c *computer) signedIn() *computer {
	c.t.Helper()
	c.launch()
	c.ask("status", "--wait", "setup", "--timeout", patience.String())
	c.signIn()
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	c.caughtUp()
	c.remember()
	return c
}

// caughtUp waits until Hover was asked for all that there is: by the catch-up
// that follows the first moment at which a webhook can arrive, too, which would
// otherwise find what a test does next before its events come.
func (c *computer) caughtUp() {
	c.t.Helper()
	asked := false
	c.await("the account is read", func(d *control.Client) bool {
		ctx, cancel := context.WithTimeout(c.t.Context(), patience)
		defer cancel()
		asked = asked || d.CatchUp(ctx) == nil
		s, err := d.Status(ctx)
		return asked && err == nil && !s.CatchUp.Behind && s.Work.Pending == 0
	})
}

// stop ends Dormer as a service manager does, and gives how long that took, by a
// watch.
func (c *computer) stop() time.Duration {
	c.t.Helper()
	c.remember()
	watch := stopwatch.Start()
	defer watch.Stop()
	if err := c.process.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Errorf("Dormer cannot be stopped: %v", err)
	}
	if code := c.process.wait(c.t, patience); code != 0 {
		c.t.Errorf("after SIGTERM it ended with %s", c.process.ProcessState)
	}
	c.process = nil
	return watch.Shows()
}

// kill ends Dormer as a power cut does.
func (c *computer) kill() {
	c.t.Helper()
	if err := c.process.Process.Kill(); err != nil {
		c.t.Error(err)
	}
	<-c.process.ended
	c.process = nil
	c.remember()
}

// log gives what Dormer wrote to stderr.
func (c *computer) log() string {
	b, _ := os.ReadFile(c.path("stderr")) // nothing if it never ran
	return string(b)
}

// answer is how a verb ended.
type answer struct {
	args      []string
	code      int
	out, said string // stdout and stderr
}

func (a answer) String() string {
	return fmt.Sprintf("dormer %s: exit %d\nstdout: %s\nstderr: %s", strings.Join(a.args, " "), a.code, a.out, a.said)
}

// dormer runs a verb.
func (c *computer) dormer(args ...string) answer { return c.typing("", args...) }

// typing runs a verb with something on its stdin.
func (c *computer) typing(in string, args ...string) answer {
	c.t.Helper()
	v := c.verb(strings.NewReader(in), args...)
	return v.end()
}

// ask runs a verb that must succeed, and gives its stdout.
func (c *computer) ask(args ...string) string {
	c.t.Helper()
	a := c.dormer(args...)
	if a.code != 0 {
		c.t.Fatal(a)
	}
	return a.out
}

// refused runs a verb that must fail with the code and say every one of words
// in its one line on stderr.
func (c *computer) refused(code int, words []string, args ...string) {
	c.t.Helper()
	a := c.dormer(args...)
	missing := slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(a.said, w) })
	if a.code != code || missing || a.out != "" || strings.Count(a.said, "\n") != 1 {
		c.t.Errorf("want exit %d and one line with %q, got:\n%s", code, words, a)
	}
}

// verb is a verb that is under way.
type verb struct {
	c     *computer
	p     *process
	args  []string
	lines chan string // of stdout; closed at its end
	read  *strings.Builder
	said  *bytes.Buffer
}

// verb starts a verb.
func (c *computer) verb(in io.Reader, args ...string) *verb {
	c.t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env, cmd.Dir, cmd.Stdin = c.environ(), c.dir, in
	v := &verb{c: c, args: args, lines: make(chan string, 10_000), read: &strings.Builder{}, said: &bytes.Buffer{}}
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, v.said
	v.p = begin(c.t, cmd)
	go func() { // ends with the process
		<-v.p.ended
		_ = w.Close() // never fails
	}()
	go func() { // ends with the pipe
		defer close(v.lines)
		s := bufio.NewScanner(r)
		s.Buffer(nil, 16<<20)
		for s.Scan() {
			v.lines <- s.Text()
		}
	}()
	return v
}

// line gives the next line of stdout.
func (v *verb) line() string {
	v.c.t.Helper()
	select {
	case l, ok := <-v.lines:
		if !ok {
			v.c.t.Fatal(v.end())
		}
		v.read.WriteString(l + "\n")
		return l
	case <-time.After(patience):
		v.c.t.Fatalf("dormer %s says nothing", strings.Join(v.args, " "))
		panic("unreachable")
	}
}

// interrupt ends a verb as Ctrl-C does.
func (v *verb) interrupt() answer {
	v.c.t.Helper()
	if err := v.p.Process.Signal(os.Interrupt); err != nil {
		v.c.t.Error(err)
	}
	return v.end()
}

// end waits for a verb's end.
func (v *verb) end() answer {
	v.c.t.Helper()
	a := answer{args: v.args, code: v.p.wait(v.c.t, 2*patience)}
	for l := range v.lines {
		v.read.WriteString(l + "\n")
	}
	a.out, a.said = v.read.String(), v.said.String()
	v.c.mu.Lock()
	v.c.said = append(v.c.said, a)
	v.c.mu.Unlock()
	return a
}

// await waits for something that can be asked of the running Dormer.
func (c *computer) await(what string, ok func(*control.Client) bool) {
	c.t.Helper()
	c.asks(patience, what, ok)
}

// within is await with a bound that the contract gives, by a watch. It tells how
// long it took.
func (c *computer) within(most time.Duration, what string, ok func(*control.Client) bool) time.Duration {
	c.t.Helper()
	watch := stopwatch.Start()
	defer watch.Stop()
	c.asks(most+patience, what, ok)
	if took := watch.Stop(); took > most {
		c.t.Errorf("it came about after %s instead of %s: %s", watch, most, what)
	}
	return watch.Shows()
}

// asks asks the running Dormer until the answer is right: whenever it says that
// something changed, and now and then by the clock.
func (c *computer) asks(most time.Duration, what string, ok func(*control.Client) bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), most)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	var last error
	for ctx.Err() == nil {
		d, err := control.Dial(ctx, filepath.Join(c.data, "control.sock"))
		if err != nil { // not running yet, or too busy to answer
			last = err
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
			continue
		}
		defer d.Close()
		changed := d.Watch(ctx)
		for alive := true; alive && ctx.Err() == nil; {
			if ok(d) {
				return
			}
			select {
			case _, alive = <-changed:
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}
	c.t.Fatalf("within %s it did not come about: %s (%v)\n%s", most, what, last, c.dormer("status"))
}
