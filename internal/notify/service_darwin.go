package notify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"sync"
)

const osascript = "/usr/bin/osascript"

// script shows notices through osascript. There are no clicks: macOS tells them
// to signed bundles only.
type script struct {
	ctx    context.Context // ends with close
	cancel context.CancelFunc
	mu     sync.Mutex // protects closed; held while a call joins running
	closed bool
	// running counts the children, for which close waits.
	running sync.WaitGroup
}

func newService(Options, func(key, action string)) service {
	ctx, cancel := context.WithCancel(context.Background())
	return &script{ctx: ctx, cancel: cancel}
}

func (s *script) show(ctx context.Context, n Notice) error {
	return s.run(ctx, osascriptArguments(n)...)
}

func (s *script) available(ctx context.Context) (server string, capabilities []string, err error) {
	if err := s.run(ctx, "-e", "return"); err != nil {
		return "", nil, err
	}
	return "macOS", []string{"body"}, nil
}

// run runs osascript with an environment that holds none of our secrets.
func (s *script) run(ctx context.Context, args ...string) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errClosed
	}
	s.running.Add(1)
	s.mu.Unlock()
	defer s.running.Done()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	cmd := exec.CommandContext(ctx, osascript, args...)
	cmd.Env = []string{"HOME=" + os.Getenv("HOME"), "USER=" + os.Getenv("USER"), "PATH=/usr/bin:/bin", "LANG=en_US.UTF-8"}
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", ErrNoDesktop, err)
	case ctx.Err() != nil:
		return fmt.Errorf("notify: macOS did not answer: %w", ctx.Err())
	}
	return fmt.Errorf("notify: macOS refused the notification: %w", err)
}

func (s *script) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.running.Wait()
}
