package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/storage"
)

// backupsKept is how many daily backups are kept.
const backupsKept = 7

// Set checks, saves and puts into force a setting.
func (e *Engine) Set(ctx context.Context, key, value string) error {
	if err := e.Records.Set(ctx, key, value); err != nil {
		return err
	}
	switch key {
	case KeyNgrokToken, KeyTunnel, KeyPublicURL, KeyListen:
		kick(e.link.reopen)
	case KeyClientID, KeyClientSecret, KeyActingUser:
		e.sub.Check()
		e.catchUpSoon(causeAsked)
	}
	e.changed()
	return nil
}

// Replay runs stored events through the pipeline again: they are folded and
// cause the same work as when they came. What was told is not told twice.
func (e *Engine) Replay(ctx context.Context, seqs []uint64) (int, error) {
	done := 0
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		done = 0
		for _, seq := range seqs {
			ev, ok, err := tx.Event(seq)
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("event %d: %w", seq, ErrUnknown)
			}
			if err := Fold(tx, ev); err != nil {
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
		return &Error{What: "The database could not be compacted", Why: err, Do: "Check that the disk has as much free space as the database is large."}
	}
	return nil
}

// tidy does what is done once a day: old events go, a backup is made.
func (e *Engine) tidy(ctx context.Context) {
	keep, err := strconv.Atoi(e.Value(KeyRetention))
	if err == nil {
		before := e.now().AddDate(0, 0, -keep)
		for n := pruneAtOnce; n == pruneAtOnce && err == nil; {
			err = e.store.Update(ctx, func(tx *storage.Tx) (err error) {
				n, err = tx.Prune(before, pruneAtOnce)
				return err
			})
		}
	}
	if err != nil && ctx.Err() == nil {
		e.log.Warn("old events could not be cleared away", "error", err)
	}
	if err := e.dailyBackup(ctx); err != nil && ctx.Err() == nil {
		e.log.Warn("today's backup could not be made", "error", err)
	}
}

// pruneAtOnce bounds how many old events go in one transaction.
const pruneAtOnce = 1000

// dailyBackup makes today's backup, if there is none, and lets old ones go.
func (e *Engine) dailyBackup(ctx context.Context) error {
	if e.o.BackupDir == "" {
		return nil
	}
	if err := os.MkdirAll(e.o.BackupDir, 0o700); err != nil {
		return err
	}
	today := filepath.Join(e.o.BackupDir, "dormer-"+e.now().UTC().Format(time.DateOnly)+".db")
	if !fileExists(today) {
		if err := e.store.Backup(ctx, today); err != nil {
			return err
		}
	}
	old, err := filepath.Glob(filepath.Join(e.o.BackupDir, "dormer-*.db"))
	if err != nil {
		return err
	}
	slices.Sort(old)
	for len(old) > backupsKept {
		if err := os.Remove(old[0]); err != nil {
			return err
		}
		old = old[1:]
	}
	return nil
}

// shortPath shortens the secret path for people's eyes.
func shortPath(url string) string {
	i := strings.Index(url, "/hover/")
	if i < 0 || len(url) < i+12 {
		return url
	}
	return url[:i+11] + "…"
}
