//go:build !windows && !darwin

package opener

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// begun begins a letter through the desktop's portal, or else by xdg-email where
// the person's mail program is one that it knows how to give files to: to others it
// gives none and says nothing.
func begun(ctx context.Context, l Letter) bool {
	failed := portal(ctx, "Email.ComposeEmail", func(options map[string]dbus.Variant) ([]any, func(), error) {
		var files []*os.File
		release := func() {
			for _, f := range files {
				_ = f.Close()
			}
		}
		fds := make([]dbus.UnixFD, 0, len(l.Attach))
		for _, path := range l.Attach {
			f, err := os.Open(path)
			if err != nil {
				release()
				return nil, nil, err
			}
			files = append(files, f)
			fds = append(fds, dbus.UnixFD(f.Fd()))
		}
		options["subject"], options["body"] = dbus.MakeVariant(l.Subject), dbus.MakeVariant(l.Body)
		if l.To != "" {
			options["address"] = dbus.MakeVariant(l.To)
		}
		if len(fds) > 0 {
			options["attachment_fds"] = dbus.MakeVariant(fds)
		}
		return []any{"", options}, release, nil
	})
	if failed == nil || ctx.Err() != nil {
		return failed == nil
	}
	program, err := exec.LookPath("xdg-email")
	if err != nil || !takesFiles(ctx) {
		return false
	}
	args := []string{"--utf8", "--subject", l.Subject, "--body", l.Body}
	for _, path := range l.Attach {
		args = append(args, "--attach", path)
	}
	if l.To != "" {
		args = append(args, l.To)
	}
	return hand(ctx, program, args, "a letter") == nil
}

// giveable are the mail programs that xdg-email gives files to.
var giveable = []string{"thunderbird", "betterbird", "evolution", "kmail", "geary", "claws-mail", "sylpheed"}

// takesFiles says whether the person's mail program is one of those.
func takesFiles(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, "xdg-mime", "query", "default", "x-scheme-handler/mailto")
	cmd.Env, cmd.WaitDelay = Scrubbed(os.Environ()), time.Second
	out, err := cmd.Output()
	name := strings.ToLower(string(out))
	return err == nil && slices.ContainsFunc(giveable, func(program string) bool { return strings.Contains(name, program) })
}
