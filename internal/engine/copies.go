package engine

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/health"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// copies is how the second folder was when a file was copied into it last.
type copies struct {
	mu   sync.Mutex // protects lamp
	lamp Lamp       // zero while all is well
}

func (c *copies) get() Lamp {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lamp
}

// set says whether the lamp is another one than before.
func (c *copies) set(l Lamp) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.lamp
	c.lamp = l
	return !was.Equal(l)
}

// copyLamp says of the second folder what is wrong with it.
func copyLamp(says say.Text) Lamp {
	return Lamp{Name: "disk", State: health.Amber, Says: says, Do: say.T("lamp.disk.copy.do")}
}

// copyQueued copies a saved file to the second folder, and writes down how that ended. A
// folder that hangs keeps other copies waiting and nothing else: after a while a lamp
// says so.
func (e *Engine) copyQueued(ctx context.Context, w storage.Work) {
	done := make(chan error, 1)
	go func() { done <- e.copyFile(ctx, w) }() // ends with the folder's answer
	slow := time.NewTimer(health.RoomPatience)
	defer slow.Stop()
	over, patience := ctx.Done(), (<-chan time.Time)(nil)
	for {
		select {
		case err := <-done:
			if ctx.Err() == nil {
				e.settleCopy(ctx, w, err)
			}
			return
		case <-slow.C:
			if e.copies.set(copyLamp(say.T("folder.silent", "folder", e.Value(records.KeyCopyTo)))) {
				e.watchers.changed()
			}
		case <-over:
			over, patience = nil, time.After(health.RoomFinish)
		case <-patience:
			return // it is copied after the next start
		}
	}
}

func (e *Engine) copyFile(ctx context.Context, w storage.Work) error {
	var want wantedFile
	if err := json.Unmarshal(w.Payload, &want); err != nil {
		return nil // of a newer Dormer: there is nothing to copy
	}
	j, a, known, err := e.present(want)
	if err != nil || !known {
		return err
	}
	var row storage.File
	err = e.store.View(func(tx *storage.Tx) error {
		row, _, err = tx.File(want.Job, want.Model, a.Key())
		return err
	})
	dir := e.Value(records.KeyCopyTo)
	if err != nil || row.State != storage.FileSaved || dir == "" {
		return err // nobody wants it any more
	}
	e.noteFolder(ctx, dir)
	name := fetch.CopyName(e.Value(records.KeyCopyName), j, want.Model, a, row.SavedAt.Local())
	path, err := fetch.Copy(ctx, fetch.File{Path: row.Path, SHA256: row.SHA256, Size: row.Size}, dir, name, e.owner)
	if err == nil {
		e.log.Info("copied to "+path, "job", j.ID)
	}
	return err
}

// settleCopy writes down how a copy ended, and when it is tried again.
func (e *Engine) settleCopy(ctx context.Context, w storage.Work, err error) {
	lamp := Lamp{}
	if err != nil {
		e.log.Warn("a file could not be copied to the second folder", "file", w.Key, "attempt", w.Attempts+1, "error", err)
		lamp = copyLamp(say.T("lamp.disk.copy", "why", err))
	}
	uerr := e.store.Update(ctx, func(tx *storage.Tx) error {
		if err == nil {
			return tx.Finish(w)
		}
		wait, again := fetch.Backoff(w.Attempts + 1)
		if !again {
			return tx.Bury(w, short(err))
		}
		return tx.Retry(w, e.now().Add(wait), short(err))
	})
	e.stored(uerr)
	if uerr != nil {
		e.log.Error("the end of a copy could not be written down", "error", uerr)
	}
	if e.copies.set(lamp) {
		e.watchers.changed()
	}
}

// CopyExample shows where a pattern puts the copy of a house's PDF, below the second
// folder: it is a setting's value, and the error says what is wrong with it.
func CopyExample(pattern string, now time.Time) (string, error) {
	if pattern == "" {
		pattern = fetch.CopyPattern
	}
	return fetch.ExampleCopyName(pattern, now)
}
