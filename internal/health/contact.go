package health

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/hover"
	"dormer/internal/inbox"
	"dormer/internal/say"
	"dormer/internal/secret"
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

// Contact gathers what is to be written.
type Contact struct {
	store   *storage.Store
	secrets secret.Store
	witness *doctor.Witness     // nil where nobody looks at what Hover answers
	came    chan inbox.Delivery // what is to be looked at; what does not fit is let go
	log     *slog.Logger

	mu        sync.Mutex // protects unmatched
	unmatched []doctor.Unmatched
}

// maxCame bounds the deliveries that wait to be looked at.
const maxCame = 16

// NewContact reads what was met before. path is the webhook's secret one; without a
// witness the deliveries alone are kept.
func NewContact(
	store *storage.Store, secrets secret.Store, witness *doctor.Witness, path string, log *slog.Logger,
) (*Contact, error) {
	c := &Contact{store: store, secrets: secrets, witness: witness, came: make(chan inbox.Delivery, maxCame), log: log}
	var met []doctor.Answer
	err := store.View(func(tx *storage.Tx) error {
		if _, err := tx.Doc(docAnswers, &met); err != nil {
			return err
		}
		_, err := tx.Doc(docUnmatched, &c.unmatched)
		return err
	})
	if witness != nil && err == nil {
		witness.Met.Remember(met)
		witness.Own(path)
	}
	return c, err
}

// Saw hears of a delivery that was judged by a secret of ours and is signed in no
// way that is known. It is looked at afterwards: Hover waits for its answer.
func (c *Contact) Saw(d inbox.Delivery) {
	if d.Verdict == hover.VerdictSigned || d.Unread || d.Webhook == "" {
		return
	}
	if len(d.Sent.Body) > doctor.MaxUnmatchedBody {
		d.Sent.Body = nil
	}
	select {
	case c.came <- inbox.Delivery{At: d.At, Sent: d.Sent, Webhook: d.Webhook}:
	default:
	}
}

// collect keeps a delivery, and says whether it is of a new shape.
func (c *Contact) collect(d inbox.Delivery) (fresh bool) {
	secret, _ := c.secrets.Get(subscription.SecretName(d.Webhook)) // without it there is nothing to take out
	u := doctor.Keep(d.Sent, d.Webhook, secret, d.At)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unmatched, fresh = doctor.Collect(c.unmatched, u)
	return fresh
}

// Run writes what is new some time after it was met, and everything at the
// end.
func (c *Contact) Run(ctx context.Context) {
	var fresh <-chan struct{}
	if w := c.witness; w != nil {
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
			c.Write()
			return
		case d := <-c.came:
			if c.collect(d) {
				news()
			}
		case <-fresh:
			news()
		case <-due:
			due = nil
			c.Write()
		}
	}
}

// Write writes what was met. That it cannot be written is no news: what can
// is told by the lamp of the disk.
func (c *Contact) Write() {
	for waiting := true; waiting; {
		select {
		case d := <-c.came:
			c.collect(d)
		default:
			waiting = false
		}
	}
	var met []doctor.Answer
	if w := c.witness; w != nil {
		met = w.Met.List()
	}
	c.mu.Lock()
	unmatched := slices.Clone(c.unmatched)
	c.mu.Unlock()
	if len(met) == 0 && len(unmatched) == 0 {
		return
	}
	err := c.store.Update(context.Background(), func(tx *storage.Tx) error {
		if err := tx.PutDoc(docAnswers, met); err != nil {
			return err
		}
		return tx.PutDoc(docUnmatched, unmatched)
	})
	if err != nil {
		c.log.Debug("what Hover answered could not be written down", "error", err)
	}
}

// contacts gives what was met, as it is written.
func (r *Checkup) contacts() (met []doctor.Answer, unmatched []doctor.Unmatched, err error) {
	if r.Store() == nil {
		return nil, nil, nil
	}
	err = r.Store().View(func(tx *storage.Tx) error {
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
func (r *Checkup) signingKey(id hover.WebhookID) string {
	if r.Secrets() == nil {
		return ""
	}
	secret, err := r.Secrets().Get(subscription.SecretName(id))
	if err != nil {
		return ""
	}
	return secret
}

// lookContact tells what Hover's replies answered, and what of its deliveries cannot
// be read, with what else would fit.
func (r *Checkup) lookContact(context.Context) []Finding {
	met, unmatched, err := r.contacts()
	if err != nil {
		return Found("replies", Amber, say.T("doctor.traffic.not_read", "why", err), say.T("doctor.work.not_read.do"))
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
	return append(Found("traffic/unmatched", Amber, says, say.T("doctor.unmatched.do")), all...)
}

// puzzles counts the deliveries of which it is to be found out how they are signed,
// and gives what would fit. Once a signature of our webhook has been understood, what
// is signed otherwise is a stranger's, unless it was made with our secret.
func (r *Checkup) puzzles(unmatched []doctor.Unmatched) (n int, fits []string) {
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

func (r *Checkup) contactReport() (contactReport, error) {
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
func (r *Checkup) Delivery(context.Context) ([]byte, error) {
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
