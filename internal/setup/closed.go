package setup

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/records"
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
	secrets *lazySecrets   // the same
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
	o := records.Options{
		Given: d.c.given, GivenBy: d.c.givenBy, Presets: d.c.presets,
		Now: time.Now, Log: log, Dir: d.c.DataDir, Separator: d.c.separator,
	}
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
		d.secrets = &lazySecrets{c: d.c, store: d.store}
		o.Secrets = d.secrets
	}
	d.Records = engine.NewRecords(o)
	d.surround()
	return nil
}

// openSecrets opens the secrets of a data directory; own says that its database is
// open for writing.
func openSecrets(c Config, store *storage.Store, own bool) (*secret.Vault, error) {
	id, err := store.InstallationID()
	if err != nil {
		return nil, openError(c, err)
	}
	o := secret.Options{Want: c.Secrets, Installation: id, Dir: c.DataDir, Names: records.SecretNames(store)}
	holds, known, signedIn := engine.InKeyring(store)
	if o.Held = holds; !known && signedIn {
		// It was set up by a Dormer that did not write it down: what is not in the
		// file is in the keyring.
		_, err := os.Stat(filepath.Join(c.DataDir, secret.FileName))
		o.Held = errors.Is(err, fs.ErrNotExist)
	}
	if own {
		o.Holds = func() { _ = engine.NoteKeyring(context.Background(), store) } // else the next start does it
	}
	s, err := secret.Open(o)
	if err != nil {
		return nil, &say.Error{What: say.T("secrets.not_opened"), Err: err, Do: say.T("do.unlock_or_file")}
	}
	return s, nil
}

// lazySecrets opens the secrets of a closed data directory when they are asked
// for: most verbs need none, and a keyring may ask a person.
type lazySecrets struct {
	c     Config
	store *storage.Store
	once  sync.Once
	vault *secret.Vault // nil if they could not be opened
	err   error
}

func (l *lazySecrets) open() (*secret.Vault, error) {
	l.once.Do(func() { l.vault, l.err = openSecrets(l.c, l.store, false) })
	return l.vault, l.err
}

func (l *lazySecrets) Get(name string) (string, error) {
	v, err := l.open()
	if err != nil {
		return "", err
	}
	return v.Get(name)
}

func (l *lazySecrets) Set(ctx context.Context, name, value string) error {
	v, err := l.open()
	if err != nil {
		return err
	}
	return v.Set(ctx, name, value)
}

func (l *lazySecrets) Keep(name, value string) {
	if v, err := l.open(); err == nil {
		v.Keep(name, value)
	}
}

func (l *lazySecrets) State() secret.State {
	v, err := l.open()
	if err != nil {
		return secret.State{Kind: l.c.Secrets, Waiting: err}
	}
	return v.State()
}

func (l *lazySecrets) Changes() <-chan struct{} { return nil }

// close closes what was opened.
func (l *lazySecrets) close() error {
	l.once.Do(func() { l.err = errors.New("closed") })
	if l.vault == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return l.vault.Close(ctx)
}

// Set saves settings. It is the one thing that writes, so the directory is
// made and the database opened for writing just for it.
func (d *Closed) Set(ctx context.Context, values engine.Values) error {
	if err := d.Close(); err != nil {
		return err
	}
	err := d.write(ctx, values)
	if failed := d.open(); err == nil {
		err = failed
	}
	return err
}

func (d *Closed) write(ctx context.Context, values engine.Values) error {
	for key, value := range values {
		if err := engine.CheckSetting(key, value); value != "" && err != nil {
			return engine.Usage(say.T("error.what_why", "what", key, "why", err))
		}
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
	secrets, err := openSecrets(d.c, store, true)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		_ = secrets.Close(ctx) // what was set is written
	}()
	r := engine.NewRecords(records.Options{
		Store: store, Secrets: secrets, Now: time.Now, Log: log, Autostart: d.c.autostart,
	})
	return r.Set(ctx, values)
}

// Close lets go of the database.
func (d *Closed) Close() error {
	if d.store == nil {
		return nil
	}
	err := errors.Join(d.secrets.close(), d.store.Close())
	d.store, d.secrets = nil, nil
	return err
}

// OpenBroken gives what the doctor can look at in a data directory that could
// not be opened, and why.
func OpenBroken(c Config, number string, why error) *Closed {
	d := &Closed{c: c, version: number, broken: why}
	d.Records = engine.NewRecords(records.Options{
		Given: c.given, Presets: c.presets, Now: time.Now, Log: slog.New(slog.DiscardHandler), Dir: c.DataDir,
	})
	d.surround()
	return d
}

// closeWithin bounds what Close waits for.
const closeWithin = time.Second
