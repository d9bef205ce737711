package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/whole"
	"dormer/storage"
)

// ErrInUse says that another Dormer runs on the data directory.
var ErrInUse = say.Because("data.in_use.why")

// makeDir makes the data directory for its owner alone.
func makeDir(c Config) error { return makePrivate(c.DataDir) }

// makePrivate makes the data directory, or one in it, for its owner alone,
// whatever the umask, also where it is there already.
func makePrivate(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &say.Error{What: say.T("data.not_made"), Err: err, Do: say.T("data.other_name")}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return &say.Error{What: say.T("data.not_ours"), Err: err, Do: say.T("data.other_name")}
	}
	return nil
}

// openStore opens the database. One that was not closed in order is verified
// first. A damaged one is set aside and the newest good backup taken; damaged
// then says so.
func openStore(ctx context.Context, c Config, log *slog.Logger) (store *storage.Store, damaged say.Text, err error) {
	store, err = openGood(ctx, c, log)
	if errors.Is(err, storage.ErrDamaged) {
		log.Error("the database is damaged", "error", err)
		if damaged, err = setAside(ctx, c, log); err != nil {
			return nil, damaged, err
		}
		store, err = storage.Open(c.Database(), c.storeOptions(log))
	}
	return store, damaged, openError(c, err)
}

// openGood opens the database, once it has been verified if it was not closed in
// order. A damaged one stays where it is.
func openGood(ctx context.Context, c Config, log *slog.Logger) (*storage.Store, error) {
	if err := trust(ctx, c, log); err != nil {
		return nil, err
	}
	return storage.Open(c.Database(), c.storeOptions(log))
}

func (c Config) storeOptions(log *slog.Logger) storage.Options {
	return storage.Options{Fold: engine.Fold, SetAside: engine.SetAside, Log: log, Installation: readInstallation(c).ID,
		KeepOld: func(schema int) string {
			path := unused(filepath.Join(c.BackupDir(), fmt.Sprintf("before-schema-%d.db", schema)))
			log.Info("the database is kept before it is brought to a newer form", "as", path)
			_ = os.MkdirAll(c.BackupDir(), 0o700) // if it cannot be, the copy cannot either, and says why
			return path
		}}
}

// trust says whether the database can be opened without fear.
func trust(ctx context.Context, c Config, log *slog.Logger) error {
	inOrder, err := storage.ClosedInOrder(c.Database())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil || inOrder:
		return err
	}
	log.Info("the database was not closed in order and is verified")
	return c.verify(ctx, c.Database())
}

func (c Config) verify(ctx context.Context, path string) error {
	if c.Verify == nil {
		return storage.Verify(path)
	}
	return c.Verify(ctx, path)
}

// Held says that somebody has the data directory.
func Held(c Config) bool {
	_, err := storage.ClosedInOrder(c.Database())
	return errors.Is(err, storage.ErrLocked)
}

func openError(c Config, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrLocked):
		return &say.Error{What: say.T("data.in_use", "dir", c.DataDir), Err: ErrInUse, Do: say.T("data.in_use.do")}
	case errors.Is(err, storage.ErrNewerSchema):
		return &say.Error{What: say.T("data.newer"), Err: err, Do: say.T("data.newer.do")}
	}
	if errors.Is(err, storage.ErrNotKept) {
		return &say.Error{What: say.T("data.not_kept"), Err: err, Do: say.T("data.not_kept.do", "folder", c.BackupDir())}
	}
	if errors.Is(err, storage.ErrDamaged) {
		return &say.Error{What: say.T("database.damaged"), Err: err, Do: say.T("database.start_dormer")}
	}
	return &say.Error{What: say.T("database.not_opened"), Err: err, Do: say.T("do.check_disk_yours", "path", c.DataDir)}
}

// setAside keeps a damaged database under another name and puts the newest good
// backup, if there is one, in its place. What happened since is asked of Hover
// again.
func setAside(ctx context.Context, c Config, log *slog.Logger) (say.Text, error) {
	aside := unused(c.Database() + ".damaged-" + time.Now().UTC().Format("20060102T150405Z"))
	backups, err := engine.Backups(c.BackupDir(), time.Now())
	if err != nil {
		return say.Text{}, &say.Error{
			What: say.T("database.no_backups"), Err: err, Do: say.T("do.check_disk_yours", "path", c.BackupDir()),
		}
	}
	for _, b := range slices.Backward(backups) {
		if err := c.verify(ctx, b); err != nil {
			if ctx.Err() != nil {
				return say.Text{}, ctx.Err()
			}
			log.Warn("a backup is not good either", "file", b, "error", err)
			continue
		}
		if err := replace(c.Database(), b, aside); err != nil {
			return say.Text{}, &say.Error{What: say.T("database.not_replaced"), Err: err, Do: say.T("database.not_replaced.do")}
		}
		return say.T("lamp.disk.replaced", "backup", filepath.Base(b), "kept", filepath.Base(aside)), nil
	}
	if err := os.Rename(c.Database(), aside); err != nil {
		return say.Text{}, &say.Error{
			What: say.T("database.not_set_aside"), Err: err, Do: say.T("database.not_set_aside.do", "path", c.Database()),
		}
	}
	return say.T("lamp.disk.begun_anew", "kept", filepath.Base(aside)), nil
}

// unused gives path, or where that is taken, path with a number.
func unused(path string) string {
	for n, free := 2, path; ; n++ {
		if _, err := os.Lstat(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s-%d", path, n)
	}
}

// replace puts a copy of good in the place of database, which is kept as kept.
// A power cut at any moment leaves the one or the other in place, never none:
// the next start would begin anew.
func replace(database, good, kept string) error {
	temp, err := copyBeside(good, database)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }() // gone already where all went well
	if err := keepAs(database, kept); err != nil {
		return err
	}
	return os.Rename(temp, database)
}

// keepAs gives a file a second name or, on a file system without links, another.
func keepAs(path, kept string) error {
	if os.Link(path, kept) == nil {
		return nil
	}
	return os.Rename(path, kept)
}

// copyBeside copies a file into a new one in the directory of beside, for the
// owner alone, and puts it on disk. It gives its name.
func copyBeside(from, beside string) (name string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	return whole.Beside(beside, filepath.Base(beside)+".*.tmp", 0o600, func(out *os.File) error {
		_, err := io.Copy(out, in)
		return err
	})
}

// Restore replaces a closed data directory's database by a backup, which is
// checked first. The present one is kept beside it.
func Restore(ctx context.Context, c Config, backup string) error {
	if err := c.verify(ctx, backup); err != nil {
		return &say.Error{What: say.T("restore.no_backup"), Err: err, Do: say.T("restore.no_backup.do")}
	}
	if err := makeDir(c); err != nil {
		return err
	}
	failed := func(err error) error {
		return &say.Error{What: say.T("restore.not_placed"), Err: err, Do: say.T("restore.not_placed.do")}
	}
	if _, err := os.Stat(c.Database()); errors.Is(err, fs.ErrNotExist) {
		temp, err := copyBeside(backup, c.Database())
		if err == nil {
			err = os.Rename(temp, c.Database())
		}
		if err != nil {
			return failed(err)
		}
		return nil
	}
	// That it can be opened for reading proves that nobody writes to it.
	if _, err := storage.ClosedInOrder(c.Database()); err != nil && !errors.Is(err, storage.ErrDamaged) {
		return openError(c, err)
	}
	kept := unused(c.Database() + ".before-restore-" + time.Now().UTC().Format("20060102T150405Z"))
	if err := replace(c.Database(), backup, kept); err != nil {
		return failed(err)
	}
	return nil
}
