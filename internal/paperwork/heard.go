package paperwork

import (
	"fmt"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
)

// Bounds on what events can make a paper remember.
const (
	maxSteps = 40
	maxTold  = 40
	maxParts = 100
	maxDepth = 4
)

// samePress is how long a second event of a list that was sent by hand is taken for the
// same press of the button, delivered again: both are equal to the letter.
const samePress = time.Minute

// News is what an event or a reply about a paper leads to.
type News struct {
	Paper storage.Paper
	// Tell is to be told, if not nil.
	Tell *job.Happening
	// Ask are the papers that Hover's API is to be asked for.
	Ask []storage.Paper
	// Moved are the keys of alerts whose papers have just got a job, and that job.
	Moved []string
	Job   hover.JobID
}

// Heard folds an event into what is known of the paper that it speaks of. What nobody
// has signed is a hint: it can only have Hover asked. ok is false if there is no paper.
// An event that was folded before changes nothing, and has Hover asked again.
func Heard(tx *storage.Tx, ev storage.Event, event hover.Event) (n News, ok bool, err error) {
	a, ok := aboutOf(event)
	if !ok {
		return n, false, nil
	}
	p, _, err := tx.Paper(a.kind, a.id)
	if err != nil {
		return n, true, err
	}
	p.Kind, p.ID = a.kind, a.id
	signed := ev.Verdict == hover.VerdictSigned
	if Fetched(p.Kind) {
		n.Ask = append(n.Ask, p)
	}
	again := slices.ContainsFunc(p.Steps, func(s storage.PaperStep) bool { return s.Seq == ev.Seq && ev.Seq > 0 })
	if again || !signed && !Fetched(p.Kind) {
		n.Paper = p
		return n, true, nil
	}
	named := event.About().Job
	if !signed {
		if p.Hint == named || named == "" {
			n.Paper = p
			return n, true, nil
		}
		p.Hint = named
		n.Paper = p
		return n, true, tx.PutPaper(p)
	}
	p.Steps = append(p.Steps, storage.PaperStep{Seq: ev.Seq, At: ev.ReceivedAt, Event: event.Name(), State: a.state, By: cleaned(a.by)})
	slices.SortStableFunc(p.Steps, func(x, y storage.PaperStep) int { return x.At.Compare(y.At) })
	if over := len(p.Steps) - maxSteps; over > 0 {
		p.Steps = slices.Delete(p.Steps, 1, 1+over) // how it began stays
	}
	if ev.ReceivedAt.After(p.HeardAt) {
		p.HeardAt = ev.ReceivedAt
	}
	if p.Of == "" {
		p.Of = a.of
	}
	press := a.state == Sent && p.Kind == Materials
	repeated := press && ev.ReceivedAt.Sub(p.SentAt).Abs() < samePress && !p.SentAt.IsZero()
	if h, told := job.News(event, ev.ReceivedAt); told && !repeated {
		if press { // each press is news
			h.Key += fmt.Sprintf("/%d", ev.Seq)
			h.By = cleaned(a.by)
			p.SentAt = ev.ReceivedAt
		}
		p.Wanted = p.Wanted || Fetched(p.Kind)
		if len(p.Told) < maxTold && !slices.Contains(p.Told, h.Key) {
			p.Told = append(p.Told, h.Key)
		}
		n.Tell = &h
	}
	n.Paper = p
	return n, true, n.settle(tx, a.of, named)
}

// settle stores the paper of n, with the job that it is of: as far as it is known, what
// is named, or that of the paper that it belongs to, which in turn gets that job.
func (n *News) settle(tx *storage.Tx, of string, named hover.JobID) error {
	p := n.Paper
	if p.Job == "" {
		n.Job = named
	} else {
		n.Job = p.Job
	}
	if of == "" {
		if err := tx.PutPaper(p); err != nil {
			return err
		}
		return n.give(tx, p.Ref(), n.Job, 0)
	}
	kind, id := SplitRef(of)
	whole, known, err := tx.Paper(kind, id)
	if err != nil {
		return err
	}
	if whole.Kind, whole.ID = kind, id; n.Job == "" {
		n.Job = whole.Job
	}
	if !slices.Contains(whole.Parts, p.Ref()) && len(whole.Parts) < maxParts {
		whole.Parts = append(whole.Parts, p.Ref())
	}
	if Fetched(kind) && (!known || whole.Sum == "") {
		n.Ask = append(n.Ask, whole)
	}
	if err := tx.PutPaper(p); err != nil {
		return err
	}
	if err := tx.PutPaper(whole); err != nil {
		return err
	}
	if err := n.give(tx, of, n.Job, 0); err != nil {
		return err
	}
	return n.give(tx, p.Ref(), n.Job, 0)
}

// give has a paper be of a job, with all that belongs to it. One that is of another job
// already stays there.
func (n *News) give(tx *storage.Tx, ref string, to hover.JobID, depth int) error {
	kind, id := SplitRef(ref)
	p, known, err := tx.Paper(kind, id)
	if err != nil || !known || to == "" || depth > maxDepth || p.Job != "" && p.Job != to {
		return err
	}
	if p.Job == "" {
		p.Job, p.Hint = to, ""
		n.Moved = append(n.Moved, p.Told...)
		if p.Wanted && Fetched(kind) && ref != n.Paper.Ref() { // now there is a folder for it
			n.Ask = append(n.Ask, p)
		}
		if err := tx.PutPaper(p); err != nil {
			return err
		}
	}
	if ref == n.Paper.Ref() {
		n.Paper = p
		if n.Tell != nil {
			n.Tell.Job = to
		}
	}
	for i, asked := range n.Ask {
		if asked.Ref() == ref {
			n.Ask[i] = p
		}
	}
	for _, part := range p.Parts {
		if err := n.give(tx, part, to, depth+1); err != nil {
			return err
		}
	}
	return nil
}
