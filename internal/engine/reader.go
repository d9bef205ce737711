package engine

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"dormer/internal/hover"
	"dormer/internal/subscription"
	"dormer/storage"
)

// How the log is read. What comes alone is read at once. Where many come, a rest follows
// that is ten times as long as they took: the more are read together, the less each
// costs, and those who wait for an answer need the processor, too. Who asks for a list
// ends the rest.
const (
	readMost    = 4000 // at once
	readMany    = 32
	restTimes   = 10
	restAtLeast = 10 * time.Millisecond
	restAtMost  = time.Second
	readAgain   = time.Second     // after a failure
	stormOver   = 5 * time.Second // without anything to read
)

// runReader reads the log: it makes of what was received all that is made of it.
func (e *Engine) runReader(ctx context.Context) {
	e.store.Reading(true)
	defer e.store.Reading(false)
	_, old := e.store.Lag() // how much of what was stored before the start is not read
	ended, failed, storm := false, false, false
	defer e.early.asking.Wait()
	about := func(unread []storage.Event) {
		if len(unread) == 1 {
			e.askEarly(ctx, unread[0])
		}
	}
	calm := time.NewTimer(stormOver)
	defer calm.Stop()
	defer func() {
		if storm {
			endStorm()
		}
	}()
	for ctx.Err() == nil {
		began := time.Now()
		read, err := e.store.Read(ctx, readMost, about)
		took := time.Since(began)
		if ctx.Err() != nil {
			return
		}
		e.store.Reading(err == nil) // who asks does not wait for what does not come
		if err != nil {
			if !failed {
				e.log.Error("what was received cannot be taken in yet", "error", err)
			}
			failed = true
			e.learnEarly(ctx)
			e.watchers.changed()
			select {
			case <-ctx.Done():
			case <-time.After(readAgain):
			}
			continue
		}
		failed = false
		if len(read) > 0 {
			e.heard(read)
		}
		old -= min(old, uint64(len(read)))
		if !ended && (old == 0 || len(read) == 0) {
			ended = true
			e.alerts.Release()
			close(e.folded)
			e.changed()
		}
		if len(read) >= readMany && !storm {
			storm = true
			beginStorm()
		}
		switch {
		case len(read) == readMost:
		case len(read) >= readMany:
			select {
			case <-ctx.Done():
			case <-e.store.Asked():
			case <-time.After(max(restAtLeast, min(restTimes*took, restAtMost))):
			}
		case len(read) == 0:
			var over <-chan time.Time
			if storm {
				calm.Reset(stormOver)
				over = calm.C
			}
			select {
			case <-ctx.Done():
			case <-e.store.Grown():
			case <-over:
				storm = false
				endStorm()
			}
		}
	}
}

// heard goes on with what was read.
func (e *Engine) heard(read []storage.Event) {
	if len(read) >= readMany {
		e.log.Info("news from Hover", "events", len(read), "from", read[0].Seq, "to", read[len(read)-1].Seq)
	}
	for _, ev := range read {
		if len(read) < readMany {
			e.log.Info("news from Hover", "event", ev.Name, "job", ev.Job, "model", ev.Model, "state", ev.State, "verdict",
				ev.Verdict, "seq", ev.Seq)
		}
		if ev.Reading == readingUnread {
			kick(e.judging) // the secret may have been read since it came
		}
		if ev.Verification {
			e.heardCode(ev)
		}
	}
	e.changed()
}

// heardCode hands a verification code on that Dormer may have been stopped with
// right after it was stored. As a rule it was handed on already, which does no harm.
func (e *Engine) heardCode(ev storage.Event) {
	event, err := hover.Decode(ev.Body)
	code, ok := event.(hover.VerificationCode)
	if err != nil || !ok || code.Code == "" {
		return
	}
	header := http.Header{}
	for name, value := range ev.Header {
		header.Set(name, value)
	}
	e.sub.Heard(code.Webhook,
		subscription.Code{Code: code.Code, Match: e.matcher(header, ev.Path, ev.Body, ev.Verdict)})
}

// foldAside tries once more to fold an event that was set aside, since somebody asked
// for that.
func (e *Engine) foldAside(ctx context.Context, w storage.Work) {
	seq, _ := strconv.ParseUint(w.Key, 10, 64) // 0 is no event
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		ev, ok, err := tx.Event(seq)
		if err == nil && ok {
			err = fold(tx, ev, e.now(), false)
		}
		if err != nil {
			return err
		}
		return tx.Finish(w)
	})
	if err != nil && ctx.Err() == nil {
		e.log.Error("what was received cannot be taken in and stays aside", "seq", seq, "error", err)
		err = e.store.Update(ctx, func(tx *storage.Tx) error { return tx.Bury(w, short(err)) })
	}
	e.stored(err)
}
