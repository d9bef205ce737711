package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// How long an alert waits for its PDFs after Hover's confirmation, and how long
// one that was shown without them waits to be shown again: a little longer than a
// file is tried for.
const (
	waitPDF   = time.Minute // also for the figures
	followPDF = 25 * time.Hour
)

// waitFigures is after how many tries in vain an alert no longer waits for figures.
const waitFigures = 3

// pendingAlert is one row of alert work, read, with what became of its PDFs
// when it was looked at.
type pendingAlert struct {
	work  storage.Work
	news  news
	files job.Files
}

// runAlerts tells people what happened: each happening once, after its PDFs are
// on disk, several of one catch-up in one summary.
func (e *Engine) runAlerts(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.alertKick:
		case <-timer.C:
		}
		wait, opened := e.gate.pass(e.now())
		if wait == 0 {
			if opened {
				e.gather(ctx, func(news) bool { return true })
			}
			if run := e.catch.takesLong(); run != 0 {
				e.gather(ctx, func(n news) bool { return n.Run == run })
			}
			wait = e.announceAll(ctx)
		}
		timer.Reset(wait)
	}
}

// pending reads all alerts that wait, the first confirmed first. One that makes no
// sense, as of a newer Dormer, becomes a dead letter: it holds up no other.
func (e *Engine) pending(ctx context.Context) ([]pendingAlert, error) {
	var list []pendingAlert
	var senseless []storage.Work
	ever := e.now().AddDate(100, 0, 0)
	err := e.store.View(func(tx *storage.Tx) error {
		rows, err := tx.Due(ever, 0, workAlert)
		if err != nil {
			return err
		}
		list = make([]pendingAlert, 0, len(rows))
		for _, w := range rows {
			p := pendingAlert{work: w}
			if json.Unmarshal(w.Payload, &p.news) != nil || p.news.Happening.Key == "" {
				senseless = append(senseless, w)
				continue
			}
			list = append(list, p)
		}
		return nil
	})
	if err == nil && len(senseless) > 0 {
		err = e.buryAll(ctx, senseless)
	}
	slices.SortStableFunc(list, func(a, b pendingAlert) int {
		return cmp.Or(a.news.Confirmed.Compare(b.news.Confirmed), cmp.Compare(a.work.Key, b.work.Key))
	})
	return list, err
}

func (e *Engine) buryAll(ctx context.Context, senseless []storage.Work) error {
	return e.store.Update(ctx, func(tx *storage.Tx) error {
		for _, w := range senseless {
			e.log.Error("an alert cannot be read and is set aside", "alert", w.Key)
			if err := tx.Bury(w, "it cannot be read"); err != nil {
				return err
			}
		}
		return nil
	})
}

