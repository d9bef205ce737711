package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// When Hover is asked for what was missed.
const (
	catchUpWell   = time.Hour       // while webhooks arrive
	catchUpDeaf   = 2 * time.Minute // while none can
	silentAfter   = 24 * time.Hour
	unheededAfter = 5 * time.Minute // longer than a refresh is tried for
	silentMost    = 20              // silent jobs asked for in one catch-up
	foldAtOnce    = 100
)

// runCatchUp catches up on start, whenever something asks for it, and by the
// clock.
func (e *Engine) runCatchUp(ctx context.Context) {
	select { // what is stored comes first, so that what is asked for is newer
	case <-e.folded:
	case <-ctx.Done():
		return
	}
	e.catchUpSoon(causeStart)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.catch.poke:
		case <-timer.C:
		}
		if why, due := e.catchUpDue(); due {
			e.catchUpOnce(ctx, why)
		}
		timer.Reset(e.catchUpWait())
	}
}

// catchUpDue takes what is asked for, or finds that it is time. The run has then
// begun.
func (e *Engine) catchUpDue() (cause, bool) {
	wait := e.catchUpWait()
	c := &e.catch
	c.mu.Lock()
	defer c.mu.Unlock()
	why := cause("by the clock")
	switch now := time.Now(); {
	case len(c.wanted) > 0:
		why, wait = c.wanted[0], 0
		c.wanted = nil
	case !c.refused.IsZero() && !now.Before(c.refused):
		why, c.refusedAt = causeRefused, now
	}
	if wait > 0 {
		return "", false
	}
	c.begun++
	c.refused = time.Time{} // whatever caused it, it asks for that too
	return why, true
}

// catchUpWait says how long until the next catch-up by the clock, or for a
// delivery that was refused too soon after another one.
func (e *Engine) catchUpWait() time.Duration {
	every := catchUpWell
	if !e.receiving() {
		every = catchUpDeaf
	}
	c := &e.catch
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.wanted) > 0 || c.started.IsZero() {
		return 0
	}
	if c.failures > 0 {
		every = min(10*time.Second<<min(c.failures-1, 4), catchUpDeaf)
	}
	wait := every - time.Since(c.started)
	if !c.refused.IsZero() {
		wait = min(wait, time.Until(c.refused))
	}
	return max(wait, 0)
}

func (e *Engine) catchUpOnce(ctx context.Context, why cause) {
	c := &e.catch
	c.mu.Lock()
	c.started = time.Now()
	c.mu.Unlock()
	defer func() {
		e.alerts.Open()
		e.changed()
	}()
	if !e.o.Tokens.Worth() { // the sign-in asks for one
		c.mu.Lock()
		c.over()
		c.mu.Unlock()
		return
	}
	found, err := e.catchUp(ctx)
	c.mu.Lock()
	c.running, c.lastErr = 0, err
	if err == nil {
		c.lastGood, c.failures = e.now(), 0
	} else {
		c.failures++
	}
	c.over()
	c.mu.Unlock()
	switch {
	case ctx.Err() != nil:
	case err != nil:
		e.log.Warn("catching up with Hover failed", "why", why, "error", err)
	default:
		e.log.Info("caught up with Hover", "why", why, "jobs", found)
		e.sub.Check()
	}
}

// catchUp reads what changed at Hover since the last time: jobs, capture
// requests, and jobs in progress that have been silent.
func (e *Engine) catchUp(ctx context.Context) (found int, err error) {
	began, asked := e.o.API.ServerTime().UTC(), e.ask()
	var at cursor
	var history importing
	err = e.store.Update(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Doc(docImport, &history); err != nil {
			return err
		}
		if _, err := tx.Doc(docCursor, &at); err != nil {
			return err
		}
		at.Run++
		return tx.PutDoc(docCursor, at)
	})
	if err != nil {
		return 0, err
	}
	e.catch.mu.Lock()
	e.catch.running = at.Run
	e.catch.mu.Unlock()
	e.signin.Learn(ctx)

	var query hoverapi.JobQuery
	if history.Done && !at.Since.IsZero() {
		query.UpdatedSince = at.Since.Add(-catchUpOverlap)
	}
	if found, err = e.catchUpJobs(ctx, query, asked, at.Run); err != nil {
		return found, err
	}
	// Our clock may have been set since Hover's last reply before this run; those
	// of the run tell Hover's time all the same.
	if by := e.o.API.ServerTime().UTC().Add(-e.now().Sub(asked.at)); by.Before(began) {
		began = by
	}
	// What was read stays read, whatever becomes of the rest.
	err = e.store.Update(ctx, func(tx *storage.Tx) error {
		at.Since = began
		if err := tx.PutDoc(docCursor, at); err != nil {
			return err
		}
		history.Done = true
		return tx.PutDoc(docImport, history)
	})
	if err != nil {
		return found, err
	}
	if err := e.catchUpCaptures(ctx, at.Run); err != nil {
		return found, err
	}
	if !history.Captures {
		history.Captures = true
		if err := e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docImport, history) }); err != nil {
			return found, err
		}
	}
	return found, e.askSilent(ctx, at)
}

