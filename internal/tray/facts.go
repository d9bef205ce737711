//go:build !nogui

package tray

import (
	"context"
	"reflect"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/headline"
	"dormer/internal/job"
	"dormer/internal/words"
)

// facts are what the engine said last.
type facts struct {
	loaded             bool
	status             engine.Status
	settings           map[string]string
	unread             int
	finished, progress []engine.JobView
	running            int // jobs in progress, also those that are not listed
	away               engine.AlertView
}

// How the engine is heard.
const (
	listEvery = time.Second      // the least time between two readings of what is listed
	tellEvery = 30 * time.Second // how often what grows old is said anew
)

// hear has draw called with what the tray shows, at once and whenever that changes,
// until ctx ends.
func (t *Tray) hear(ctx context.Context, draw func(Shown)) {
	hints := t.o.Desk.Watch(ctx)
	clock := time.NewTimer(engine.ByTheClock(tellEvery))
	defer clock.Stop()
	listDue, due := time.NewTimer(0), true
	defer listDue.Stop()
	var f facts
	var says headline.Reader
	var drawn *Shown
	var above head
	kept := uint64(0)
	spoken := " " // no language: the first one is brought into force
	for {
		news, fresh, list := false, false, false
		select {
		case <-ctx.Done():
			return
		case hint, ok := <-hints:
			if !ok {
				return
			}
			news, fresh = true, hint.Kept != kept
			if fresh && !due { // hints until then are one
				listDue.Reset(listEvery)
				due = true
			}
			kept = hint.Kept
		case <-listDue.C:
			fresh, list, due = true, true, false
		case <-clock.C:
			clock.Reset(engine.ByTheClock(tellEvery))
		}
		if news || list {
			read, err := read(ctx, t.o.Desk, f, fresh, list)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				t.o.Log.Warn("what the tray lists could not be read", "error", err)
				kept = 0 // all is tried again with the next hint
			default:
				f = read
			}
		}
		if language := f.settings[engine.KeyLanguage]; language != spoken { // which takes its time
			spoken = language
			if err := words.Use(language); err != nil {
				_ = words.Use(words.System) // a language of a newer Dormer
			}
		}
		now := time.Now()
		w, trouble := says.Read(f.status, now)
		if !f.loaded {
			w, trouble = headline.Starting, ""
		}
		was := above
		above = head{w, trouble, f.status.Update.Version}
		if drawn != nil && !fresh && above == was && !f.growOld() {
			continue // most of what is heard: a self-check that came back
		}
		shown := show(w, trouble, f, now)
		if drawn != nil && reflect.DeepEqual(*drawn, shown) {
			continue
		}
		drawn = &shown
		draw(shown)
	}
}

// head is what the tray shows of how Dormer is.
type head struct {
	watch           headline.Watch
	trouble, update string
}

// growOld says whether what is shown of them is another after a while.
func (f facts) growOld() bool { return f.settings[engine.KeyPausedUntil] != "" || len(f.progress) > 0 }

// read asks the engine how it is; where anything else may be another for that, too, and
// for what the tray lists if list says so.
func read(ctx context.Context, desk Desk, f facts, fresh, list bool) (facts, error) {
	var err error
	if f.status, err = desk.Status(ctx); err != nil || !fresh {
		return f, err
	}
	settings, err := desk.Settings(ctx)
	if err != nil {
		return f, err
	}
	f.settings = make(map[string]string, len(settings))
	for _, v := range settings {
		f.settings[v.Key] = v.Value
	}
	if f.unread, err = desk.Unread(ctx); err != nil {
		return f, err
	}
	f.loaded = true
	if !list {
		return f, nil
	}
	return readLists(ctx, desk, f)
}

func readLists(ctx context.Context, desk Desk, f facts) (facts, error) {
	found, err := desk.FindJobs(ctx, engine.JobSearch{Group: engine.GroupFinished, Limit: listed})
	if err != nil {
		return f, err
	}
	f.finished = found.Rows
	if found, err = desk.FindJobs(ctx, engine.JobSearch{Group: engine.GroupInProgress, Limit: listed}); err != nil {
		return f, err
	}
	f.progress, f.running = found.Rows, found.Len
	alerts, err := desk.AlertPage(ctx, "", lookedAt)
	if err != nil {
		return f, err
	}
	f.away = engine.AlertView{}
	i := slices.IndexFunc(alerts, func(a engine.AlertView) bool { return a.Kind == job.Summary && a.ReadAt.IsZero() })
	if i >= 0 {
		f.away = alerts[i]
	}
	return f, nil
}
