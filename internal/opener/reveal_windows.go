package opener

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// reveal asks the file manager, which ends at once and says 1 however it went.
func reveal(ctx context.Context, path string) error {
	explorer := filepath.Join(os.Getenv("SystemRoot"), "explorer.exe")
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), endAfter)
	cmd := exec.CommandContext(limit, explorer)
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: explorerLine(path)}
	cmd.Env = Scrubbed(os.Environ())
	if err := cmd.Start(); err != nil {
		cancel()
		return fmt.Errorf("showing %s: %w", path, err)
	}
	ended := make(chan error, 1)
	go func() { // ends with the file manager, at endAfter at the latest
		defer cancel()
		ended <- cmd.Wait()
	}()
	timer := time.NewTimer(openWithin)
	defer timer.Stop()
	select {
	case err := <-ended:
		if _, ran := errors.AsType[*exec.ExitError](err); err != nil && !ran {
			return fmt.Errorf("showing %s: %w", path, err)
		}
		return nil
	case <-timer.C:
		return nil
	case <-ctx.Done():
		cancel()
		return fmt.Errorf("showing %s: %w", path, ctx.Err())
	}
}
