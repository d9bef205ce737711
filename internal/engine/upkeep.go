package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/health"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// How many daily backups are kept, and at most where it cannot be told which are
// the oldest.
const (
	backupsKept = 7
	backupsMost = 30
)

// Set checks, saves and puts into force settings.
func (e *Engine) Set(ctx context.Context, values records.Values) error {
	if err := e.Records.Set(ctx, values); err != nil {
		return err
	}
	has := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(key string) bool { _, ok := values[key]; return ok })
	}
	if has(records.KeyNgrokToken, records.KeyTunnel, records.KeyPublicURL, records.KeyListen) {
		e.reach.Reopen()
	}
	if has(records.KeyRedirectURL) {
		e.signin.Moved()
	}
	if has(records.KeyDownloadDir) {
		e.space.Look()
	}
	if has(records.KeyClientID, records.KeyClientSecret, records.KeyActingUser) {
		e.sub.Check()
		e.catchUpSoon(causeAsked)
	}
	e.changed()
	return nil
}

// Replay runs stored events through the pipeline again: they are folded and
// cause the same work as when they came. What was told is not told twice.
func (e *Engine) Replay(ctx context.Context, seqs []uint64) (int, error) {
	e.Come(ctx)
	done := 0
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		done = 0
		for _, seq := range seqs {
			ev, ok, err := tx.Event(seq)
			if err != nil {
				return err
			}
			if !ok {
				return records.Unknown(say.T("unknown.event", "number", strconv.FormatUint(seq, 10)))
			}
			if err := fold(tx, ev, e.now(), false); err != nil {
				return err
			}
			done++
		}
		return nil
	})
	e.changed()
	if err != nil {
		return 0, err
	}
	return done, nil
}

// Compact rewrites the database without its free pages.
func (e *Engine) Compact(ctx context.Context) error {
	if err := e.store.Compact(ctx); err != nil {
		return &say.Error{What: say.T("database.not_compacted"), Err: err, Do: say.T("database.not_compacted.do")}
	}
	return nil
}

// How soon what is done once a day is tried again where it could not be done: what
// waits for Hover's clock, and a backup that failed.
const (
	tidyWaits = 5 * time.Minute
	tidyAgain = time.Hour
)

// clockTrust is how far this computer's clock and Hover's may be apart for what is
// old to be cleared away by it.
const clockTrust = 24 * time.Hour

// clockWrong says whether this computer's clock is known to be wrong by a day, and
// how far it is ahead of Hover's.
func (e *Engine) clockWrong() (ahead time.Duration, wrong bool) {
	ahead, known := e.o.API.HeardAhead()
	return ahead, known && ahead.Abs() > clockTrust
}

// hoversNow is the present time: by Hover's clock, if it has answered in this run.
func (e *Engine) hoversNow() time.Time {
	ahead, _ := e.o.API.HeardAhead()
	return e.now().Add(-ahead)
}

// tidy does what is done once a day: old events go, a backup is made, and what
// other people's downloads that never ended have left is cleared away. Nothing old
// goes while Hover's clock has not confirmed ours: a clock that is years ahead for
// a day must cost nothing. It gives when to try again; 0 if all is done.
func (e *Engine) tidy(ctx context.Context) (again time.Duration) {
	ahead, known := e.o.API.HeardAhead()
	trusted := known && ahead.Abs() <= clockTrust
	if trusted {
		if err := e.prune(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("old events could not be cleared away", "error", err)
		}
	} else {
		again = tidyWaits
	}
	err := e.dailyBackup(ctx, trusted)
	if err != nil && ctx.Err() == nil {
		e.log.Warn("today's backup could not be made", "error", err)
		again = tidyAgain
	}
	if e.backedUp.set(err) {
		e.space.Look()
	}
	e.sweep(ctx)
	return again
}

// prune clears away events that are older than they are to be kept.
func (e *Engine) prune(ctx context.Context) error {
	keep, err := strconv.Atoi(e.Value(records.KeyRetention))
	if err != nil {
		return err
	}
	now := e.now()
	for n := pruneAtOnce; n == pruneAtOnce && err == nil; {
		err = e.store.Update(ctx, func(tx *storage.Tx) (err error) {
			n, err = tx.Prune(now.AddDate(0, 0, -keep), now.Add(time.Hour), pruneAtOnce)
			return err
		})
	}
	return err
}

// sweepPatience is what clearing away may take before it is left behind.
const sweepPatience = time.Minute

