package engine

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/hover"
	"dormer/internal/inbox"
	"dormer/internal/say"
	"dormer/internal/subscription"
	"dormer/storage"
)

// What the real Hover teaches is written down: which answers its replies gave to
// what its pages leave open, and how deliveries came that no reading matches. It is
// gathered in memory and written beside everything else, and rarely.

// The documents of what was met.
const (
	docAnswers   = "answers-met"
	docUnmatched = "unmatched-deliveries"
)

// contactRest is how long something new waits to be written, together with what
// else comes meanwhile. What is only met again is written with it, or at the end.
const contactRest = 30 * time.Second

// contact gathers what is to be written.
type contact struct {
	came chan inbox.Delivery // what is to be looked at; what does not fit is let go

	mu        sync.Mutex // protects unmatched
	unmatched []doctor.Unmatched
}

// maxCame bounds the deliveries that wait to be looked at.
const maxCame = 16

// rememberContact reads what was met before.
func (e *Engine) rememberContact() error {
	e.contact.came = make(chan inbox.Delivery, maxCame)
	var met []doctor.Answer
	err := e.store.View(func(tx *storage.Tx) error {
		if _, err := tx.Doc(docAnswers, &met); err != nil {
			return err
		}
		_, err := tx.Doc(docUnmatched, &e.contact.unmatched)
		return err
	})
	if w := e.o.Witness; w != nil && err == nil {
		w.Met.Remember(met)
		w.Own(e.path)
	}
	return err
}

// saw hears of a delivery that was judged by a secret of ours and is signed in no
// way that is known. It is looked at afterwards: Hover waits for its answer.
func (e *Engine) saw(d inbox.Delivery) {
	if d.Verdict == hover.VerdictSigned || d.Unread || d.Webhook == "" {
		return
	}
	if len(d.Sent.Body) > doctor.MaxUnmatchedBody {
		d.Sent.Body = nil
	}
	select {
	case e.contact.came <- inbox.Delivery{At: d.At, Sent: d.Sent, Webhook: d.Webhook}:
	default:
	}
}

// collect keeps a delivery, and says whether it is of a new shape.
func (e *Engine) collect(d inbox.Delivery) (fresh bool) {
	secret, _ := e.secrets.Get(subscription.SecretName(d.Webhook)) // without it there is nothing to take out
	u := doctor.Keep(d.Sent, d.Webhook, secret, d.At)
	e.contact.mu.Lock()
	defer e.contact.mu.Unlock()
	e.contact.unmatched, fresh = doctor.Collect(e.contact.unmatched, u)
	return fresh
}

// runContact writes what is new some time after it was met, and everything at the
// end.
func (e *Engine) runContact(ctx context.Context) {
	var fresh <-chan struct{}
	if w := e.o.Witness; w != nil {
		fresh = w.Met.Fresh()
	}
	var due <-chan time.Time
	news := func() {
		if due == nil {
			due = time.After(contactRest)
		}
	}
	for {
		select {
		case <-ctx.Done():
			e.writeContact()
			return
		case d := <-e.contact.came:
			if e.collect(d) {
				news()
			}
		case <-fresh:
			news()
		case <-due:
			due = nil
			e.writeContact()
		}
	}
}

// writeContact writes what was met. That it cannot be written is no news: what can
// is told by the lamp of the disk.
func (e *Engine) writeContact() {
	for waiting := true; waiting; {
		select {
		case d := <-e.contact.came:
			e.collect(d)
		default:
			waiting = false
		}
	}
	var met []doctor.Answer
	if w := e.o.Witness; w != nil {
		met = w.Met.List()
	}
	e.contact.mu.Lock()
	unmatched := slices.Clone(e.contact.unmatched)
	e.contact.mu.Unlock()
	if len(met) == 0 && len(unmatched) == 0 {
		return
	}
	err := e.store.Update(context.Background(), func(tx *storage.Tx) error {
		if err := tx.PutDoc(docAnswers, met); err != nil {
			return err
		}
		return tx.PutDoc(docUnmatched, unmatched)
	})
	if err != nil {
		e.log.Debug("what Hover answered could not be written down", "error", err)
	}
}

