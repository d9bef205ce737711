// Package opener hands what is here to the person's own programs: it opens a file, a
// folder or a web address, shows a file in its folder, prints it, and begins a letter
// with it. Each platform does so in its own way, in a file of its own.
package opener

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"dormer/internal/say"
)

// openWithin is how long somebody waits for the platform's opener to fail: one that
// goes on has opened. It is ended after endAfter; the program that it started lives
// on.
var openWithin = 2 * time.Second

const endAfter = 15 * time.Second

// refused tells a person why their programs opened nothing. What the opener itself said
// of it, in its own words and language, is what the error says in a log.
type refused struct {
	why say.Text
	raw error
}

func (r *refused) Error() string { return r.raw.Error() }
func (r *refused) Unwrap() error { return r.raw }

// Is says that for whoever asks there is no program: none that opened it.
func (r *refused) Is(target error) bool { return target == ErrNone }

// Text gives what a person is told.
func (r *refused) Text() say.Text { return r.why }

// whatLacks tells what is missing where something cannot be opened.
func whatLacks(what string) say.Text {
	switch scheme, _, _ := strings.Cut(what, ":"); scheme {
	case "http", "https":
		return say.T("opener.no_browser")
	case "mailto":
		return say.T("opener.no_mail")
	case "tel":
		return say.T("opener.no_phone")
	}
	if i, err := os.Stat(what); err == nil && i.IsDir() {
		return say.T("opener.no_folder")
	}
	switch kind := strings.TrimPrefix(filepath.Ext(what), "."); {
	case kind == "":
		return say.T("opener.no_file")
	case strings.EqualFold(kind, "pdf"):
		return say.T("opener.no_pdf")
	default:
		return say.T("opener.no_kind", "kind", strings.ToUpper(kind))
	}
}

// ErrNone says that this computer has no program that opens files, or none that opened
// this one.
var ErrNone = say.Because("opener.none")

// Opener hands things to the platform's programs. The zero value is ready.
type Opener struct{}

// Open opens the file or folder at path, which must be absolute and exist. The
// path is passed as one argument and never through a shell's words.
func (Opener) Open(ctx context.Context, path string) error {
	if err := there(path); err != nil {
		return err
	}
	return run(ctx, path)
}

// there says what is wrong with a path that is to be handed to a program.
func there(path string) error {
	if !filepath.IsAbs(path) {
		return say.Because("opener.path", "path", path)
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("opening a file: %w", err)
	}
	return nil
}

// OpenURL opens an address with the program for it: a web address with the browser, "tel:" with what makes calls,
// "mailto:" with the mail program. It refuses what [Address] refuses.
func (Opener) OpenURL(ctx context.Context, address string) error {
	plain, ok := Address(address)
	if !ok {
		return say.Because("opener.web", "address", fmt.Sprintf("%.100s", address))
	}
	return run(ctx, plain)
}

// run starts the platform's opener with what it is to open: the first of them that
// can.
func run(ctx context.Context, what string) error {
	all := commands(what)
	failed := fmt.Errorf("opening %s: %w (%s is missing)", what, ErrNone, all[len(all)-1][0])
	for _, command := range all {
		program, err := exec.LookPath(command[0])
		if err != nil {
			continue
		}
		if failed = hand(ctx, program, command[1:], what); failed == nil || ctx.Err() != nil {
			break
		}
	}
	if failed == nil || ctx.Err() != nil {
		return failed
	}
	return &refused{whatLacks(what), failed}
}

// hand starts an opener and waits until it has handed over, or has failed.
func hand(ctx context.Context, program string, args []string, what string) error {
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), endAfter)
	cmd := exec.CommandContext(limit, program, args...)
	cmd.Env = Scrubbed(os.Environ())
	// A file and no pipe: the person's program inherits it, and the end of a pipe
	// would come with that program's. Without one nothing is said, but it is opened.
	said, err := os.CreateTemp("", "dormer-open-*")
	if err == nil {
		cmd.Stdout, cmd.Stderr = said, said
	}
	words := func() string {
		out := make([]byte, 200)
		n, _ := said.ReadAt(out, 0) // 0 without a file
		return strings.ToValidUTF8(strings.TrimSpace(string(out[:n])), "")
	}
	ended := make(chan error, 1)
	go func() { // ends with the opener, at endAfter at the latest
		defer cancel()
		err := cmd.Run()
		if err != nil && limit.Err() == nil {
			err = fmt.Errorf("opening %s: %w: %s", what, err, words())
		}
		_ = said.Close() // nobody reads it any more
		_ = os.Remove(said.Name())
		ended <- err
	}()
	timer := time.NewTimer(openWithin)
	defer timer.Stop()
	select {
	case err := <-ended:
		return err
	case <-timer.C:
		return nil
	case <-ctx.Done():
		cancel()
		return fmt.Errorf("opening %s: %w", what, ctx.Err())
	}
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