// gather makes alerts that wait belong together. All that wait behind the gate
// do, however they were found: the first catch-up after a start or wake and the
// events that came meanwhile speak of the same absence. And so does what a
// catch-up that takes long has found until then.
func (e *Engine) gather(ctx context.Context, belongs func(news) bool) {
	list, err := e.pending(ctx)
	if err == nil {
		err = e.store.Update(ctx, func(tx *storage.Tx) error {
			for _, p := range list {
				if p.news.Gathered || p.news.Shown || p.news.Held || p.news.Untaken || !belongs(p.news) {
					continue
				}
				p.news.Gathered = true
				if err := queueAlert(tx, p.news); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		e.log.Error("the alerts could not be gathered", "error", err)
	}
}

// announceAll tells what is ready to be told, and says when to look again.
func (e *Engine) announceAll(ctx context.Context) time.Duration {
	const idle = time.Minute
	quietly := e.teller.idle() // asked first: what it has told meanwhile is not told again
	list, err := e.pending(ctx)
	if err != nil {
		e.log.Error("the alerts cannot be read", "error", err)
		return idle
	}
	wait := idle
	later := func(at time.Time) { wait = min(wait, max(at.Sub(e.now()), 10*time.Millisecond)) }

	var single, group, held, again []pendingAlert
	groupReady := true
	for _, p := range list {
		if !e.wanted(p) {
			e.finishAlert(ctx, p)
			continue
		}
		var until time.Time
		p.files, until = e.files(p)
		most, running := e.catch.holds(p.news.Run)
		switch {
		case p.news.Untaken:
			again = append(again, p)
		case p.news.Held:
			held = append(held, p)
		case p.news.Shown:
			e.follow(ctx, p)
		case running && !p.news.Gathered: // the summary is not complete yet
			if most > 0 {
				wait = min(wait, most)
			}
		case p.news.Run != 0 || p.news.Gathered:
			group = append(group, p)
			if !until.IsZero() {
				groupReady = false
				later(until)
			}
		case until.IsZero():
			single = append(single, p)
		default:
			later(until)
		}
	}
	if len(again) > 0 && quietly {
		wait = min(wait, max(e.retell(ctx, again), 10*time.Millisecond))
	}
	e.announce(ctx, single, e.raiseEach)
	if groupReady {
		e.announce(ctx, group, e.raiseAsOne(job.WhileAway))
	}
	if len(held) > 0 {
		if until := e.quietUntil(); until.IsZero() {
			e.announce(ctx, held, e.raiseAsOne(job.WhileQuiet))
		} else {
			later(until)
		}
	}
	return wait
}

// files says what became of the PDFs and the figures that an alert speaks of. until
// is zero if the alert need not wait for them any longer.
func (e *Engine) files(p pendingAlert) (files job.Files, until time.Time) {
	prefetched := slices.Contains(e.prefetch(), hover.FormatPDF)
	err := e.store.View(func(tx *storage.Tx) (err error) {
		files, until, err = filesOf(tx, p.news, prefetched, e.now())
		return err
	})
	if err != nil {
		e.log.Error("the files of an alert cannot be read", "error", err)
	}
	return files, until
}

func filesOf(tx *storage.Tx, n news, prefetched bool, now time.Time) (files job.Files, until time.Time, err error) {
	h := n.Happening
	if h.Outcome != job.Completed && h.Outcome != job.StructureDone {
		return files, until, nil
	}
	j, _, err := tx.Job(h.Job)
	if err != nil {
		return files, until, err
	}
	deadline := n.Confirmed.Add(waitPDF)
	worthwhile := false // to wait: nobody has said that it will take longer
	measuring := false  // figures are to come, and soon
	files.Figures = map[hover.ModelID]say.Text{}
	for _, s := range j.Structures {
		if s.State != hover.ModelCompleted || h.Model != "" && s.ID != h.Model {
			continue
		}
		k, read, err := keptOf(tx, j, s.ID)
		if err != nil {
			return files, until, err
		}
		if says := k.Figures.Says(); !says.IsZero() {
			files.Figures[s.ID] = says
		}
		if !read {
			w, queued, err := tx.Work(workFigures, figuresWorkKey(j.ID, s.ID))
			if err != nil {
				return files, until, err
			}
			measuring = measuring || queued && w.Attempts < waitFigures && w.Due.Before(deadline)
		}
		f, _, err := tx.File(j.ID, s.ID, string(hover.FormatPDF))
		if err != nil {
			return files, until, err
		}
		w, queued, err := tx.Work(workFile, fileKey(j.ID, s.ID, hover.Artifact{Format: hover.FormatPDF}))
		if err != nil {
			return files, until, err
		}
		switch {
		case prefetched && n.Claimed && j.Claimed: // queued when Hover confirms it
			files.Waiting++
		case prefetched && queued && !w.Dead: // also where one of before a correction is saved
			files.Waiting++
			refused := f.Refusal != 0 && f.Refusal != http.StatusNotFound && !f.RefusedAt.Before(w.Since)
			worthwhile = worthwhile || !refused && !f.Stuck
		case f.State == storage.FileSaved:
			files.Saved++
		case f.State == storage.FileUnavailable:
			files.Unavailable++
		}
	}
	switch {
	case files.Waiting == 0 && !measuring:
	case (worthwhile || measuring) && now.Before(deadline) && now.Add(waitPDF).After(n.Confirmed) && !n.Claimed: // else the clock was set back
		until = deadline
	default:
		files.PDFFollows = files.Waiting > 0
	}
	return files, until, nil
}

// wanted says whether the person wants to hear of it: everybody's jobs, or only
// those that the acting user captured. Hover is not asked who that is: the
// catch-ups do, and alerts wait for nobody.
func (e *Engine) wanted(p pendingAlert) bool {
	if e.Value(KeyAlertsWhose) != "mine" || p.news.Happening.Job == "" {
		return true
	}
	email := e.person(hover.UserID(e.Value(KeyActingUser))).Email
	if email == "" {
		return true // better one too many than none
	}
	var j job.Job
	known := false
	err := e.store.View(func(tx *storage.Tx) (err error) {
		j, known, err = tx.Job(p.news.Happening.Job)
		return err
	})
	return err != nil || !known || j.Confirmed.IsZero() || j.MatchesMine(email) // no event says who captured it
}

// announce has alerts told, but for those that go to the in-app inbox alone: for
// good if their kind is switched off, until the quiet is over if it is quiet.
func (e *Engine) announce(ctx context.Context, list []pendingAlert, tell func(context.Context, []pendingAlert)) {
	if len(list) == 0 {
		return
	}
	kinds, err := ParseAlertKinds(e.Value(KeyAlertsKinds))
	if err != nil {
		kinds = AlertKinds() // better one too many than none
	}
	quiet := !e.quietUntil().IsZero()
	var loud, hold, mute []pendingAlert
	for _, p := range list {
		switch {
		case !slices.Contains(kinds, p.news.Happening.Outcome) && (p.news.Happening.Outcome != job.File || len(kinds) == 0):
			mute = append(mute, p)
		case quiet && !e.passesQuiet(p):
			hold = append(hold, p)
		default:
			loud = append(loud, p)
		}
	}
	e.keep(ctx, mute, e.settleSilently)
	e.keep(ctx, hold, func(tx *storage.Tx, p pendingAlert) error {
		p.news.Held = true
		return queueAlert(tx, p.news)
	})
	if len(loud) > 0 {
		tell(ctx, loud)
	}
	e.watchers.changed()
}

// keep writes alerts into the inbox and shows nothing.
func (e *Engine) keep(ctx context.Context, list []pendingAlert, settle func(*storage.Tx, pendingAlert) error) {
	if len(list) == 0 {
		return
	}
	_, err := e.write(ctx, list, func(tx *storage.Tx, _ []job.Alert) error {
		for _, p := range list {
			if err := settle(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		e.log.Error("an alert could not be written", "error", err)
	}
}

// raise writes alerts into the in-app inbox and has them shown: one as itself,
// several as one summary, which has a row of its own. It gives the row that is
// shown.
func (e *Engine) raise(ctx context.Context, list []pendingAlert, when job.Occasion) (row job.Alert, ok bool) {
	var x telling
	_, err := e.write(ctx, list, func(tx *storage.Tx, rows []job.Alert) (err error) {
		if row = rows[0]; len(rows) > 1 {
			if row, _, err = tx.AddAlert(e.summary(list, rows, when)); err != nil {
				return err
			}
		}
		x.about, err = e.toTell(tx, list, func(int) string { return row.Key })
		return err
	})
	if err != nil {
		e.log.Error("an alert could not be written", "error", err)
		return row, false
	}
	x.notice = e.noticeOf(row)
	x.notice.Urgent = slices.ContainsFunc(list, failed)
	x.notice.Sound = e.sounds(list)
	e.log.Info("ALERT "+row.Title.String(), "says", row.Body.String(), "job", row.Job)
	e.hand(x)
	return row, true
}

func (e *Engine) raiseAsOne(when job.Occasion) func(context.Context, []pendingAlert) {
	return func(ctx context.Context, list []pendingAlert) { e.raise(ctx, list, when) }
}

// write stores the inbox rows of alerts, in their order, and what else also
// stores. A row that is there already stays as it is, unless it was held back:
// its PDF may have come meanwhile.
func (e *Engine) write(ctx context.Context, list []pendingAlert, also func(*storage.Tx, []job.Alert) error) (rows []job.Alert, err error) {
	composed := make([]job.Alert, len(list))
	for i, p := range list {
		if composed[i], err = e.compose(p.news.Happening, p.files); err != nil {
			return nil, err
		}
	}
	err = e.store.Update(ctx, func(tx *storage.Tx) error {
		rows = rows[:0]
		for i, a := range composed {
			row, _, err := tx.AddAlert(a)
			if err == nil && list[i].news.Held {
				row.Title, row.Body = a.Title, a.Body
				err = tx.PutAlert(row)
			}
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return also(tx, rows)
	})
	e.stored(err)
	return rows, err
}

// settleSilently takes an alert that is in the inbox out of the queue; one whose
// PDF follows stays, so that its row is brought up to date.
func (e *Engine) settleSilently(tx *storage.Tx, p pendingAlert) error {
	if !p.files.PDFFollows {
		return tx.Finish(p.work)
	}
	p.news.Shown, p.news.Silent, p.news.Untaken = true, true, false
	return queueAlert(tx, p.news)
}

// compose writes the alert of one happening.
func (e *Engine) compose(h job.Happening, files job.Files) (job.Alert, error) {
	a := job.Alert{Key: h.Key, At: h.At, Kind: h.Outcome, Job: h.Job, Model: h.Model, Failed: h.Failed()}
	err := e.store.View(func(tx *storage.Tx) error {
		if h.Outcome == job.Capture {
			inv, ok, err := tx.Invitation(h.Capture)
			if ok {
				a.Title, a.Body = job.ComposeCapture(inv)
			}
			return err
		}
		j, _, err := tx.Job(h.Job)
		a.Title, a.Body = job.Compose(h, j, files)
		return err
	})
	return a, err
}

// summary writes one alert for several. Its key is made of theirs, so that a
// crash between writing and showing leads to no second one.
func (e *Engine) summary(list []pendingAlert, rows []job.Alert, when job.Occasion) job.Alert {
	happenings := make([]job.Happening, len(list))
	titles := make([]say.Text, len(rows))
	for i, p := range list {
		happenings[i], titles[i] = p.news.Happening, rows[i].Title
	}
	a := job.Alert{Key: "summary/" + list[0].work.Key, At: e.now(), Kind: job.Summary}
	a.Title, a.Body = job.Summarize(happenings, titles, when)
	return a
}

// follow shows an alert again, in place and without a sound, when the PDF that it
// promised has come; in the quiet, and where it is not shown by itself, its row
// alone is brought up to date. So it is when no PDF will come: it was refused for
// good, or given up.
func (e *Engine) follow(ctx context.Context, p pendingAlert) {
	over := e.now().Sub(p.news.Confirmed) > followPDF
	if p.files.Waiting > 0 && !over {
		return
	}
	show := p.files.Saved > 0 && !p.news.Silent && e.quietUntil().IsZero()
	var x telling
	row, err := e.compose(p.news.Happening, p.files)
	if err == nil {
		composed := row
		err = e.store.Update(ctx, func(tx *storage.Tx) (err error) {
			if row, _, err = tx.AddAlert(composed); err != nil {
				return err
			}
			row.Title, row.Body = composed.Title, composed.Body
			if err := tx.PutAlert(row); err != nil {
				return err
			}
			if !show {
				return tx.Finish(p.work)
			}
			p.files.PDFFollows = false // no longer, whatever came of it
			x.about, err = e.toTell(tx, []pendingAlert{p}, func(int) string { return row.Key })
			return err
		})
	}
	if err != nil {
		e.log.Error("an alert could not be brought up to date", "error", err)
		return
	}
	if show {
		x.notice = e.noticeOf(row)
		e.hand(x)
	}
	e.watchers.changed()
}

func (e *Engine) finishAlert(ctx context.Context, p pendingAlert) {
	if err := e.store.Update(ctx, func(tx *storage.Tx) error { return tx.Finish(p.work) }); err != nil {
		e.log.Error("an alert could not be ticked off", "error", err)
	}
}

// pausedUntil says until when alerts are paused; zero if they are not.
func (e *Engine) pausedUntil() time.Time {
	now := e.now()
	v := e.Value(KeyPausedUntil)
	if v == "forever" {
		return now.Add(time.Hour) // looked at again then
	}
	if until, err := time.Parse(time.RFC3339, v); err == nil && until.After(now) {
		return until
	}
	return time.Time{}
}

// quietUntil says until when nobody is to be disturbed; zero if now is fine.
func (e *Engine) quietUntil() time.Time {
	if until := e.pausedUntil(); !until.IsZero() {
		return until
	}
	v := e.Value(KeyQuietHours)
	if v == "" {
		return time.Time{}
	}
	from, to, err := parseHours(v)
	if err != nil || from == to {
		return time.Time{}
	}
	local := e.now().Local()
	minute := local.Hour()*60 + local.Minute()
	in := minute >= from && minute < to
	if from > to { // over midnight
		in = minute >= from || minute < to
	}
	if !in {
		return time.Time{}
	}
	end := time.Date(local.Year(), local.Month(), local.Day(), to/60, to%60, 0, 0, local.Location())
	if !end.After(local) {
		end = end.AddDate(0, 0, 1)
	}
	return end
}

// passesQuiet says whether an alert may break the quiet: a failure, where that is
// set. A pause is never broken.
func (e *Engine) passesQuiet(p pendingAlert) bool {
	return failed(p) && e.Value(KeyQuietFailure) == "true" && e.pausedUntil().IsZero()
}

func failed(p pendingAlert) bool { return p.news.Happening.Outcome == job.Failed }

// MarkRead marks alerts as read; no ids means all.
func (e *Engine) MarkRead(ctx context.Context, ids ...uint64) error {
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		if len(ids) == 0 {
			for a, err := range tx.Alerts(storage.AlertQuery{Unread: true}) {
				if err != nil {
					return err
				}
				ids = append(ids, a.ID)
			}
		}
		for _, id := range ids {
			a, ok, err := tx.Alert(id)
			if err != nil {
				return err
			}
			if !ok || !a.ReadAt.IsZero() {
				continue
			}
			a.ReadAt = e.now()
			if err := tx.PutAlert(a); err != nil {
				return err
			}
		}
		return nil
	})
	e.watchers.changed()
	return err
}
