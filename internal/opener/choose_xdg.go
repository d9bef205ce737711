//go:build !windows && !darwin

package opener

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/godbus/dbus/v5"
)

// chosen asks by the desktop's portal.
func chosen(ctx context.Context, c choice) (path string, err error) {
	conn, err := session(ctx)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoDialog, err)
	}
	defer conn.Close() // which ends the dialog, too
	ended := make(chan response, 1)
	method, token := "FileChooser.OpenFile", newToken()
	if c.name != "" {
		method = "FileChooser.SaveFile"
	}
	err = request(ctx, conn, method, token, func(options map[string]dbus.Variant) ([]any, func(), error) {
		if c.start == "" {
			c.start, _ = os.UserHomeDir() // else it begins among what was used last
		}
		if c.start != "" {
			options["current_folder"] = dbus.MakeVariant(append([]byte(c.start), 0))
		}
		if c.name != "" {
			options["current_name"] = dbus.MakeVariant(c.name)
		} else {
			options["directory"] = dbus.MakeVariant(true)
		}
		return []any{"", c.title, options}, func() {}, nil
	}, ended)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoDialog, err)
	}
	timer := time.NewTimer(dialogWithin)
	defer timer.Stop()
	select {
	case r := <-ended:
		if r.err != nil {
			return "", fmt.Errorf("%w: %w", ErrNoDialog, r.err)
		}
		return r.file(), nil
	case <-conn.Context().Done(): // the bus has gone, and the dialog with it
	case <-timer.C:
	case <-ctx.Done():
	}
	return "", ctx.Err()
}

// file gives the first of the files in an answer; "" if there is none.
func (r response) file() string {
	list, _ := r.results["uris"].Value().([]string)
	if len(list) == 0 {
		return ""
	}
	u, err := url.Parse(list[0])
	if err != nil || u.Scheme != "file" {
		return ""
	}
	return u.Path
}