// contacts gives what was met, as it is written.
func (r *Records) contacts() (met []doctor.Answer, unmatched []doctor.Unmatched, err error) {
	if r.store == nil {
		return nil, nil, nil
	}
	err = r.store.View(func(tx *storage.Tx) error {
		if _, err := tx.Doc(docAnswers, &met); err != nil {
			return err
		}
		_, err := tx.Doc(docUnmatched, &unmatched)
		return err
	})
	unmatched = slices.DeleteFunc(unmatched, func(u doctor.Unmatched) bool { return !u.Signed() })
	slices.SortFunc(unmatched, func(a, b doctor.Unmatched) int { return b.Last.Compare(a.Last) })
	return met, unmatched, err
}

// signingKey gives the secret of a webhook; "" where it cannot be read.
func (r *Records) signingKey(id hover.WebhookID) string {
	if r.secrets == nil {
		return ""
	}
	secret, err := r.secrets.Get(subscription.SecretName(id))
	if err != nil {
		return ""
	}
	return secret
}

// lookContact tells what Hover's replies answered, and what of its deliveries cannot
// be read, with what else would fit.
func (r *Records) lookContact(context.Context) []Finding {
	met, unmatched, err := r.contacts()
	if err != nil {
		return found("replies", Amber, say.T("doctor.traffic.not_read", "why", err), say.T("doctor.work.not_read.do"))
	}
	all := doctor.Replies(met)
	n, fits := r.puzzles(unmatched)
	if n == 0 {
		return all
	}
	says := say.N("doctor.unmatched", n, "readings", len(hover.Readings()))
	if len(fits) > 0 {
		says = say.T("doctor.unmatched.fits", "says", says, "fits", fits[0])
	}
	return append(found("traffic/unmatched", Amber, says, say.T("doctor.unmatched.do")), all...)
}

// puzzles counts the deliveries of which it is to be found out how they are signed,
// and gives what would fit. Once a signature of our webhook has been understood, what
// is signed otherwise is a stranger's, unless it was made with our secret.
func (r *Records) puzzles(unmatched []doctor.Unmatched) (n int, fits []string) {
	w, _ := r.lastWebhook()
	for _, u := range unmatched {
		var fit []string
		if key := r.signingKey(u.Webhook); key != "" {
			fit = hover.Guess(u.Delivery(key), key)
		}
		if w.Pinned == "" || len(fit) > 0 {
			n += u.Count
			fits = append(fits, fit...)
		}
	}
	return n, fits
}

// contactReport is what the diagnostics tell of it.
type contactReport struct {
	Met       []doctor.Answer   `json:"met"`
	Open      []doctor.Question `json:"open"` // that no reply has answered
	Unmatched []doctor.Report   `json:"unmatched"`
}

func (r *Records) contactReport() (contactReport, error) {
	met, unmatched, err := r.contacts()
	c := contactReport{Met: append([]doctor.Answer{}, met...), Open: []doctor.Question{}, Unmatched: []doctor.Report{}}
	for _, q := range doctor.Questions() {
		if !slices.ContainsFunc(met, func(a doctor.Answer) bool { return a.Question == q }) {
			c.Open = append(c.Open, q)
		}
	}
	for _, u := range unmatched {
		c.Unmatched = append(c.Unmatched, u.Report(r.signingKey(u.Webhook)))
	}
	return c, err
}

// Delivery gives the newest delivery that no reading matches, as JSON of a
// [hover.Vector]. It has the webhook's signing secret in it.
func (r *Records) Delivery(context.Context) ([]byte, error) {
	_, unmatched, err := r.contacts()
	if err != nil {
		return nil, err
	}
	if len(unmatched) == 0 {
		return nil, say.New("doctor.delivery.none")
	}
	u := unmatched[0]
	key := r.signingKey(u.Webhook)
	if key == "" {
		return nil, &say.Error{What: say.T("doctor.delivery.no_key"), Do: say.T("do.unlock_or_file")}
	}
	d := u.Delivery(key)
	b, err := json.MarshalIndent(hover.Vector{
		Webhook: u.Webhook, Secret: key, Header: d.Header, RequestURI: d.RequestURI, URL: d.URL, Body: string(d.Body),
	}, "", "  ")
	return append(b, '\n'), err
}

// Delivery writes what was met before it gives it.
func (e *Engine) Delivery(ctx context.Context) ([]byte, error) {
	e.writeContact()
	return e.Records.Delivery(ctx)
}
