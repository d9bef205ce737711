package tell

import (
	"context"
	"slices"
	"time"

	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// From so many alerts on, told within so long, they are one notification.
const (
	burstOf     = 3
	burstWithin = time.Minute
)

// burst is what people were told lately, alert by alert. Once it is one
// notification it grows for as long as no minute passes without an alert. It
// belongs to runAlerts.
type burst struct {
	at     []time.Time // when each was told
	about  []job.Happening
	titles []say.Text
	key    string // of the notification that stands for them all; empty while each is its own
}

// forget forgets what is no longer of this moment.
func (b *burst) forget(now time.Time) {
	old := 0
	for old < len(b.at) && now.Sub(b.at[old]) > burstWithin {
		old++
	}
	switch {
	case b.key == "":
		b.at, b.about, b.titles = b.at[old:], b.about[old:], b.titles[old:]
	case old == len(b.at):
		*b = burst{}
	}
}

func (b *burst) add(list []pendingAlert, rows []job.Alert) {
	for i, p := range list {
		b.at, b.about, b.titles = append(b.at, time.Now()), append(b.about, p.news.Happening), append(b.titles, rows[i].Title)
	}
}

// says writes the notification that stands for all.
func (b *burst) says() (title, body say.Text, urgent bool) {
	title, body = job.Summarize(b.about, b.titles, job.JustNow)
	return title, body, slices.ContainsFunc(b.about, func(h job.Happening) bool { return h.Outcome == job.Failed })
}

// raiseEach shows each alert as itself, or all as one when there are too many
// in too short a time.
func (l *Alerts) raiseEach(ctx context.Context, list []pendingAlert) {
	l.burst.forget(time.Now())
	if len(l.burst.at)+len(list) >= burstOf {
		l.raiseBurst(ctx, list)
		return
	}
	for _, p := range list {
		if row, ok := l.raise(ctx, []pendingAlert{p}, job.WhileAway); ok {
			l.burst.add([]pendingAlert{p}, []job.Alert{row})
		}
	}
}

// raiseBurst writes a row for each alert and shows them in one notification, with
// those that were told just before: in their place if they were shown by
// themselves.
func (l *Alerts) raiseBurst(ctx context.Context, list []pendingAlert) {
	rows, err := l.composeAll(list)
	if err != nil {
		l.o.Log.Error("an alert could not be written", "error", err)
		return
	}
	b := l.burst
	x := telling{notice: Notice{Kind: job.Summary, Actions: []string{ActShowJob}, Sound: l.sounds(list)}}
	n := &x.notice
	if b.key == "" {
		for _, h := range b.about {
			n.Instead = append(n.Instead, h.Key)
		}
	} else {
		// Whoever was called by its first sound is not called again, but by a failure.
		n.Sound = n.Sound && slices.ContainsFunc(list, failed)
	}
	b.add(list, rows)
	if b.key == "" {
		b.key = "burst/" + b.about[0].Key
	}
	n.Key = b.key
	n.Title, n.Body, n.Urgent = b.says()
	for i, p := range list {
		a := p.told(rows[i].Key)
		if a.then == thenFollow {
			a.then = thenRefresh
		}
		x.about = append(x.about, a)
	}
	if !l.tell(ctx, x, list, rows, func(*storage.Tx) error { return nil }) {
		return
	}
	l.burst = b
	for _, row := range rows {
		l.o.Log.Info("ALERT "+row.Title.String(), "says", row.Body.String(), "job", row.Job)
	}
}

// silence has alerts that a summary stands for now not shown by themselves again.
func (l *Alerts) silence(tx *storage.Tx, keys []string) error {
	for _, key := range keys {
		_, n, queued, err := newsOf(tx, key)
		if err != nil {
			return err
		}
		if !queued {
			continue // nothing of it follows
		}
		n.Silent = true
		if err := Queue(tx, n); err != nil {
			return err
		}
	}
	return nil
}
