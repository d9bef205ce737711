package tell

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// followPDF is how long an alert that was shown without its PDFs waits to be shown again:
// a little longer than a file is tried for.
const followPDF = 25 * time.Hour

// pendingAlert is one row of alert work, read, with what became of its PDFs
// when it was looked at.
type pendingAlert struct {
	work  storage.Work
	news  News
	files job.Files
}

// Options are what Alerts are made of. All are needed unless they say so.
type Options struct {
	Store   *storage.Store
	Records *records.Records

	// Files says what became of the PDFs and the figures that an alert speaks of. until
	// is zero if the alert need not wait for them any longer.
	Files func(n News) (files job.Files, until time.Time)
	// Holds says whether what a catch-up has found waits for its end, and how long it
	// still does so at most; 0 if it was let go once already. TakesLong gives the one
	// under way, once: when what it has found so far has waited long enough.
	Holds     func(run uint64) (most time.Duration, held bool)
	TakesLong func() (run uint64)

	Notifier Notifier // nil where nothing can be shown
	// Somebody gives a hint whenever there may be somebody who takes the notifications
	// that nobody took before. Optional.
	Somebody <-chan struct{}

	// Changed is told of what a person may see, Stored how a write ended. Neither may
	// wait.
	Changed func()
	Stored  func(error)
	Now     func() time.Time
	Log     *slog.Logger
}

// Alerts tell people what happened.
type Alerts struct {
	o      Options
	kicked chan struct{} // there may be something to tell
	gate   gate
	teller teller
	burst  burst
	speech speech
}

// New makes them; Run tells.
func New(o Options) *Alerts {
	l := &Alerts{o: o, kicked: make(chan struct{}, 1)}
	l.teller.init()
	return l
}

// Run tells what there is to tell until ctx ends.
func (l *Alerts) Run(ctx context.Context) {
	var showing sync.WaitGroup
	defer showing.Wait()
	showing.Go(func() { l.runTell(ctx) })
	l.runAlerts(ctx)
}

// Kick has it looked what is to be told.
func (l *Alerts) Kick() { kick(l.kicked) }

// Hold tells nothing until Release is called, and then as after Shut.
func (l *Alerts) Hold() { l.gate.hold() }

// Release ends Hold.
func (l *Alerts) Release() { l.gate.release(l.o.Now()) }

// Shut has alerts wait until Open is called, half a minute at most: one summary can tell
// then what happened meanwhile.
func (l *Alerts) Shut() { l.gate.shut(l.o.Now()) }

// Open ends Shut.
func (l *Alerts) Open() { l.gate.open() }

// Where many wait, a look at all of them takes long, and each that is told or whose
// files come calls for another one: a rest follows that is ten times as long.
const (
	longLook  = 10 * time.Millisecond
	restTimes = 10
	restMost  = time.Second
)

// runAlerts tells people what happened: each happening once, after its PDFs are
// on disk, several of one catch-up in one summary.
func (l *Alerts) runAlerts(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.kicked:
		case <-timer.C:
		}
		wait, opened := l.gate.pass(l.o.Now())
		if wait == 0 {
			if opened {
				l.gather(ctx, func(News) bool { return true })
			}
			if run := l.o.TakesLong(); run != 0 {
				l.gather(ctx, func(n News) bool { return n.Run == run })
			}
			began := time.Now()
			wait = l.announceAll(ctx)
			if took := time.Since(began); took >= longLook {
				rest(ctx, min(restTimes*took, restMost))
			}
		}
		timer.Reset(wait)
	}
}

