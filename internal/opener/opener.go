// Package opener opens a file, a folder or a web address with the person's own
// program.
package opener

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// openWithin bounds how long the platform's opener may take to hand over; the
// program that it starts lives on.
var openWithin = 15 * time.Second

// ErrNone says that this computer has no program that opens files.
var ErrNone = errors.New("no program here opens files")

// Opener opens files with the platform's opener: xdg-open, open, or the shell
// of Windows. The zero value is ready.
type Opener struct{}

// Open opens the file or folder at path, which must be absolute and exist. The
// path is passed as one argument and never through a shell's words.
func (Opener) Open(ctx context.Context, path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("opening %q: not a whole path", path)
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("opening a file: %w", err)
	}
	return run(ctx, path)
}

// OpenURL opens a web address, which must be http or https, with the browser.
func (Opener) OpenURL(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("opening %.100q: not a web address", address)
	}
	return run(ctx, u.String())
}

// run starts the platform's opener with what it is to open.
func run(ctx context.Context, what string) error {
	name, args := command(what)
	program, err := exec.LookPath(name)
	if err != nil {
		return fmt.Errorf("opening %s: %w (%s is missing)", what, ErrNone, name)
	}
	limit, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	cmd := exec.CommandContext(limit, program, args...)
	cmd.Env = Scrubbed(os.Environ())
	// A file and no pipe: the person's program inherits it, and the end of a pipe
	// would come with that program's. Without one nothing is said, but it is opened.
	said, err := os.CreateTemp("", "dormer-open-*")
	if err == nil {
		cmd.Stdout, cmd.Stderr = said, said
		defer func() {
			_ = said.Close()
			_ = os.Remove(said.Name())
		}()
	}
	err = cmd.Run()
	if err == nil || limit.Err() != nil && ctx.Err() == nil {
		return nil // the latter is an xdg-open that knows no desktop: it waits for the program
	}
	out := make([]byte, 200)
	n, _ := said.ReadAt(out, 0) // 0 without a file
	return fmt.Errorf("opening %s: %w: %s", what, err, strings.ToValidUTF8(strings.TrimSpace(string(out[:n])), ""))
}

// Scrubbed gives an environment without our secrets: no child needs them.
func Scrubbed(env []string) []string {
	var kept []string
	for _, v := range env {
		name, _, _ := strings.Cut(v, "=")
		if name == "NGROK_AUTHTOKEN" || strings.HasPrefix(name, "DORMER_HOVER_CLIENT_") {
			continue
		}
		kept = append(kept, v)
	}
	return kept
}
