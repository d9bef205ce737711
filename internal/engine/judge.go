package engine

import (
	"context"
	"net/http"
	"strconv"

	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/inbox"
	"dormer/storage"
)

// judgeAgain judges what came while the secrets were not known: what is signed
// counts as such from then on, what would have been refused is put with the
// refused.
func (e *Engine) judgeAgain(ctx context.Context) {
	if e.trust().Unread() {
		return // until it has been read
	}
	var w storage.Work
	var queued bool
	err := e.store.View(func(tx *storage.Tx) (err error) {
		w, queued, err = tx.Work(workJudge, judgeKey)
		return err
	})
	if err != nil || !queued {
		e.stored(err)
		return
	}
	first, _ := strconv.ParseUint(string(w.Payload), 10, 64) // from the beginning, if it makes no sense
	left, signed, refused, err := e.judgeFrom(ctx, max(first, 1)-1)
	if err == nil && left == 0 {
		err = e.store.Update(ctx, func(tx *storage.Tx) error { return tx.Finish(w) })
	}
	e.stored(err)
	if signed+refused > 0 {
		e.log.Info("what came while the keyring was locked was judged again", "signed", signed, "refused", refused)
		e.stored(e.rememberSigns())
		e.changed()
	}
	if refused > 0 {
		e.signs.set(func(s *health.SignFacts) { s.RefusedAt, s.Nonsense = e.now(), false })
		e.catchUpSoon(causeRefused)
	}
}

// judgeFrom judges the events after one again. left are those of which the secret
// is still not known: it may be read back from Hover.
func (e *Engine) judgeFrom(ctx context.Context, after uint64) (left, signed, refused int, err error) {
	const page = 200
	for ctx.Err() == nil {
		var list []storage.Event
		n := 0
		err := e.store.View(func(tx *storage.Tx) error {
			for ev, err := range tx.Events(storage.EventQuery{After: after, Limit: page}) {
				n++
				if err != nil { // one that cannot be read is no reason to leave the others
					continue
				}
				after = ev.Seq
				if ev.Reading == readingUnread {
					list = append(list, ev)
				}
			}
			return nil
		})
		if err != nil || n == 0 {
			return left, signed, refused, err
		}
		judged := e.judge(ctx, list)
		err = e.store.Update(ctx, func(tx *storage.Tx) error {
			for i, j := range judged {
				if err := rejudge(tx, list[i], j); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return left, signed, refused, err
		}
		for _, j := range judged {
			switch {
			case j.Unread:
				left++
			case j.Refused != "":
				refused++
			case j.Verdict == hover.VerdictSigned:
				signed++
			}
		}
	}
	return left, signed, refused, ctx.Err()
}

// judge judges events by the secrets that are known now, and pins as the inbox
// does.
func (e *Engine) judge(ctx context.Context, list []storage.Event) []inbox.Judgement {
	judged := make([]inbox.Judgement, len(list))
	for i, ev := range list {
		header := http.Header{}
		for name, value := range ev.Header {
			header.Set(name, value)
		}
		event, _ := hover.Decode(ev.Body) // what is stored is JSON
		d := hover.Delivery{Header: header, RequestURI: ev.Path, URL: e.reach.HookURL(), Body: ev.Body}
		j := inbox.Judge(e.trust(), d, event)
		if j.Refused == "" && j.Pin {
			if err := e.trust().Pin(ctx, j.Webhook, j.Reading); err != nil {
				j.Verdict, j.Reading = hover.VerdictUnpinned, hover.Reading{} // a hint, as before
			}
		}
		judged[i] = j
	}
	return judged
}

// rejudge writes a judgement down, and has a signed event cause what it would have
// caused at once.
func rejudge(tx *storage.Tx, ev storage.Event, j inbox.Judgement) error {
	switch {
	case j.Unread:
		return nil
	case j.Refused != "":
		if err := tx.Withdraw(ev); err != nil {
			return err
		}
		ev.Reading = j.Refused
		_, err := tx.Quarantine(ev)
		return err
	}
	ev.Verdict, ev.Reading = j.Verdict, readingText(j.Reading)
	if err := tx.Rejudge(ev); err != nil || j.Verdict != hover.VerdictSigned {
		return err
	}
	now := tx.Now()
	if err := fold(tx, ev, now, false); err != nil {
		return err
	}
	event, err := hover.Decode(ev.Body)
	if err != nil {
		return nil // there is nothing in it to act on
	}
	// The job has heard it as a hint: as such it is old, but now it is signed.
	about, known, err := tx.Job(event.About().Job)
	if err != nil || !known {
		return err
	}
	if since := ev.ReceivedAt; since.Before(now) { // else our clock was set back
		now = since
	}
	return vouch(tx, ev, about, event, now)
}
