//go:build !windows && !darwin

package opener

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/godbus/dbus/v5"
)

// printed has the desktop ask which printer, and else hands the file to CUPS: the
// usual printer prints it.
func printed(ctx context.Context, path string) (Printed, error) {
	failed := portal(ctx, "Print.Print", func(options map[string]dbus.Variant) ([]any, func(), error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, err
		}
		return []any{"", filepath.Base(path), dbus.UnixFD(f.Fd()), options}, func() { _ = f.Close() }, nil
	})
	if failed == nil || ctx.Err() != nil {
		return ByDialog, failed
	}
	lp, err := exec.LookPath("lp")
	if err != nil {
		return NotPrinted, errors.Join(failed, err)
	}
	return ByPrinter, hand(ctx, lp, []string{"-t", filepath.Base(path), "--", path}, path)
}
