package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/setup"
	"dormer/internal/window"
)

// The exit codes of the operator's contract.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitNotRunning
)

// IO is the world that a command line is run in.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Now      func() time.Time
	// Watched says that Err is a terminal: progress bars are drawn there.
	Watched bool
	// ReadSecret reads a line from the terminal without showing it; nil where
	// In is no terminal.
	ReadSecret func() ([]byte, error)
	// Dialog shows a last word where nobody sees Err, and returns when it has been
	// read; nil where somebody does.
	Dialog func(text string)
	// Instead starts the program that is Dormer, where this one is its twin for the
	// verbs or its window; nil where this is it.
	Instead func() error
	// Self is the path of this program, or of the one whose window it is, for children
	// of it; "" has none made.
	Self string
	// Exit ends this process with a code, whatever hangs in it. nil where it is a test's.
	Exit func(code int)
	// Again starts this command line anew, in the place of this process where
	// the system can do that: then it does not return. nil cannot.
	Again func() error
}

// Standard gives the IO of this process, and takes the secrets out of its
// environment; see [setup.TakeSecrets]. To be called once, before anything is
// started.
func Standard() IO {
	setup.SettleIn()
	w := IO{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: setup.TakeSecrets(),
		Now: time.Now, Dialog: dialog(), Exit: os.Exit,
	}
	w.Watched = term.IsTerminal(int(os.Stderr.Fd()))
	if self, err := os.Executable(); err == nil {
		w.Self = self
		w.Again = func() error { return again(self, os.Args) }
		twin := setup.Twin(self)
		if watcher, _ := window.Programs(self); watcher != self {
			w.Self, twin = watcher, watcher
		}
		if twin != "" {
			w.Instead = func() error { return exec.Command(twin, os.Args[1:]...).Start() }
		}
	}
	if in := int(os.Stdin.Fd()); term.IsTerminal(in) {
		w.ReadSecret = func() ([]byte, error) { return term.ReadPassword(in) }
	}
	return w
}

// Desktop is the window that a program may have.
type Desktop struct {
	// Check says why no window can be opened here, nil if one can. It is asked
	// before anything else is done.
	Check func() error
	// Window opens the window of a Dormer that runs, and returns when it was closed
	// or ctx has ended. It is called on the goroutine that called Main, which on some
	// systems is the only one that may draw. nil where none is built in.
	Window func(ctx context.Context, w WindowWiring) error
	// Icon gives the icon in the tray.
	Icon func(IconWiring) Icon
}

// WindowWiring is what the window is connected to.
type WindowWiring struct {
	Desk    engine.Desk
	Watcher window.Host // nil where the one that runs keeps no window
	DataDir string
	Version string
	Start   func() error // starts a watcher, where the one that there was has gone
	// Choose has a person choose a folder, or a new file where it has a name, in the
	// desktop's own dialog; "" where they change their mind, an error where it has none.
	Choose func(ctx context.Context, title, start, name string) (path string, err error)
}

// IconWiring is what the icon is connected to.
type IconWiring struct {
	Desk engine.Desk
	Show func(engine.ShowRequest) // has the window show something; does not wait
	Quit func()                   // ends Dormer
	Tell func(error)              // tells the person that something did not work
	Log  *slog.Logger
}

// Icon is the icon in the tray.
type Icon interface {
	// Run shows it until ctx ends. It is called on the goroutine that called Main.
	Run(ctx context.Context)
	// There says whether somebody shows it now; Await waits for somebody.
	There(ctx context.Context) bool
	Await(ctx context.Context) bool
	Close()
}

// program is one run of the command line.
type program struct {
	IO
	rooms   rooms
	desktop Desktop
	flags   flags
	place   place // where the flags lead; known once a verb has begun
	out     *outlet
	began   bool // a verb has taken over: what fails from here on is no wrong usage, unless it says so
}

