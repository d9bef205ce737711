// Package subscription keeps exactly one verified webhook registered at Hover
// for the present public URL, and cleans up our own old ones.
//
// A webhook is ours if we remember its id or if its URL ends in our secret
// path; anybody else's is never touched. A new webhook is registered and
// verified before the old one is deleted. The verification code may arrive
// before the answer to the registration: it is held until the id is known. A
// lost code is asked for again 15 s after the registration, then every minute.
package subscription

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"dormer/internal/hover"
)

// API is what is needed of Hover.
type API interface {
	RegisterWebhook(ctx context.Context, url string) (hover.Webhook, error)
	Webhooks(ctx context.Context) ([]hover.Webhook, error)
	DeleteWebhook(ctx context.Context, id hover.WebhookID) error
	// RequestVerification asks Hover to send the code again; where the answer
	// holds the code (Hover's older page) it is returned.
	RequestVerification(ctx context.Context, id hover.WebhookID) (code string, err error)
	VerifyWebhook(ctx context.Context, code string) error
}

// A Book remembers our webhooks over restarts.
type Book interface {
	LoadWebhooks() ([]Owned, error)
	SaveWebhooks([]Owned) error
}

// Secrets keeps the webhooks' signing secrets. None of its calls waits for the
// disk: a secret that a crash has lost is read back from Hover's list.
type Secrets interface {
	// Get gives a secret, or an error as long as it is not known.
	Get(name string) (string, error)
	// Keep has a secret in force at once; the empty one deletes it.
	Keep(name, value string)
}

// Owned is a webhook that we registered.
type Owned struct {
	ID         hover.WebhookID `json:"id"`
	URL        string          `json:"url"`
	VerifiedAt time.Time       `json:"verified_at,omitzero"`
	LastError  string          `json:"last_error,omitempty"`
	ErrorSince time.Time       `json:"error_since,omitzero"` // when LastError was first seen
	Pinned     string          `json:"pinned,omitempty"`     // hover.Reading as text
}

// State is how the present registration stands.
type State struct {
	Owned
	Verified bool
	Err      error // why the last attempt to bring it in order failed
}

// How often Hover is asked, in the absence of news.
const (
	checkEvery  = time.Hour        // while all is well
	resendAfter = 15 * time.Second // after the registration
	resendEvery = time.Minute      // after that
	retryFirst  = 2 * time.Second  // after an error, doubling
	retryMost   = time.Minute
	// listLag is how long Hover's list may not know yet that it has taken the
	// code; after that the list is right.
	listLag = 5 * time.Minute
	// codeLag is how long a code that was asked for may be on its way.
	codeLag = 10 * time.Minute
)

// Options are what a Subscription is made of; all are needed.
type Options struct {
	API     API
	Book    Book
	Secrets Secrets
	Path    string // the secret path that marks a URL as ours
	Changed func() // called after every change of State; must not block
	// Gone says that an error of API means that the thing is not there.
	Gone func(error) bool
	Log  *slog.Logger
}

// Subscription is the registration's keeper. Its methods may be called from
// any goroutine.
type Subscription struct {
	o    Options
	poke chan struct{}
	turn chan struct{} // holds a value while somebody changes what Hover has

	mu          sync.Mutex // protects all below
	want        string
	owned       []Owned
	held        map[hover.WebhookID]Code
	unsaved     bool // the book would not take owned
	registering bool
	current     hover.WebhookID
	retired     map[hover.WebhookID]bool // to be replaced: see Renew
	err         error
	resendAt    time.Time
	askedAt     time.Time // when a code was last asked for, by registering too
	doubtUntil  time.Time // until then Hover's list may not know that it has taken the code; zero: it does
	failures    int
}

// A Code is a verification code that Hover sent.
type Code struct {
	Code string
	// Match finds the reading by which the delivery that brought the code was
	// signed with secret; nil if it was not signed.
	Match func(secret string) (hover.Reading, bool)
}

// New makes a Subscription from what the book remembers.
func New(o Options) (*Subscription, error) {
	s := &Subscription{
		o: o, poke: make(chan struct{}, 1), turn: make(chan struct{}, 1), held: map[hover.WebhookID]Code{},
		retired: map[hover.WebhookID]bool{},
	}
	owned, err := o.Book.LoadWebhooks()
	if err != nil {
		return nil, fmt.Errorf("reading our webhooks: %w", err)
	}
	s.owned = owned
	if len(owned) > 0 { // the newest; as far as we know, until Hover is asked
		s.current = owned[len(owned)-1].ID
	}
	return s, nil
}

// SecretName is the name under which Secrets keeps the signing secret of a webhook.
func SecretName(id hover.WebhookID) string { return "hmac/" + string(id) }

