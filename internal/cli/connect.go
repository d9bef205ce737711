package cli

import (
	"context"
	"errors"
	"strconv"
	"time"

	"dormer/internal/control"
	"dormer/internal/say"
	"dormer/internal/setup"
)

// running finds the instance that runs; [control.ErrNotRunning] if there is none.
func (p *program) running(ctx context.Context) (*control.Client, error) {
	return p.place.at.Dial(ctx)
}

const (
	betweenRuns = 3 * time.Second        // how long an instance may be coming up or going down
	knockEvery  = 100 * time.Millisecond // how often it is looked for meanwhile
)

// reads opens what can be read of the data directory: through the instance
// that runs on it, else the directory itself.
func (p *program) reads(ctx context.Context) (reads, error) {
	for end := time.Now().Add(betweenRuns); ; {
		c, err := p.running(ctx)
		if err == nil {
			return c, nil
		}
		if !errors.Is(err, control.ErrNotRunning) {
			return nil, err
		}
		r, err := p.place.reads()
		// Held, but not yet or no longer by somebody who answers.
		if !errors.Is(err, setup.ErrInUse) {
			return r, err
		}
		if time.Now().After(end) {
			return r, p.unreachable(err)
		}
		if err := pause(ctx, knockEvery); err != nil {
			return nil, err
		}
	}
}

// unreachable says of a Dormer that has the data directory, and that nobody can
// ask, which process it is; inUse is what there is to say where it has not said so.
func (p *program) unreachable(inUse error) error {
	pid, ok := p.place.at.Process()
	if !ok {
		return inUse
	}
	return &say.Error{
		What: say.T("cli.unreachable", "folder", p.place.dataDir, "pid", strconv.Itoa(pid)),
		Do:   say.T("cli.unreachable.do", "end", howToEnd(pid)), Err: setup.ErrInUse,
	}
}

// withReads runs f on what can be read.
func (p *program) withReads(ctx context.Context, f func(reads) error) (err error) {
	r, err := p.reads(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return f(r)
}

// withRunning runs f on the instance that runs.
func (p *program) withRunning(ctx context.Context, f func(*control.Client) error) error {
	c, err := p.running(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return f(c)
}

// pause waits for d, or for ctx to end.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
