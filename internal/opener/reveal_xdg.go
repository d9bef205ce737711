//go:build !windows && !darwin

package opener

import (
	"context"
	"net/url"
	"os"

	"github.com/godbus/dbus/v5"
)

// reveal asks the desktop's file manager; from within a sandbox, where that does not
// know our paths, the portal asks it.
func reveal(ctx context.Context, path string) error {
	if sandboxed() {
		return portal(ctx, "OpenURI.OpenDirectory", func(options map[string]dbus.Variant) ([]any, func(), error) {
			f, err := os.Open(path)
			if err != nil {
				return nil, nil, err
			}
			return []any{"", dbus.UnixFD(f.Fd()), options}, func() { _ = f.Close() }, nil
		})
	}
	conn, err := session(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	file := (&url.URL{Scheme: "file", Path: path}).String()
	return conn.Object("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1").
		CallWithContext(ctx, "org.freedesktop.FileManager1.ShowItems", 0, []string{file}, "").Err
}

// sandboxed says that this program was started by Flatpak or Snap.
func sandboxed() bool {
	_, err := os.Stat("/.flatpak-info")
	return err == nil || os.Getenv("SNAP") != ""
}