// Want names the public URL that the webhook shall post to; "" while there is
// none. Named again, it has Hover asked whether the webhook is still switched on:
// what could not be delivered meanwhile may have ended it.
func (s *Subscription) Want(url string) {
	s.mu.Lock()
	s.want = url
	for _, w := range s.owned {
		if w.URL == url && !w.VerifiedAt.IsZero() {
			s.current = w.ID // as far as we know; Hover is asked at once
		}
	}
	s.mu.Unlock()
	s.Check()
}

// Check has Hover asked soon whether all is still as it should be.
func (s *Subscription) Check() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// Renew has our webhooks replaced by a new one with the same URL. They go on
// working until it is verified, and are deleted then.
func (s *Subscription) Renew() {
	s.mu.Lock()
	for _, w := range s.owned {
		s.retired[w.ID] = true
	}
	s.mu.Unlock()
	s.Check()
}

// Settle takes a Renew back that has come to nothing: what is verified stays.
func (s *Subscription) Settle() {
	s.mu.Lock()
	clear(s.retired)
	s.mu.Unlock()
	s.Check()
}

// maxHeld bounds the codes that wait; we never have more than a few on the way.
const maxHeld = 16

// Heard takes a verification code, also one whose webhook is not known yet. A
// code that nobody waits for is dropped.
func (s *Subscription) Heard(id hover.WebhookID, c Code) {
	s.mu.Lock()
	w, _ := s.find(s.current)
	waiting := s.registering || w.VerifiedAt.IsZero()
	if waiting && len(s.held) < maxHeld {
		s.held[id] = c
	}
	s.mu.Unlock()
	if waiting {
		s.Check()
	}
}

// Run keeps the registration until ctx ends.
func (s *Subscription) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.poke:
		case <-timer.C:
		}
		timer.Reset(s.step(ctx))
		s.o.Changed()
	}
}

// step brings the registration one step further and says when to look again.
func (s *Subscription) step(ctx context.Context) time.Duration {
	if s.take(ctx) != nil {
		return checkEvery
	}
	defer s.give()
	s.mu.Lock()
	want := s.want
	s.mu.Unlock()
	if want == "" {
		return checkEvery
	}
	err := s.reconcile(ctx, want)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	if err != nil {
		s.failures++
		if ctx.Err() == nil {
			s.o.Log.Warn("the webhook could not be brought in order", "error", err)
		}
		return min(retryFirst<<min(s.failures-1, 10), retryMost)
	}
	s.failures = 0
	if w, ok := s.find(s.current); ok && w.VerifiedAt.IsZero() {
		return max(time.Until(s.resendAt), 0)
	}
	if !s.doubtUntil.IsZero() {
		return max(time.Until(s.doubtUntil), 0)
	}
	return checkEvery
}

// take waits for the turn to change what Hover has, give hands it on.
func (s *Subscription) take(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Subscription) give() { <-s.turn }

// reconcile compares what Hover has with what we want, and mends it.
func (s *Subscription) reconcile(ctx context.Context, want string) error {
	if err := s.verifyPending(ctx, want); err != nil {
		return err
	}
	hooks, err := s.o.API.Webhooks(ctx)
	if err != nil {
		return fmt.Errorf("listing webhooks: %w", err)
	}
	mine := slices.DeleteFunc(hooks, func(w hover.Webhook) bool { return !s.ours(w) })
	present, ok := choose(s.staying(mine), want)
	if !ok {
		if present, err = s.register(ctx, want); err != nil {
			return err
		}
	}
	known, err := s.adopt(present)
	if err != nil {
		return err
	}
	if known.VerifiedAt.IsZero() {
		verified, err := s.verify(ctx, present.ID)
		if err != nil || !verified {
			return err
		}
	}
	if err := s.deleteOthers(ctx, present.ID, mine); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.retired, func(id hover.WebhookID, _ bool) bool { return id != present.ID })
	return nil
}

// staying leaves out those that are to be replaced.
func (s *Subscription) staying(mine []hover.Webhook) []hover.Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(mine), func(w hover.Webhook) bool { return s.retired[w.ID] })
}

