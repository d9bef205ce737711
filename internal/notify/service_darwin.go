package notify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
)

const osascript = "/usr/bin/osascript"

// newService takes Apple's center where this program may use it, and the script
// where not.
func newService(_ Options, clicked func(key, action string), _ func()) service {
	if c := newCenter(clicked); c != nil {
		return c
	}
	return script{}
}

// script shows notices through osascript. There are no clicks: macOS tells them
// to signed bundles only.
type script struct{}

func (s script) show(ctx context.Context, n Notice) error {
	return s.run(ctx, osascriptArguments(n)...)
}

func (s script) available(ctx context.Context) (server string, capabilities []string, err error) {
	if err := s.run(ctx, "-e", "return"); err != nil {
		return "", nil, err
	}
	return "macOS", []string{"body"}, nil
}

// run runs osascript with an environment that holds none of our secrets.
func (s script) run(ctx context.Context, args ...string) error {
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

// close has nothing to end: every child ends with the call that started it.
func (script) close() {}