// exit tells a person what went wrong, in one line, and gives the exit code.
func (p *program) exit(ctx context.Context, verb *cobra.Command, err error) int {
	switch {
	case brokenPipe(p.out.err):
		return exitDone // whoever read has read enough
	case p.out.err != nil:
		err = &say.Error{What: say.T("output.not_written"), Err: p.out.err, Do: say.T("do.write_elsewhere")}
	case err == nil:
		return exitDone
	}
	if errors.Is(err, control.ErrNotRunning) && p.place.held != nil && p.place.held() {
		err = p.unreachable(err)
	}
	switch {
	case errors.Is(err, records.ErrUsage):
		p.lastWord("%s. See: %s --help", strings.TrimSuffix(say.Of(err).String(), "."), verb.CommandPath())
		return exitUsage
	case !p.began: // cobra's own words about flags and arguments
		p.lastWord("%s. See: %s --help", strings.TrimSuffix(err.Error(), "."), verb.CommandPath())
		return exitUsage
	case errors.Is(err, control.ErrNotRunning):
		p.say("Dormer is not running for %s. Start it with: %s", oneLine(p.place.dataDir), p.startLine())
		return exitNotRunning
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		p.lastWord("interrupted")
	default:
		p.lastWord("%s", err)
	}
	return exitFailed
}

// complainWithin is what a last word may take: a terminal that stands still must
// not keep a Dormer from its end.
const complainWithin = time.Second

// complain writes one line to stderr.
func (p *program) complain(format string, args ...any) {
	written := make(chan struct{})
	go func() { // ends with the write, or with the process
		defer close(written)
		fmt.Fprintf(p.Err, "dormer: %s\n", oneLine(fmt.Sprintf(format, args...)))
	}()
	select {
	case <-written:
	case <-time.After(complainWithin):
	}
}

// lastWord is what a person hears of a Dormer that could not do what it was asked.
func (p *program) lastWord(format string, args ...any) {
	p.complain(format, args...)
	if p.Dialog != nil {
		p.Dialog(oneLine(fmt.Sprintf(format, args...)))
	}
}

// say writes one line for a person beside the output.
func (p *program) say(format string, args ...any) {
	fmt.Fprintln(p.Err, oneLine(fmt.Sprintf(format, args...)))
}

// startLine is the command that starts Dormer where this one looked for it.
func (p *program) startLine() string {
	s := "dormer run --headless"
	if p.flags.DataDir != "" {
		s += " --data-dir " + oneLine(p.flags.DataDir)
	}
	if p.flags.Demo != nil && *p.flags.Demo {
		s += " --demo"
	}
	return s
}

// verb makes a verb's work of f: from here on the arguments are known to be
// well formed.
func (p *program) verb(f func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		p.began = true
		if demo := c.Flags().Lookup("demo"); demo.Changed {
			on := demo.Value.String() == "true"
			p.flags.Demo = &on
		}
		var err error
		if p.place, err = p.rooms.load(p.flags, p.Getenv); err != nil {
			return err
		}
		return f(c.Context(), args)
	}
}

// reading makes a verb's work of f, which reads, or changes settings.
func (p *program) reading(
	f func(ctx context.Context, r reads, args []string) error,
) func(*cobra.Command, []string) error {
	return p.verb(func(ctx context.Context, args []string) error {
		return p.withReads(ctx, func(r reads) error { return f(ctx, r, args) })
	})
}

// asking makes a verb's work of a question to the instance that runs, after which there
// is only that it worked to be said.
func (p *program) asking(
	done string, question func(*control.Client, context.Context) error,
) func(*cobra.Command, []string) error {
	return p.verb(func(ctx context.Context, _ []string) error {
		return p.withRunning(ctx, func(c *control.Client) error {
			err := question(c, ctx)
			if err == nil {
				p.say("%s", done)
			}
			return err
		})
	})
}

// listing shows a list as it comes: a line of JSON for each, or a table that begins with
// the first.
type listing[V any] struct {
	p       *program
	json    bool
	columns []string
	cells   func(V) []string

	table *table // nil before the first
	last  V
	n     int
}

// write shows what there is, below what was shown before.
func (l *listing[V]) write(from iter.Seq2[V, error]) error {
	for v, err := range from {
		if err != nil {
			return err
		}
		l.last = v
		l.n++
		if l.json {
			if err := l.p.json(v); err != nil {
				return err
			}
			continue
		}
		if l.table == nil {
			l.table = l.p.table(l.columns...)
		}
		l.table.row(l.cells(v)...)
	}
	if l.table != nil {
		l.table.end()
	}
	return nil
}

// all shows the whole list, or says that it is empty.
func (l *listing[V]) all(from iter.Seq2[V, error], none string) error {
	err := l.write(from)
	if err == nil && l.n == 0 && !l.json {
		l.p.say("%s", none)
	}
	return err
}

// listed gives a list as it would come.
func listed[V any](all []V) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}