// sweep clears away the unfinished files that a kill has left among the downloads,
// wherever those went. A folder on a network that is gone may hold it up for as
// long as the system likes: it is left behind then.
func (e *Engine) sweep(ctx context.Context) {
	var dirs []string
	err := e.store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docFolders, &dirs)
		return err
	})
	if err != nil {
		e.log.Warn("the folders of downloads cannot be read", "error", err)
	}
	if dir := e.Value(records.KeyDownloadDir); dir != "" && !slices.Contains(dirs, dir) {
		dirs = append(dirs, dir)
	}
	if !e.sweeping.CompareAndSwap(false, true) {
		return // the last one hangs
	}
	now := e.now()
	var all sync.WaitGroup
	for _, dir := range dirs {
		all.Go(func() {
			if n, err := fetch.Sweep(dir, e.owner, now); n > 0 || err != nil {
				e.log.Info("unfinished downloads were cleared away", "files", n, "error", err)
			}
		})
	}
	swept := make(chan struct{})
	go func() {
		defer close(swept)
		all.Wait()
		e.sweeping.Store(false)
	}()
	select {
	case <-swept:
	case <-time.After(sweepPatience):
	case <-ctx.Done():
		select {
		case <-swept:
		case <-time.After(health.RoomFinish):
		}
	}
}

// pruneAtOnce bounds how many old events go in one transaction.
const pruneAtOnce = 1000

// dailyBackup makes today's backup, by Hover's clock, if there is none, and with
// rotate lets old ones go.
func (e *Engine) dailyBackup(ctx context.Context, rotate bool) error {
	if e.o.BackupDir == "" {
		return nil
	}
	if err := os.MkdirAll(e.o.BackupDir, 0o700); err != nil {
		return err
	}
	e.sweepBackups()
	today := filepath.Join(e.o.BackupDir, backupPrefix+e.hoversNow().UTC().Format(time.DateOnly)+backupSuffix)
	old, err := Backups(e.o.BackupDir, e.hoversNow())
	if err != nil {
		return err
	}
	if !slices.Contains(old, today) && (rotate || len(old) < backupsMost) {
		if err := e.goodBackup(ctx, today); err != nil {
			return err
		}
		old = append(old, today)
	}
	for rotate && len(old) > backupsKept {
		if err := os.Remove(old[0]); err != nil {
			return err
		}
		old = old[1:]
	}
	return nil
}

// sweepBackups clears away the backups that a crash has left unfinished or
// unread. None is being made: they are made one after the other.
func (e *Engine) sweepBackups() {
	entries, err := os.ReadDir(e.o.BackupDir)
	for _, f := range entries {
		const day = "dormer-????-??-??.db"
		unread, _ := path.Match(day+unreadSuffix, f.Name())
		unfinished, _ := path.Match(day+unreadSuffix+".*.tmp", f.Name())
		if f.Type().IsRegular() && (unread || unfinished) {
			err = errors.Join(err, os.Remove(filepath.Join(e.o.BackupDir, f.Name())))
		}
	}
	if err != nil {
		e.log.Warn("unfinished backups could not be cleared away", "error", err)
	}
}

const (
	backupPrefix = "dormer-"
	backupSuffix = ".db"
)

// Backups gives the paths of the daily backups in a folder, the oldest first. One
// that bears a date in the future was made while the clock was wrong: nobody knows
// when, so it counts as the oldest. A folder that is not there has none. (The
// folder's own name may be any, and is no pattern.)
func Backups(dir string, now time.Time) (paths []string, err error) {
	entries, err := os.ReadDir(dir) // by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	tomorrow := backupPrefix + now.UTC().AddDate(0, 0, 1).Format(time.DateOnly) + backupSuffix // somewhere it is that already
	var future []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch name := e.Name(); {
		case !strings.HasPrefix(name, backupPrefix) || !strings.HasSuffix(name, backupSuffix):
		case name > tomorrow:
			future = append(future, path)
		default:
			paths = append(paths, path)
		}
	}
	return append(future, paths...), err
}

// unreadSuffix is behind the name of a backup that was not read yet.
const unreadSuffix = ".unread"

// goodBackup makes a backup and reads it to its end before it gets its name: one
// of a damaged database must not push out the good ones. That also looks at the
// database itself once a day, without holding up anybody.
func (e *Engine) goodBackup(ctx context.Context, path string) (err error) {
	unread := path + unreadSuffix
	if err := e.store.Backup(ctx, unread); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(unread)
		}
	}()
	if e.o.Verify != nil {
		if err := e.o.Verify(ctx, unread); err != nil {
			// Is it the copy or the database? The store remembers what is found.
			if errors.Is(err, storage.ErrDamaged) {
				err = errors.Join(err, e.store.Check())
			}
			return err
		}
	}
	return os.Rename(unread, path)
}

// brokenAgain is how soon after a start with a damaged database the next damage
// means that the disk is bad, which no start mends.
const brokenAgain = 10 * time.Minute

// broken is how Run ends over a damaged database. Nothing more is written to it,
// so a new process sets it aside, takes the newest good backup and asks Hover for
// the rest. Doing that within this one would mean to exchange the store under
// everybody who holds it, and what a fault leaves of bbolt cannot be closed.
func (e *Engine) broken(damage error) error {
	e.stored(damage)
	if !e.o.Damaged.IsZero() && e.now().Sub(e.began()) < brokenAgain {
		return &say.Error{What: say.T("database.damaged_again"), Err: damage, Do: say.T("database.damaged_again.do")}
	}
	return &say.Error{
		What: say.T("database.damaged"), Err: fmt.Errorf("%w; %w", damage, ErrStartAgain), Do: say.T("database.damaged.do"),
	}
}
