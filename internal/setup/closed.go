package setup

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/storage"
)

// Closed is a data directory on which nothing runs.
type Closed struct {
	*engine.Records
	c       Config
	version string
	store   *storage.Store // nil where there is none yet
	broken  error          // why it could not be opened: see OpenBroken
}

// OpenReads opens a closed data directory for reading. One that does not exist
// yet can be asked for its settings, and set. version is the program's.
func OpenReads(c Config, version string) (*Closed, error) {
	d := &Closed{c: c, version: version}
	return d, d.open()
}

func (d *Closed) open() error {
	log := slog.New(slog.DiscardHandler)
	o := engine.RecordsOptions{Given: d.c.given, Presets: d.c.presets, Now: time.Now, Log: log, Dir: d.c.DataDir}
	note := ""
	_, err := os.Stat(d.c.Database())
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return openError(d.c, err)
	default:
		if d.store, err = storage.Open(d.c.Database(), storage.Options{ReadOnly: true}); err != nil {
			return openError(d.c, err)
		}
		o.Store = d.store
		if o.Secrets, note, err = openSecrets(d.c, d.store); err != nil {
			return err
		}
	}
	d.Records = engine.NewRecords(o)
	d.surround(note)
	return nil
}

func openSecrets(c Config, store *storage.Store) (secret.Store, string, error) {
	id, err := store.InstallationID()
	if err != nil {
		return nil, "", openError(c, err)
	}
	s, note, err := secret.Open(secret.Options{Want: c.Secrets, Installation: id, Dir: c.DataDir})
	if err != nil {
		return nil, "", &say.Error{What: say.Words("The secrets could not be opened"), Err: err, Do: say.Words("Unlock the keyring, or start with --secrets file.")}
	}
	return s, note, nil
}

// Set saves a setting. It is the one thing that writes, so the directory is
// made and the database opened for writing just for it.
func (d *Closed) Set(ctx context.Context, key, value string) error {
	if err := d.Close(); err != nil {
		return err
	}
	err := d.write(ctx, key, value)
	if failed := d.open(); err == nil {
		err = failed
	}
	return err
}

func (d *Closed) write(ctx context.Context, key, value string) error {
	if err := engine.CheckSetting(key, value); value != "" && err != nil {
		return engine.Usage(say.Words(key + ": " + err.Error()))
	}
	if err := makeDir(d.c); err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	// To exchange a damaged one is the start's, which has a lamp to say so.
	store, err := openGood(ctx, d.c, log)
	if err != nil {
		return openError(d.c, err)
	}
	defer store.Close()
	secrets, _, err := openSecrets(d.c, store)
	if err != nil {
		return err
	}
	r := engine.NewRecords(engine.RecordsOptions{Store: store, Secrets: secrets, Now: time.Now, Log: log, Autostart: d.c.autostart})
	return r.Set(ctx, key, value)
}

// Close lets go of the database.
func (d *Closed) Close() error {
	if d.store == nil {
		return nil
	}
	err := d.store.Close()
	d.store = nil
	return err
}