// ours says whether a webhook of the account is ours.
func (s *Subscription) ours(w hover.Webhook) bool {
	if u, err := url.Parse(w.URL); err == nil && u.Path == s.o.Path {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.find(w.ID)
	return ok
}

// choose finds the webhook that posts to the wanted URL, a verified one if
// there are two.
func choose(mine []hover.Webhook, want string) (hover.Webhook, bool) {
	var found hover.Webhook
	for _, w := range mine {
		if w.URL == want && (found.ID == "" || found.VerifiedAt.IsZero() && !w.VerifiedAt.IsZero()) {
			found = w
		}
	}
	return found, found.ID != ""
}

func (s *Subscription) register(ctx context.Context, want string) (hover.Webhook, error) {
	s.mu.Lock()
	s.registering, s.askedAt = true, time.Now()
	clear(s.held)
	s.mu.Unlock()
	// The flag falls only after adopt has made the id known, so that a code
	// that comes in between is not taken for a stranger's.
	w, err := s.o.API.RegisterWebhook(ctx, want)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.registering = false
		return w, fmt.Errorf("registering the webhook: %w", err)
	}
	s.resendAt = time.Now().Add(resendAfter)
	s.o.Log.Info("webhook registered at Hover", "webhook", w.ID)
	return w, nil
}

// adopt makes a webhook the present one and remembers it: its secret first, so
// that no webhook is known without.
func (s *Subscription) adopt(w hover.Webhook) (Owned, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.registering = false }()
	if old := s.secret(w.ID); w.Secret != "" && old != w.Secret {
		s.o.Secrets.Keep(SecretName(w.ID), w.Secret)
		if old != "" { // else it was lost, and the form of the signatures is the same
			s.o.Log.Warn("Hover has a new signing secret for the webhook", "webhook", w.ID)
			s.edit(w.ID, func(o *Owned) { o.Pinned = "" })
		}
	}
	was, known := s.find(w.ID)
	now := Owned{
		ID: w.ID, URL: w.URL, VerifiedAt: w.VerifiedAt, LastError: w.LastError, ErrorSince: was.ErrorSince, Pinned: was.Pinned,
	}
	if known && w.VerifiedUnsaid {
		now.VerifiedAt = was.VerifiedAt
	}
	if known && w.ErrorUnsaid {
		now.LastError = was.LastError
	}
	if now.LastError != was.LastError {
		now.ErrorSince = time.Now().UTC()
	}
	s.doubtUntil = time.Time{}
	if until := was.VerifiedAt.Add(listLag); now.VerifiedAt.IsZero() && time.Now().Before(until) {
		now.VerifiedAt, s.doubtUntil = was.VerifiedAt, until
	}
	s.current = w.ID
	if known && was == now && !s.unsaved {
		return now, nil
	}
	s.owned = append(slices.DeleteFunc(slices.Clone(s.owned), func(o Owned) bool { return o.ID == w.ID }), now)
	return now, s.save()
}

// verifyPending gives a code that has just come straight back to Hover,
// without asking for the list first.
func (s *Subscription) verifyPending(ctx context.Context, want string) error {
	s.mu.Lock()
	w, ok := s.find(s.current)
	_, have := s.code(w.ID)
	unsaved := s.unsaved // it is remembered first
	s.mu.Unlock()
	if !ok || !have || unsaved || !w.VerifiedAt.IsZero() || w.URL != want {
		return nil
	}
	_, err := s.verify(ctx, w.ID)
	return err
}

// verify gives the webhook's code back to Hover, or asks for it when it is
// due. It returns false while the code has not come.
func (s *Subscription) verify(ctx context.Context, id hover.WebhookID) (bool, error) {
	s.mu.Lock()
	from, have := s.code(id)
	code := s.held[from]
	due := !time.Now().Before(s.resendAt)
	s.mu.Unlock()
	if !have {
		if !due {
			return false, nil
		}
		s.mu.Lock()
		s.resendAt = time.Now().Add(resendEvery)
		s.askedAt = time.Now()
		s.mu.Unlock()
		text, err := s.o.API.RequestVerification(ctx, id)
		if err != nil {
			return false, fmt.Errorf("asking for the verification code again: %w", err)
		}
		s.o.Log.Info("asked Hover to send the verification code again", "webhook", id)
		if code = (Code{Code: text}); text == "" {
			return false, nil
		}
	}
	err := s.o.API.VerifyWebhook(ctx, code.Code)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		if s.o.Gone(err) { // a spent or foreign code: another one has to come
			delete(s.held, from)
			return false, nil
		}
		return false, fmt.Errorf("verifying the webhook: %w", err)
	}
	clear(s.held)
	s.edit(id, func(o *Owned) { o.VerifiedAt = time.Now().UTC() })
	if code.Match != nil {
		if r, ok := code.Match(s.secret(id)); ok {
			s.edit(id, func(o *Owned) { o.Pinned = r.String() })
		}
	}
	s.o.Log.Info("webhook verified: Hover sends its news here", "webhook", id)
	return true, s.save()
}

