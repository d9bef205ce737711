package setup

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/notify"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
)

// keyringWithin is how long a person may take to unlock a keyring that is to be
// emptied.
const keyringWithin = 30 * time.Second

// ours are what Dormer makes in a data directory. Anything else there is somebody
// else's: the directory may be one that a person keeps other things in.
var ours = []string{
	"dormer.db*", secret.FileName + "*", "installation.json", "running.json", "control.sock", "dormer.log*", "window.log*",
	"crash*.log", "backups", "cache", "demo",
}

// Forget has a Dormer that does not run leave no trace of a person's accounts:
// our webhook at Hover goes first, with the sign-in, then what starts with the
// computer, then every secret; with data, what is in the data directory too. Files
// that were downloaded stay. It goes on where something cannot be done, and says
// so in the end.
func Forget(ctx context.Context, c Config, o Options, data bool) error {
	var errs []error
	switch _, err := os.Stat(c.Database()); {
	case c.Demo: // its secrets are made up, and go with its data
	case errors.Is(err, fs.ErrNotExist):
		errs = append(errs, c.autostart(false))
	case err != nil:
		return openError(c, err)
	default:
		if err := forgetAccounts(ctx, c, o); err != nil {
			errs = append(errs, err)
			data = data && !errors.Is(err, errKept)
		}
	}
	if data {
		errs = append(errs, removeData(c.DataDir))
	}
	return errors.Join(errs...)
}

// errKept says that secrets are still where they were. The data directory holds
// the id by which they are found, and stays with them.
var errKept = errors.New("secrets were not forgotten")

func forgetAccounts(ctx context.Context, c Config, o Options) error {
	o.Log = slog.New(slog.DiscardHandler)
	d, err := New(ctx, c, o)
	if err != nil {
		return errors.Join(err, errKept)
	}
	wait, cancel := context.WithTimeout(ctx, keyringWithin)
	defer cancel()
	for d.secrets.State().Waiting != nil && wait.Err() == nil {
		select {
		case <-d.secrets.Changes():
		case <-wait.Done():
		}
	}
	why := d.secrets.State().Waiting
	var errs []error
	if why == nil {
		errs = append(errs, d.engine.Leave(ctx))
	}
	errs = append(errs, d.records.Set(ctx, engine.Values{engine.KeyAutostart: "false"}))
	for _, name := range records.SecretNames(d.store) {
		if why == nil {
			why = d.secrets.Set(ctx, name, "")
		}
	}
	if why != nil {
		errs = append(errs, &say.Error{
			What: say.T("forget.kept"), Why: say.Of(why), Err: errors.Join(why, errKept), Do: say.T("do.unlock_try_again"),
		})
	}
	return errors.Join(append(errs, d.Close(), notify.Forget(appName))...)
}

// removeData removes what Dormer made in a data directory, and the directory if
// nothing else is in it.
func removeData(dir string) error {
	list, err := os.ReadDir(dir)
	errs := []error{err}
	for _, entry := range list {
		if slices.ContainsFunc(ours, func(pattern string) bool { ok, _ := filepath.Match(pattern, entry.Name()); return ok }) {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, entry.Name())))
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := errors.Join(errs...); err != nil {
		return &say.Error{What: say.T("forget.data_kept", "dir", dir), Err: err, Do: say.T("forget.data_kept.do")}
	}
	_ = os.Remove(dir) // somebody else's things are in it
	return nil
}
