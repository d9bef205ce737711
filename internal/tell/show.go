package tell

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// ErrNoNotifier is the error of a [Notifier] on a computer where nothing can ever
// show a notification: the log has told then.
var ErrNoNotifier = say.Because("notice.none")

// untaken are the times after which a notification that nobody took is shown
// again; the last one over and over.
var untaken = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour,
}

// untakenFor is how long it is tried. Whoever comes later finds it in the inbox.
const untakenFor = 24 * time.Hour

// teller shows notifications one after the other, beside whoever has news: a
// notification service that does not answer delays nothing but itself. What it is
// given stands in the inbox and in the queue, as untaken, or is being written there just
// then; once somebody has taken it, that is written down.
type teller struct {
	kick chan struct{}

	mu     sync.Mutex // protects what follows
	queue  []telling
	busy   bool
	failed int       // how often in a row nobody took what was shown
	last   time.Time // when nobody did
	soon   bool      // there is more to tell than then
	early  bool      // what is being shown is shown for that reason

	unwritten map[string]bool // the alerts that somebody took and that could not be written
}

// telling is one notification with the alerts that it tells.
type telling struct {
	notice  Notice
	about   []told
	written <-chan bool // whether its rows could be written, once that is known; nil: they are
}

// told is one alert of a telling.
type told struct {
	key  string // of its work
	row  string // the key of the inbox row that is shown then: its own, or a summary's
	then string // what becomes of it
}

// What becomes of an alert that was taken.
const (
	thenDone    = ""        // nothing more
	thenFollow  = "follow"  // it is shown again when its PDF has come
	thenRefresh = "refresh" // its row is brought up to date then
)

func (t *teller) init() { t.kick = make(chan struct{}, 1) }

func (t *teller) put(x telling) {
	t.mu.Lock()
	t.queue = append(t.queue, x)
	t.mu.Unlock()
	kick(t.kick)
}

// take gives the next one; done is to be called in the end.
func (t *teller) take() (x telling, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) == 0 {
		return telling{}, false
	}
	x, t.queue = t.queue[0], t.queue[1:]
	t.busy, t.early, t.soon = true, t.soon, false
	return x, true
}

// done says whether somebody took it. If not, nobody takes what else waits.
func (t *teller) done(taken bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = false
	if taken {
		t.failed = 0
		return
	}
	t.queue = nil
	if !t.early || t.failed == 0 { // what came meanwhile does not put off the next try
		t.failed++
	}
	t.last = time.Now()
}

// idle says that nothing is being shown, nor is about to be.
func (t *teller) idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.busy && len(t.queue) == 0
}

// refused says that nobody took what was shown last.
func (t *teller) refused() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed > 0
}

// next says when what nobody took is to be shown again.
func (t *teller) next() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.failed == 0:
		return time.Time{}
	case t.soon:
		return t.last.Add(untaken[0])
	}
	return t.last.Add(untaken[min(t.failed, len(untaken))-1])
}

// more says that there is more to tell, which is worth another try soon.
func (t *teller) more() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.soon = true
}

// somebody says that there is somebody who may take it.
func (t *teller) somebody() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = 0
}

// hand has alerts shown that are in the inbox and in the queue, or are being written there.
// Where nobody took
// the last ones, they are shown together with those, and soon.
func (l *Alerts) hand(x telling) {
	if !l.teller.refused() {
		l.teller.put(x)
		return
	}
	l.teller.more()
	l.Kick()
}

// runTell shows what there is to show.
func (l *Alerts) runTell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.o.Somebody:
			l.teller.somebody()
			l.Kick()
		case <-l.teller.kick:
			for x, ok := l.teller.take(); ok && ctx.Err() == nil; x, ok = l.teller.take() {
				l.showNow(ctx, x)
			}
		}
	}
}

// told notes that somebody took what could be written, or could not.
func (t *teller) told(x telling, written bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range x.about {
		switch {
		case written:
			delete(t.unwritten, a.key)
		case t.unwritten == nil:
			t.unwritten = map[string]bool{a.key: true}
		default:
			t.unwritten[a.key] = true
		}
	}
}

// toldBefore says that somebody took all of it when it could not be written.
func (t *teller) toldBefore(x telling) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(x.about) > 0 && !slices.ContainsFunc(x.about, func(a told) bool { return !t.unwritten[a.key] })
}

// showNow shows one notification and writes down that somebody took it.
func (l *Alerts) showNow(ctx context.Context, x telling) {
	var err error
	if !l.teller.toldBefore(x) {
		err = l.show(ctx, x.notice)
	}
	taken := err == nil || errors.Is(err, ErrNoNotifier)
	written := x.written == nil || <-x.written
	if taken {
		l.teller.told(x, written)
	}
	if !written { // it is raised once more, when there is something else to do
		l.teller.done(taken)
		return
	}
	switch {
	case ctx.Err() != nil:
		// It is untaken, and shown after the next start.
	case taken:
		err := l.o.Store.Update(ctx, func(tx *storage.Tx) error { return l.taken(tx, x) })
		l.o.Stored(err)
		if err != nil {
			l.o.Log.Error("an alert was shown and could not be ticked off", "error", err)
		}
	default:
		l.o.Log.Info("nobody took the notification; it is in the inbox and in this log, and is shown later", "title",
			x.notice.Title, "error", err)
	}
	l.teller.done(taken)
	l.Kick()
	l.o.Changed()
}