// deleteOthers deletes our old webhooks, now that the present one is verified.
func (s *Subscription) deleteOthers(ctx context.Context, present hover.WebhookID, mine []hover.Webhook) error {
	var errs []error
	for _, w := range mine {
		if w.ID == present {
			continue
		}
		if err := s.o.API.DeleteWebhook(ctx, w.ID); err != nil && !s.o.Gone(err) {
			errs = append(errs, fmt.Errorf("deleting our old webhook %s: %w", w.ID, err))
			continue
		}
		s.o.Log.Info("our old webhook was deleted at Hover", "webhook", w.ID)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return s.forget(func(o Owned) bool { return o.ID != present })
}

// Remove deletes all our webhooks at Hover and forgets them: also one that is
// being registered just now, which it waits for.
func (s *Subscription) Remove(ctx context.Context) error {
	s.Want("")
	if err := s.take(ctx); err != nil {
		return fmt.Errorf("waiting for a registration under way: %w", err)
	}
	defer s.give()
	hooks, err := s.o.API.Webhooks(ctx)
	if err != nil {
		return fmt.Errorf("listing webhooks: %w", err)
	}
	var errs []error
	for _, w := range hooks {
		if !s.ours(w) {
			continue
		}
		if err := s.o.API.DeleteWebhook(ctx, w.ID); err != nil && !s.o.Gone(err) {
			errs = append(errs, fmt.Errorf("deleting webhook %s: %w", w.ID, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return s.forget(func(Owned) bool { return true })
}

// forget drops webhooks and their secrets from memory and book.
func (s *Subscription) forget(which func(Owned) bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.owned)
	s.owned = slices.DeleteFunc(slices.Clone(s.owned), func(o Owned) bool {
		if !which(o) {
			return false
		}
		s.o.Secrets.Keep(SecretName(o.ID), "")
		return true
	})
	if len(s.owned) == n {
		return nil
	}
	return s.save()
}

// State tells how the present registration stands.
func (s *Subscription) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, _ := s.find(s.current)
	return State{
		Owned: w, Verified: !w.VerifiedAt.IsZero() && w.URL == s.want && s.want != "", Err: s.err,
	}
}

// Key is one of our live webhooks with its secret.
type Key struct {
	ID     hover.WebhookID
	Secret string
	Pinned hover.Reading
}

// Keys gives our webhooks, the present one first. An old one counts until it
// is deleted at Hover.
func (s *Subscription) Keys() []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	var keys []Key
	for _, w := range s.owned {
		k := Key{ID: w.ID, Secret: s.secret(w.ID)}
		k.Pinned, _ = hover.ParseReading(w.Pinned)
		if w.ID == s.current {
			keys = append([]Key{k}, keys...)
		} else {
			keys = append(keys, k)
		}
	}
	return keys
}

// Registering says that a registration is under way whose id is not known yet.
func (s *Subscription) Registering() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.registering
}

// AwaitsCode says that a code was asked for and may still be on its way: also one
// that came in the reply is posted.
func (s *Subscription) AwaitsCode() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.registering || !s.askedAt.IsZero() && time.Since(s.askedAt) < codeLag
}

// Pin remembers by which reading a webhook signs.
func (s *Subscription) Pin(id hover.WebhookID, r hover.Reading) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edit(id, func(o *Owned) { o.Pinned = r.String() })
	return s.save()
}

// secret gives the signing secret of a webhook; "" while it is not known.
func (s *Subscription) secret(id hover.WebhookID) string {
	secret, err := s.o.Secrets.Get(SecretName(id))
	if err != nil {
		return ""
	}
	return secret
}

// The methods below want mu held.

func (s *Subscription) find(id hover.WebhookID) (Owned, bool) {
	for _, w := range s.owned {
		if w.ID == id && id != "" {
			return w, true
		}
	}
	return Owned{}, false
}

func (s *Subscription) edit(id hover.WebhookID, change func(*Owned)) {
	s.owned = slices.Clone(s.owned)
	for i := range s.owned {
		if s.owned[i].ID == id {
			change(&s.owned[i])
		}
	}
}

// code finds under which id the code of a webhook is held. Hover's own pages
// show a code whose webhook_id is not the registered one's, so a code that is
// no other webhook's will do.
func (s *Subscription) code(id hover.WebhookID) (from hover.WebhookID, ok bool) {
	if _, ok := s.held[id]; ok {
		return id, true
	}
	for other := range s.held {
		if _, taken := s.find(other); !taken {
			return other, true
		}
	}
	return "", false
}

func (s *Subscription) save() error {
	err := s.o.Book.SaveWebhooks(s.owned)
	if s.unsaved = err != nil; err != nil {
		return fmt.Errorf("remembering our webhooks: %w", err)
	}
	return nil
}
