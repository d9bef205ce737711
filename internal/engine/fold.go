package engine

import (
	"strconv"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
)

// claimAfter is how long Hover's API may be out of reach before a signed event
// is told by itself.
const claimAfter = 10 * time.Second

// Fold is what an event causes once it is read in the log: the job is folded
// provisionally and the work is queued that finds out the truth. It is given to
// [storage.Open].
func Fold(tx *storage.Tx, ev storage.Event) error {
	// Hover is asked from now on, and not from when it was received: our clock may have
	// been set back since.
	return fold(tx, ev, tx.Now(), true)
}

// SetAside writes down that an event could not be folded: it becomes a dead letter,
// and Hover is asked for its job. It is given to [storage.Open].
func SetAside(tx *storage.Tx, ev storage.Event, why error) error {
	w := storage.Work{Kind: workEvent, Key: strconv.FormatUint(ev.Seq, 10)}
	if err := tx.Enqueue(w); err != nil {
		return err
	}
	w, _, err := tx.Work(w.Kind, w.Key)
	if err != nil {
		return err
	}
	if err := tx.Bury(w, short(why)); err != nil || ev.Job == "" {
		return err
	}
	return tx.Enqueue(storage.Work{Kind: workRefresh, Key: string(ev.Job)})
}

// fold folds an event now, which is another time than it was received at where it has
// waited to be read or a person has it replayed. first says that it is folded for the first time.
func fold(tx *storage.Tx, ev storage.Event, now time.Time, first bool) error {
	if ev.Reading == readingUnread {
		if err := queueJudging(tx, ev); err != nil {
			return err
		}
	}
	event := ev.Read
	if event == nil {
		var err error
		if event, err = hover.Decode(ev.Body); err != nil {
			return nil // stored as it is; there is nothing in it to act on
		}
	}
	if _, err := foldPaper(tx, ev, event, now); err != nil {
		return err
	}
	if c, ok := event.(hover.CaptureRequestStateChanged); ok && c.Request != "" {
		if err := foldCapture(tx, ev, c, now, first); err != nil {
			return err
		}
	}
	if id := event.About().Job; id != "" && worthAsking(event) {
		return foldJob(tx, ev, id, event, now, first)
	}
	return nil
}

// worthAsking says whether an event can have changed what the API says of its
// job. Estimates, lists, proposals and orders do not.
func worthAsking(event hover.Event) bool {
	known, _ := event.Name().Known()
	return known.Topic != hover.OfPapers && known.Topic != hover.OfLeads
}

func foldJob(tx *storage.Tx, ev storage.Event, id hover.JobID, event hover.Event, now time.Time, first bool) error {
	j, known, err := tx.Job(id)
	if err != nil {
		return err
	}
	refresh := storage.Work{Kind: workRefresh, Key: string(id), Due: now}
	if known && old(ev, j) {
		// Hover's reply may not have known yet of what it has told: it is asked until
		// it does.
		said, ok := event.(hover.JobStateChanged)
		refresh.Behind = first && !ev.Duplicate && ok && said.State.Finished() && !j.State.Finished()
		return tx.Enqueue(refresh)
	}
	at := ev.ReceivedAt
	if j.Seq > 0 && at.Before(j.Confirmed) {
		at = j.Confirmed // by its number it came later: our clock was set
	}
	next, changed := job.Heard(j, known, event, at)
	if changed {
		next.Seq = max(next.Seq, ev.Seq)
		if err := tx.PutJob(next); err != nil {
			return err
		}
	}
	if err := vouch(tx, ev, next, event, now); err != nil {
		return err
	}
	return tx.Enqueue(refresh)
}

// vouch has a signed event told by itself, if Hover cannot be asked: whether or not
// an unsigned one has said the same before. It vouches for nothing but what it says
// itself.
func vouch(tx *storage.Tx, ev storage.Event, j job.Job, event hover.Event, now time.Time) error {
	e, ok := event.(hover.JobStateChanged)
	if !ok || ev.Verdict != hover.VerdictSigned || !j.Claimed || j.State != e.State || !job.Claimable(j.State) {
		return nil
	}
	return tx.Enqueue(storage.Work{Kind: workClaim, Key: string(j.ID), Payload: []byte(j.State), Due: now.Add(claimAfter)})
}

// old says that an event is no news of the job, whatever it tells: it is replayed,
// or it was stored before the reply was asked for that Hover has confirmed the
// state by (the log may be read later than that), or it is sent again after that. Our clock has no say in it: it may be
// set.
func old(ev storage.Event, j job.Job) bool {
	confirmed := !j.Confirmed.IsZero() && !j.Claimed
	return ev.Seq > 0 && ev.Seq <= j.Seq || ev.Duplicate && confirmed
}

func foldCapture(tx *storage.Tx, ev storage.Event, c hover.CaptureRequestStateChanged, now time.Time, first bool) error {
	inv, known, err := tx.Invitation(c.Request)
	if err != nil {
		return err
	}
	refresh := storage.Work{Kind: workCapture, Key: string(c.Request), Due: now}
	if known && first && ev.Seq > 0 && ev.Seq <= inv.Seq { // received before Hover was asked, read after
		refresh.Behind = c.State == hover.CaptureComplete && inv.State != c.State
		return tx.Enqueue(refresh)
	}
	if known && ev.Duplicate && inv.State != hover.CaptureComplete && !inv.Confirmed.IsZero() {
		return tx.Enqueue(refresh) // it is sent again after Hover has confirmed what came of it
	}
	next, changed := job.HeardCapture(inv, known, c, ev.ReceivedAt)
	if changed {
		if err := tx.PutInvitation(next); err != nil {
			return err
		}
	}
	if ev.Verdict == hover.VerdictSigned && c.State == hover.CaptureComplete && next.State == c.State && !next.Told {
		claim := storage.Work{Kind: workPhotos, Key: string(c.Request), Due: now.Add(claimAfter)}
		if err := tx.Enqueue(claim); err != nil {
			return err
		}
	}
	return tx.Enqueue(refresh)
}

// readingUnread stands in the place of a signature's reading while the secret of
// its webhook is not known: the delivery is a hint, and is judged again.
const readingUnread = "unread"

// judgeKey is the key of the one row of workJudge. Its payload is the number of
// the first event that may have to be judged again.
const judgeKey = "deliveries"

// queueJudging notes that a delivery is to be judged again.
func queueJudging(tx *storage.Tx, ev storage.Event) error {
	w := storage.Work{Kind: workJudge, Key: judgeKey}
	if _, ok, err := tx.Work(workJudge, judgeKey); err != nil {
		return err
	} else if !ok {
		w.Payload = strconv.AppendUint(nil, ev.Seq, 10)
	}
	return tx.Enqueue(w)
}