// catchUpJobs folds all jobs that the query lists, a hundred a transaction.
func (e *Engine) catchUpJobs(ctx context.Context, query hoverapi.JobQuery, asked question, run uint64) (int, error) {
	found := 0
	var batch []hover.Job
	fold := func() error {
		err := e.learnAll(ctx, batch, asked, run)
		found += len(batch)
		batch = batch[:0]
		return err
	}
	for reply, err := range e.o.API.Jobs(ctx, query) {
		if err != nil {
			return found, err
		}
		if fresh, err := e.isNews(reply); err != nil {
			return found, err
		} else if !fresh {
			continue
		}
		if reply, err = e.whole(ctx, reply); err != nil {
			return found, err
		}
		if batch = append(batch, reply); len(batch) == foldAtOnce {
			if err := fold(); err != nil {
				return found, err
			}
		}
	}
	return found, fold()
}

// whole gives a list's item with its structures: the list may tell less than the
// details do.
func (e *Engine) whole(ctx context.Context, item hover.Job) (hover.Job, error) {
	if !item.State.Finished() || len(item.Models) > 0 {
		return item, nil
	}
	reply, err := e.o.API.Job(ctx, item.ID)
	if hoverapi.IsGone(err) {
		return item, nil
	}
	return reply, err
}

// isNews says whether a list's item tells something that is not known: the
// overlap lists many that are.
func (e *Engine) isNews(reply hover.Job) (news bool, err error) {
	err = e.store.View(func(tx *storage.Tx) error {
		was, known, err := tx.Job(reply.ID)
		news = !known || was.Claimed || was.State != reply.State || reply.UpdatedAt.IsZero() ||
			!reply.UpdatedAt.Equal(was.Version)
		return err
	})
	return news, err
}

// catchUpCaptures folds the account's capture requests.
func (e *Engine) catchUpCaptures(ctx context.Context, run uint64) error {
	asked := e.ask()
	list, err := e.o.API.CaptureRequests(ctx)
	switch hoverapi.KindOf(err) {
	case hoverapi.Forbidden, hoverapi.NotFound, hoverapi.Invalid:
		// Not every account may list them; jobs are told all the same.
		e.log.Info("Hover does not list capture requests", "error", err)
		return nil
	}
	if err != nil {
		return err
	}
	for _, reply := range list {
		var was job.Invitation
		var known bool
		err := e.store.View(func(tx *storage.Tx) (err error) {
			was, known, err = tx.Invitation(reply.ID)
			return err
		})
		if err != nil {
			return err
		}
		if known && was.State == reply.State && was.Job == reply.Job && !was.Confirmed.IsZero() {
			continue
		}
		if err := e.learnCapture(ctx, reply, asked, run, nil); err != nil {
			return err
		}
	}
	return nil
}

// askSilent asks one by one for jobs in progress that nobody has spoken of for
// a day: they may have been archived, which no list tells. And for those that an
// event has spoken of and Hover has not, though it was asked: no list may tell
// them any more.
// Each has its turn: one that Hover does not tell of stays silent.
func (e *Engine) askSilent(ctx context.Context, at cursor) error {
	ids, err := e.silentJobs()
	if err != nil || len(ids) == 0 {
		return err
	}
	after, found := slices.BinarySearch(ids, at.Silent)
	if found {
		after++
	}
	for _, id := range slices.Concat(ids[after:], ids[:after])[:min(len(ids), silentMost)] {
		at.Silent = id
		if err = e.askOne(ctx, id, at.Run); err != nil {
			break
		}
	}
	return errors.Join(err, e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docCursor, at) }))
}

// silentJobs gives the jobs to be asked for one by one, by their ids.
func (e *Engine) silentJobs() (ids []hover.JobID, err error) {
	silent, unheeded := e.now().Add(-silentAfter), e.now().Add(-unheededAfter)
	err = e.store.View(func(tx *storage.Tx) error {
		for j, err := range tx.Jobs(storage.JobQuery{}) {
			if err != nil {
				return err
			}
			inProgress := !j.State.Finished() && j.HeardAt.Before(silent)
			if !j.Archived && (inProgress || j.Claimed && j.HeardAt.Before(unheeded)) {
				ids = append(ids, j.ID)
			}
		}
		return nil
	})
	slices.Sort(ids)
	return ids, err
}

// askOne asks for one job. One that we may not see, or no longer, is no error.
func (e *Engine) askOne(ctx context.Context, id hover.JobID, run uint64) error {
	asked := e.ask()
	reply, err := e.o.API.Job(ctx, id)
	switch {
	case hoverapi.IsGone(err):
		return e.forgetJob(ctx, id)
	case err == nil:
		return e.learnAll(ctx, []hover.Job{reply}, asked, run)
	}
	switch hoverapi.KindOf(err) {
	case hoverapi.Forbidden, hoverapi.Invalid, hoverapi.BadReply:
		e.log.Info("Hover does not tell of a job", "job", id, "error", err)
		return nil
	}
	return err
}

// CatchUp asks Hover now for what was missed, and waits.
func (e *Engine) CatchUp(ctx context.Context) error {
	c := &e.catch
	c.mu.Lock()
	run := c.begun + 1 // one under way may be past what is asked for
	c.mu.Unlock()
	e.catchUpSoon(causeAsked)
	for {
		c.mu.Lock()
		done, ended, err := c.done, c.ended, c.lastErr
		c.mu.Unlock()
		if ended < run {
			select {
			case <-done:
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err == nil && !e.o.Tokens.SignedIn() {
			return &say.Error{What: say.T("hover.not_asked"), Why: say.T("signin.nobody_is"), Do: say.T("do.login")}
		}
		if err != nil {
			return hoverapi.Asking(say.T("catch_up.failed"), err, say.T("do.check_internet_try_again"))
		}
		return nil
	}
}
