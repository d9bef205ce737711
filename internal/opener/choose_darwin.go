package opener

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// The panel is the system's, asked for by AppleScript as notifications are where there is
// no bundle. What a person has named is handed over as arguments, never as script.
const (
	chooseFolder = `on run argv
	if item 2 of argv is "" then return POSIX path of (choose folder with prompt (item 1 of argv))
	POSIX path of (choose folder with prompt (item 1 of argv) default location (POSIX file (item 2 of argv)))
end run`
	chooseFile = `on run argv
	if item 2 of argv is "" then return POSIX path of (choose file name with prompt (item 1 of argv) default name (item 3 of argv))
	POSIX path of (choose file name with prompt (item 1 of argv) default name (item 3 of argv) default location (POSIX file (item 2 of argv)))
end run`
	userCanceled = "(-128)"
)

// chosen asks by the system's panel.
func chosen(ctx context.Context, c choice) (path string, err error) {
	script := chooseFolder
	if c.name != "" {
		script = chooseFile
	}
	if _, err := os.Stat(c.start); err != nil {
		c.start = "" // which would be an error of the script
	}
	cmd := exec.CommandContext(ctx, "/usr/bin/osascript", "-e", script, c.title, c.start, c.name)
	cmd.Env = Scrubbed(os.Environ())
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit) && strings.Contains(said.String(), userCanceled):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("%w: %w: %s", ErrNoDialog, err, strings.TrimSpace(said.String()))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