// taken writes down that somebody took a notification.
func (l *Alerts) taken(tx *storage.Tx, x telling) error {
	for _, a := range x.about {
		row, ok, err := tx.AlertOf(a.row)
		if err == nil && ok && row.ShownAt.IsZero() {
			row.ShownAt = l.o.Now()
			err = tx.PutAlert(row)
		}
		if err != nil {
			return err
		}
		w, n, ok, err := newsOf(tx, a.key)
		switch {
		case err != nil:
			return err
		case !ok:
			continue
		case a.then == thenDone:
			err = tx.Finish(w)
		default:
			n.Untaken, n.Shown, n.Silent = false, true, n.Silent || a.then == thenRefresh
			err = Queue(tx, n)
		}
		if err != nil {
			return err
		}
	}
	return l.silence(tx, x.notice.Instead)
}

// newsOf reads the work of an alert; false if there is none that makes sense.
func newsOf(tx *storage.Tx, key string) (w storage.Work, n News, ok bool, err error) {
	if w, ok, err = tx.Work(Work, key); err != nil || !ok {
		return w, n, false, err
	}
	return w, n, json.Unmarshal(w.Payload, &n) == nil, nil
}

// toTell says of alerts in the inbox that they are being told, and by which rows.
func toTell(tx *storage.Tx, list []pendingAlert, about []told) error {
	for i, p := range list {
		p.news.Held, p.news.Untaken, p.news.Row = false, true, about[i].row
		if err := Queue(tx, p.news); err != nil {
			return err
		}
	}
	return nil
}

// told is an alert that is told by the inbox row with that key.
func (p pendingAlert) told(row string) told {
	a := told{key: p.news.Happening.Key, row: row}
	switch {
	case !p.files.PDFFollows:
	case row == a.key:
		a.then = thenFollow
	default:
		a.then = thenRefresh
	}
	return a
}

// retell shows what nobody took, summed up, once that is worth a try, and says when
// that is. Nothing is being shown just now.
func (l *Alerts) retell(ctx context.Context, list []pendingAlert) (again time.Duration) {
	left, rows, err := l.stillToTell(ctx, list)
	if err != nil {
		l.o.Log.Error("what nobody took cannot be shown again", "error", err)
		return untaken[1]
	}
	if len(left) == 0 {
		return time.Minute
	}
	if until := l.quietUntil(); !until.IsZero() {
		return until.Sub(l.o.Now())
	}
	if wait := time.Until(l.teller.next()); wait > 0 {
		return wait
	}
	l.burst = burst{}
	x := telling{notice: l.noticeOf(rows[0])}
	var about []job.Happening
	var titles []say.Text
	for i, p := range left {
		a := p.told(rows[i].Key)
		if len(left) > 1 && a.then == thenFollow {
			a.then = thenRefresh
		}
		x.about = append(x.about, a)
		about, titles = append(about, p.news.Happening), append(titles, rows[i].Title)
	}
	if slices.ContainsFunc(rows, func(r job.Alert) bool { return r.Key != rows[0].Key }) {
		x.notice = Notice{Key: "untaken/" + rows[0].Key, Kind: job.Summary, Actions: []string{ActShowJob}}
		x.notice.Title, x.notice.Body = job.Summarize(about, titles, job.WhileAway)
	}
	x.notice.Urgent = slices.ContainsFunc(left, failed)
	x.notice.Sound = l.sounds(left) && slices.ContainsFunc(rows, func(r job.Alert) bool { return r.ShownAt.IsZero() })
	l.teller.put(x)
	return time.Minute
}

// stillToTell gives those alerts that nobody took and that are still to be told,
// with the inbox rows that tell them, as they are by now. What a person has read
// meanwhile, and what is old, needs no telling any more.
func (l *Alerts) stillToTell(ctx context.Context, list []pendingAlert) (left []pendingAlert, rows []job.Alert, err error) {
	var over []pendingAlert
	var stale []job.Alert
	for _, p := range list {
		now, err := l.compose(p.news.Happening, p.files)
		if err != nil {
			return nil, nil, err
		}
		var row job.Alert
		err = l.o.Store.View(func(tx *storage.Tx) error {
			row, _, err = tx.AlertOf(p.news.Row)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		if row.Key == now.Key && (!row.Title.Equal(now.Title) || !row.Body.Equal(now.Body)) {
			row.Title, row.Body = now.Title, now.Body
			stale = append(stale, row)
		}
		if row.ID == 0 || !row.ReadAt.IsZero() || l.o.Now().Sub(p.news.Confirmed) > untakenFor {
			over = append(over, p)
			continue
		}
		left, rows = append(left, p), append(rows, row)
	}
	if len(over) == 0 && len(stale) == 0 {
		return left, rows, nil
	}
	err = l.o.Store.Update(ctx, func(tx *storage.Tx) error {
		for _, row := range stale {
			if err := tx.PutAlert(row); err != nil {
				return err
			}
		}
		for _, p := range over {
			if err := l.settleSilently(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	l.o.Stored(err)
	l.o.Changed()
	return left, rows, err
}
