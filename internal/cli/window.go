package cli

import (
	"context"
	"errors"
	"iter"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/opener"
	"dormer/internal/say"
	"dormer/internal/version"
	"dormer/internal/window"
)

// windowVerb is the window's process, which the watcher starts.
func (p *program) windowVerb() *cobra.Command {
	c := &cobra.Command{Use: "window", Short: "The window of the Dormer that runs", Hidden: true, Args: takes()}
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		c, err := p.answering(ctx)
		if err != nil {
			return err
		}
		defer c.Close()
		return p.window(ctx, c)
	})
	return c
}

// answering waits for the Dormer that has started this window: it may not be heard yet.
func (p *program) answering(ctx context.Context) (*control.Client, error) {
	for end := time.Now().Add(answersWithin); ; {
		c, err := p.running(ctx)
		if err == nil || !errors.Is(err, control.ErrNotRunning) || time.Now().After(end) {
			return c, err
		}
		if err := pause(ctx, knockSoon); err != nil {
			return nil, err
		}
	}
}

const (
	answersWithin = 10 * time.Second      // a watcher that has just begun
	knockSoon     = 20 * time.Millisecond // a person waits for the window
)

// windowArgs are the arguments of the window's process.
func (p *program) windowArgs() []string { return append([]string{"window"}, p.where()...) }

// where are the flags that lead to this data directory.
func (p *program) where() []string {
	if p.place.demo {
		return []string{"--data-dir", filepath.Dir(p.place.dataDir), "--demo"}
	}
	return []string{"--data-dir", p.place.dataDir}
}

// window opens the window of a Dormer that runs. One of another version is asked to
// start again first: this program was changed underneath it.
func (p *program) window(ctx context.Context, c *control.Client) error {
	if p.desktop.Window == nil {
		return p.notBuilt()
	}
	if !c.SameProtocol() {
		renewed, err := p.renewed(ctx, c)
		if err != nil {
			return err
		}
		defer renewed.Close()
		c = renewed
	}
	w := WindowWiring{
		Desk: c, DataDir: p.place.dataDir, Version: version.Number(), Start: p.startBeside, Choose: opener.Opener{}.Choose,
	}
	if !c.Info().Headless {
		w.Watcher = kept{c, p}
	}
	return p.desktop.Window(ctx, w)
}

// renewWithin is how long a Dormer may take to start again.
const renewWithin = 20 * time.Second

// renewed has a Dormer start again, and gives it.
func (p *program) renewed(ctx context.Context, c *control.Client) (*control.Client, error) {
	old := c.Info()
	if err := c.Renew(ctx); err != nil {
		return nil, err
	}
	for end := time.Now().Add(renewWithin); time.Now().Before(end); {
		if err := pause(ctx, knockEvery); err != nil {
			return nil, err
		}
		switch n, err := p.running(ctx); {
		case err != nil:
		case n.SameProtocol():
			return n, nil
		default:
			_ = n.Close() // the old one still
		}
	}
	return nil, &say.Error{
		What: say.T("runs.not_renewed", "pid", strconv.Itoa(old.PID), "version", old.Version),
		Do:   say.T("runs.not_renewed.do", "command", howToEnd(old.PID)),
	}
}

// startBeside starts a Dormer that goes on when this process has ended.
func (p *program) startBeside() error {
	c := exec.Command(p.Self, append([]string{"--hidden"}, p.where()...)...)
	window.Apart(c)
	if err := c.Start(); err != nil {
		return err
	}
	return c.Process.Release()
}

// kept is the watcher as its window asks it.
type kept struct {
	*control.Client
	p *program
}

// Attend looks for the watcher anew each time: it may be another one than before, and
// of another version; then this process starts again as well.
func (k kept) Attend(ctx context.Context, pid int) iter.Seq2[window.Order, error] {
	return func(yield func(window.Order, error) bool) {
		c, err := k.p.running(ctx)
		if err != nil {
			yield(window.Order{}, err)
			return
		}
		defer c.Close()
		if !c.SameProtocol() && k.p.Again != nil {
			yield(window.Order{}, errors.Join(control.ErrOtherVersion, k.p.Again()))
			return
		}
		for o, err := range c.Attend(ctx, pid) {
			if !yield(o, err) {
				return
			}
		}
	}
}

func (p *program) notBuilt() error {
	return &say.Error{What: say.T("window.not_built"), Do: say.T("window.not_built.do", "command", p.startLine())}
}