// rest returns when d has passed or ctx has ended.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// pending reads all alerts that wait, the first confirmed first. One that makes no
// sense, as of a newer Dormer, becomes a dead letter: it holds up no other.
func (l *Alerts) pending(ctx context.Context) ([]pendingAlert, error) {
	var list []pendingAlert
	var senseless []storage.Work
	ever := l.o.Now().AddDate(100, 0, 0)
	err := l.o.Store.View(func(tx *storage.Tx) error {
		rows, err := tx.Due(ever, 0, Work)
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
		err = l.buryAll(ctx, senseless)
	}
	slices.SortStableFunc(list, func(a, b pendingAlert) int {
		return cmp.Or(a.news.Confirmed.Compare(b.news.Confirmed), cmp.Compare(a.work.Key, b.work.Key))
	})
	return list, err
}

func (l *Alerts) buryAll(ctx context.Context, senseless []storage.Work) error {
	return l.o.Store.Update(ctx, func(tx *storage.Tx) error {
		for _, w := range senseless {
			l.o.Log.Error("an alert cannot be read and is set aside", "alert", w.Key)
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
func (l *Alerts) gather(ctx context.Context, belongs func(News) bool) {
	list, err := l.pending(ctx)
	if err == nil {
		err = l.o.Store.Update(ctx, func(tx *storage.Tx) error {
			for _, p := range list {
				if p.news.Gathered || p.news.Shown || p.news.Held || p.news.Untaken || !belongs(p.news) {
					continue
				}
				p.news.Gathered = true
				if err := Queue(tx, p.news); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		l.o.Log.Error("the alerts could not be gathered", "error", err)
	}
}

// announceAll tells what is ready to be told, and says when to look again.
func (l *Alerts) announceAll(ctx context.Context) time.Duration {
	const idle = time.Minute
	quietly := l.teller.idle() // asked first: what it has told meanwhile is not told again
	list, err := l.pending(ctx)
	if err != nil {
		l.o.Log.Error("the alerts cannot be read", "error", err)
		return idle
	}
	wait := idle
	later := func(at time.Time) { wait = min(wait, max(at.Sub(l.o.Now()), 10*time.Millisecond)) }

	var single, group, held, again []pendingAlert
	groupReady := true
	for _, p := range list {
		if !l.wanted(p) {
			l.finishAlert(ctx, p)
			continue
		}
		var until time.Time
		p.files, until = l.o.Files(p.news)
		most, running := l.o.Holds(p.news.Run)
		switch {
		case p.news.Untaken:
			again = append(again, p)
		case p.news.Held:
			held = append(held, p)
		case p.news.Shown:
			l.follow(ctx, p)
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
		wait = min(wait, max(l.retell(ctx, again), 10*time.Millisecond))
	}
	l.announce(ctx, single, l.raiseEach)
	if groupReady {
		l.announce(ctx, group, l.raiseAsOne(job.WhileAway))
	}
	if len(held) > 0 {
		if until := l.quietUntil(); until.IsZero() {
			l.announce(ctx, held, l.raiseAsOne(job.WhileQuiet))
		} else {
			later(until)
		}
	}
	return wait
}

// wanted says whether the person wants to hear of it: everybody's jobs, or only
// those that the acting user captured. Hover is not asked who that is: the
// catch-ups do, and alerts wait for nobody.
func (l *Alerts) wanted(p pendingAlert) bool {
	if l.o.Records.Value(records.KeyAlertsWhose) != "mine" || p.news.Happening.Job == "" {
		return true
	}
	email := l.o.Records.Person(hover.UserID(l.o.Records.Value(records.KeyActingUser))).Email
	if email == "" {
		return true // better one too many than none
	}
	var j job.Job
	known := false
	err := l.o.Store.View(func(tx *storage.Tx) (err error) {
		j, known, err = tx.Job(p.news.Happening.Job)
		return err
	})
	return err != nil || !known || j.Confirmed.IsZero() || j.MatchesMine(email) // no event says who captured it
}

// announce has alerts told, but for those that go to the in-app inbox alone: for
// good if their kind is switched off, until the quiet is over if it is quiet.
func (l *Alerts) announce(ctx context.Context, list []pendingAlert, tell func(context.Context, []pendingAlert)) {
	if len(list) == 0 {
		return
	}
	kinds, err := records.ParseAlertKinds(l.o.Records.Value(records.KeyAlertsKinds))
	if err != nil {
		kinds = records.AlertKinds() // better one too many than none
	}
	quiet := !l.quietUntil().IsZero()
	var loud, hold, mute []pendingAlert
	for _, p := range list {
		switch {
		case !slices.Contains(kinds, p.news.Happening.Outcome.Family()) &&
			(p.news.Happening.Outcome != job.File || len(kinds) == 0):
			mute = append(mute, p)
		case quiet && !l.passesQuiet(p):
			hold = append(hold, p)
		default:
			loud = append(loud, p)
		}
	}
	l.keep(ctx, mute, l.settleSilently)
	l.keep(ctx, hold, func(tx *storage.Tx, p pendingAlert) error {
		p.news.Held = true
		return Queue(tx, p.news)
	})
	if len(loud) > 0 {
		tell(ctx, loud)
	}
	l.o.Changed()
}

// keep writes alerts into the inbox and shows nothing.
func (l *Alerts) keep(ctx context.Context, list []pendingAlert, settle func(*storage.Tx, pendingAlert) error) {
	if len(list) == 0 {
		return
	}
	rows, err := l.composeAll(list)
	if err == nil {
		err = l.write(ctx, list, rows, func(tx *storage.Tx) error {
			for _, p := range list {
				if err := settle(tx, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		l.o.Log.Error("an alert could not be written", "error", err)
	}
}

// raise writes alerts into the in-app inbox and has them shown: one as itself,
// several as one summary, which has a row of its own. It gives the row that is
// shown.
func (l *Alerts) raise(ctx context.Context, list []pendingAlert, when job.Occasion) (row job.Alert, ok bool) {
	rows, err := l.composeAll(list)
	if err != nil {
		l.o.Log.Error("an alert could not be written", "error", err)
		return row, false
	}
	add := func(*storage.Tx) error { return nil }
	if row = rows[0]; len(rows) > 1 {
		row = l.summary(list, rows, when)
		add = func(tx *storage.Tx) error {
			_, _, err := tx.AddAlert(row)
			return err
		}
	}
	x := telling{notice: l.noticeOf(row)}
	x.notice.Urgent = slices.ContainsFunc(list, failed)
	x.notice.Sound = l.sounds(list)
	for _, p := range list {
		x.about = append(x.about, p.told(row.Key))
	}
	if !l.tell(ctx, x, list, rows, add) {
		return row, false
	}
	l.o.Log.Info("ALERT "+row.Title.String(), "says", row.Body.String(), "job", row.Job)
	return row, true
}

// tell has alerts shown while their inbox rows are written, with what else add writes. It
// says whether they were: else they are to be raised again, and are not shown again where
// somebody has taken them.
func (l *Alerts) tell(
	ctx context.Context, x telling, list []pendingAlert, rows []job.Alert, add func(*storage.Tx) error,
) bool {
	written := make(chan bool, 1)
	x.written = written
	l.hand(x)
	err := l.write(ctx, list, rows, func(tx *storage.Tx) error {
		if err := toTell(tx, list, x.about); err != nil {
			return err
		}
		return add(tx)
	})
	written <- err == nil
	if err != nil {
		l.o.Log.Error("an alert could not be written", "error", err)
	}
	return err == nil
}

func (l *Alerts) raiseAsOne(when job.Occasion) func(context.Context, []pendingAlert) {
	return func(ctx context.Context, list []pendingAlert) { l.raise(ctx, list, when) }
}

// write stores the inbox rows of alerts, in their order, and what else also
// stores. A row that is there already stays as it is, unless it was held back:
// its PDF may have come meanwhile.
func (l *Alerts) write(ctx context.Context, list []pendingAlert, rows []job.Alert, also func(*storage.Tx) error) error {
	err := l.o.Store.Update(ctx, func(tx *storage.Tx) error {
		for i, a := range rows {
			row, _, err := tx.AddAlert(a)
			if err == nil && list[i].news.Held {
				row.Title, row.Body = a.Title, a.Body
				err = tx.PutAlert(row)
			}
			if err != nil {
				return err
			}
		}
		return also(tx)
	})
	l.o.Stored(err)
	return err
}

// settleSilently takes an alert that is in the inbox out of the queue; one whose
// PDF follows stays, so that its row is brought up to date.
func (l *Alerts) settleSilently(tx *storage.Tx, p pendingAlert) error {
	if !p.files.PDFFollows {
		return tx.Finish(p.work)
	}
	p.news.Shown, p.news.Silent, p.news.Untaken = true, true, false
	return Queue(tx, p.news)
}

func (l *Alerts) composeAll(list []pendingAlert) (rows []job.Alert, err error) {
	rows = make([]job.Alert, len(list))
	for i, p := range list {
		if rows[i], err = l.compose(p.news.Happening, p.files); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// compose writes the alert of one happening.
func (l *Alerts) compose(h job.Happening, files job.Files) (job.Alert, error) {
	a := job.Alert{
		Key: h.Key, At: h.At, Kind: h.Outcome, Job: h.Job, Model: h.Model, Document: h.Document, State: h.State,
		Failed: h.Failed(),
	}
	err := l.o.Store.View(func(tx *storage.Tx) error {
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
func (l *Alerts) summary(list []pendingAlert, rows []job.Alert, when job.Occasion) job.Alert {
	happenings := make([]job.Happening, len(list))
	titles := make([]say.Text, len(rows))
	for i, p := range list {
		happenings[i], titles[i] = p.news.Happening, rows[i].Title
	}
	a := job.Alert{Key: "summary/" + list[0].work.Key, At: l.o.Now(), Kind: job.Summary}
	a.Title, a.Body = job.Summarize(happenings, titles, when)
	return a
}

// follow shows an alert again, in place and without a sound, when the PDF that it
// promised has come; in the quiet, and where it is not shown by itself, its row
// alone is brought up to date. So it is when no PDF will come: it was refused for
// good, or given up.
func (l *Alerts) follow(ctx context.Context, p pendingAlert) {
	over := l.o.Now().Sub(p.news.Confirmed) > followPDF
	if p.files.Waiting > 0 && !over {
		return
	}
	show := p.files.Saved > 0 && !p.news.Silent && l.quietUntil().IsZero()
	var x telling
	row, err := l.compose(p.news.Happening, p.files)
	if err == nil {
		composed := row
		err = l.o.Store.Update(ctx, func(tx *storage.Tx) (err error) {
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
			x.about = []told{p.told(row.Key)}
			return toTell(tx, []pendingAlert{p}, x.about)
		})
	}
	if err != nil {
		l.o.Log.Error("an alert could not be brought up to date", "error", err)
		return
	}
	if show {
		x.notice = l.noticeOf(row)
		l.hand(x)
	}
	l.o.Changed()
}

func (l *Alerts) finishAlert(ctx context.Context, p pendingAlert) {
	if err := l.o.Store.Update(ctx, func(tx *storage.Tx) error { return tx.Finish(p.work) }); err != nil {
		l.o.Log.Error("an alert could not be ticked off", "error", err)
	}
}

// MarkRead marks alerts as read; no ids means all.
func (l *Alerts) MarkRead(ctx context.Context, ids ...uint64) error {
	err := l.o.Store.Update(ctx, func(tx *storage.Tx) error {
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
			a.ReadAt = l.o.Now()
			if err := tx.PutAlert(a); err != nil {
				return err
			}
		}
		return nil
	})
	l.o.Changed()
	return err
}

// kick wakes a loop that has one in its channel at most.
func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
