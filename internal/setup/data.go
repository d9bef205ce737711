package setup

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/storage"
)

// ErrInUse says that another Dormer runs on the data directory.
var ErrInUse = errors.New("the data folder is in use")

// makeDir makes the data directory for its owner alone, whatever the umask.
func makeDir(c Config) error {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return &engine.Error{What: "The data folder could not be made", Why: err, Do: "Name another one with --data-dir."}
	}
	if err := os.Chmod(c.DataDir, 0o700); err != nil {
		return &engine.Error{What: "The data folder is not ours", Why: err, Do: "Name another one with --data-dir."}
	}
	return nil
}

// openStore opens the database. A damaged one is set aside and the newest good
// backup taken; damaged then says so.
func openStore(c Config, log *slog.Logger) (store *storage.Store, damaged string, err error) {
	o := storage.Options{Fold: engine.Fold, Log: log}
	store, err = storage.Open(c.Database(), o)
	if errors.Is(err, storage.ErrDamaged) {
		if damaged, err = setAside(c, log); err != nil {
			return nil, "", err
		}
		store, err = storage.Open(c.Database(), o)
	}
	return store, damaged, openError(c, err)
}

func openError(c Config, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrLocked):
		return &engine.Error{What: "Dormer runs already on " + c.DataDir, Why: ErrInUse, Do: "Stop it first, or name another folder with --data-dir."}
	case errors.Is(err, storage.ErrNewerSchema):
		return &engine.Error{What: "This data was written by a newer Dormer", Why: err, Do: "Install the newest version."}
	}
	return &engine.Error{What: "The database could not be opened", Why: err, Do: "Check the disk, and that " + c.DataDir + " belongs to you."}
}

// setAside moves a damaged database away and puts the newest good backup, if
// there is one, in its place. What happened since is asked of Hover again.
func setAside(c Config, log *slog.Logger) (string, error) {
	aside := c.Database() + ".damaged-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(c.Database(), aside); err != nil {
		return "", &engine.Error{What: "The database is damaged and could not be set aside", Why: err, Do: "Move " + c.Database() + " away by hand."}
	}
	backups, _ := filepath.Glob(filepath.Join(c.BackupDir(), "dormer-*.db"))
	slices.Sort(backups)
	for _, b := range slices.Backward(backups) {
		if err := storage.Verify(b); err != nil {
			log.Warn("a backup is not good either", "file", b, "error", err)
			continue
		}
		if err := copyFile(b, c.Database()); err != nil {
			return "", &engine.Error{What: "A backup could not be put in place", Why: err, Do: "Free some space and start again."}
		}
		return fmt.Sprintf("The database was damaged. The backup %s was taken in its place; the damaged one is kept as %s.", filepath.Base(b), filepath.Base(aside)), nil
	}
	return fmt.Sprintf("The database was damaged, and there was no good backup: a new one was begun. The damaged one is kept as %s.", filepath.Base(aside)), nil
}

// copyFile copies a file, whole or not at all.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*.tmp") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close() // closed twice where the failure came later; harmless
			_ = os.Remove(out.Name())
		}
	}()
	if _, err = io.Copy(out, in); err != nil {
		return err
	}
	if err = out.Sync(); err != nil {
		return err
	}
	if err = out.Close(); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}

// Restore replaces a closed data directory's database by a backup, which is
// checked first. The present one is kept beside it.
func Restore(c Config, backup string) error {
	if err := storage.Verify(backup); err != nil {
		return &engine.Error{What: "That is no good backup", Why: err, Do: "Choose another file; the present data was not touched."}
	}
	if err := makeDir(c); err != nil {
		return err
	}
	if _, err := os.Stat(c.Database()); err == nil {
		// Opening it proves that nobody else has it.
		store, err := storage.Open(c.Database(), storage.Options{})
		if err == nil {
			err = store.Close()
		}
		if err != nil && !errors.Is(err, storage.ErrDamaged) {
			return openError(c, err)
		}
		kept := c.Database() + ".before-restore-" + time.Now().UTC().Format("20060102T150405Z")
		if err := os.Rename(c.Database(), kept); err != nil {
			return &engine.Error{What: "The present database could not be kept", Why: err, Do: "Check the folder " + c.DataDir + "."}
		}
	}
	if err := copyFile(backup, c.Database()); err != nil {
		return &engine.Error{What: "The backup could not be put in place", Why: err, Do: "Free some space and try again; the present data is kept beside it."}
	}
	return nil
}
