package engine

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"

	"dormer/internal/hoverapi"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/subscription"
	"dormer/storage"
)

// SecretTokens is the name under which the sign-in's tokens are kept.
const SecretTokens = "oauth"

// docKeyring is there once a keyring holds secrets of this installation.
const docKeyring = "keyring"

// SecretNames lists the secrets that a data directory may have.
func SecretNames(store *storage.Store) []string {
	names := []string{SecretTokens}
	for _, s := range settings {
		if s.secret {
			names = append(names, s.key)
		}
	}
	hooks, _ := book{store}.LoadWebhooks() // what is missing is read back from Hover
	for _, w := range hooks {
		names = append(names, subscription.SecretName(w.ID))
	}
	return names
}

// InKeyring says whether a keyring holds secrets of this installation; known is
// false where that was never written down, and then whether anybody has signed in.
func InKeyring(store *storage.Store) (holds, known, signedIn bool) {
	_ = store.View(func(tx *storage.Tx) error { // what cannot be read is not known
		known, _ = tx.Doc(docKeyring, &holds)
		var s stamp
		_, _ = tx.Doc(docStamp, &s)
		signedIn = s.Host != ""
		return nil
	})
	return holds, known, signedIn
}

// NoteKeyring writes down that a keyring holds secrets of this installation.
func NoteKeyring(ctx context.Context, store *storage.Store) error {
	return store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docKeyring, true) })
}

// keyring is what is known of where the secrets are.
type keyring struct {
	mu sync.Mutex // protects all below
	// admitted says that the sign-in that was kept is for the organisation whose
	// data this is: nobody sees it before.
	admitted bool
	was      secret.State // when it was looked at last
}

// Keyring tells how the store of the secrets is.
func (r *Records) Keyring() secret.State {
	if r.secrets == nil {
		return secret.State{Kind: secret.File}
	}
	return r.secrets.State()
}

// secrecy is what several secrets are changed with: whoever asks meanwhile sees
// those of before, and then all of the new ones.
type secrecy struct {
	change sync.Mutex        // held while secrets are being changed
	mu     sync.RWMutex      // protects below
	before map[string]string // the secrets that are being changed, as they were
}

// secret gives a secret setting, "" if it is not there or not known yet.
func (r *Records) secret(key string) string {
	r.secrecy.mu.RLock()
	defer r.secrecy.mu.RUnlock()
	return r.secretNow(key)
}

// secretNow is secret for a caller that holds mu.
func (r *Records) secretNow(key string) string {
	if v, changing := r.secrecy.before[key]; changing {
		return v
	}
	if r.secrets == nil {
		return ""
	}
	v, _ := r.secrets.Get(key)
	return v
}

// Client gives the client id and secret of the integration, which belong to each
// other.
func (r *Records) Client() (id, secret string) {
	r.secrecy.mu.RLock()
	defer r.secrecy.mu.RUnlock()
	return r.secretNow(KeyClientID), r.secretNow(KeyClientSecret)
}

// withSecrets keeps secret settings and does what is to be done with them; an empty
// value deletes. Where one of them cannot be kept, or then fails, all stay as they
// were.
func (r *Records) withSecrets(ctx context.Context, values Values, then func() error) (err error) {
	if len(values) == 0 {
		return then()
	}
	s := &r.secrecy
	s.change.Lock()
	defer s.change.Unlock()
	before := make(map[string]string, len(values))
	for key := range values {
		before[key] = r.secret(key)
	}
	s.mu.Lock()
	s.before = before
	s.mu.Unlock()
	var kept []string
	defer func() {
		if err != nil {
			for _, key := range kept {
				r.secrets.Keep(key, before[key])
			}
		}
		s.mu.Lock()
		s.before = nil
		s.mu.Unlock()
	}()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := r.secrets.Set(ctx, key, values[key]); err != nil {
			return &say.Error{What: say.T("keyring.error.set"), Why: whyUnread(err), Do: say.T("keyring.error.do"), Err: err}
		}
		kept = append(kept, key)
	}
	return then()
}

// SecretsUnread is an error for people as long as the secrets could not be read; nil once
// they are.
func (r *Records) SecretsUnread() error {
	err := r.Keyring().Waiting
	if err == nil {
		return nil
	}
	return &say.Error{What: say.T("keyring.error.unread"), Why: whyUnread(err), Do: say.T("keyring.unread.do"), Err: secret.ErrUnread}
}

// whyUnread puts into words why a keyring cannot be read or written.
func whyUnread(err error) say.Text {
	switch {
	case errors.Is(err, secret.ErrLocked):
		return say.T("keyring.why.locked")
	case errors.Is(err, secret.ErrSilent), errors.Is(err, secret.ErrUnread):
		return say.T("keyring.why.silent")
	}
	return say.Of(err)
}

// keyringLamp says that secrets cannot be read or written; it is needed only while
// that is so.
func keyringLamp(name string, s secret.State) (l Lamp, needed bool) {
	switch {
	case s.Waiting != nil:
		return Lamp{Name: name, State: Red, Says: say.T("keyring.unread", "why", whyUnread(s.Waiting)), Do: say.T("keyring.unread.do")}, true
	case s.Stuck != nil:
		return Lamp{Name: name, State: Amber, Says: say.T("keyring.stuck", "why", whyUnread(s.Stuck)), Do: say.T("keyring.stuck.do")}, true
	}
	return l, false
}

// SignIn gives the sign-in that is kept; see [hoverapi.TokenOptions].
func (r *Records) SignIn() (hoverapi.Saved, error) {
	if !r.admitted() {
		return hoverapi.Saved{}, secret.ErrUnread
	}
	return r.keptSignIn()
}

func (r *Records) admitted() bool {
	r.keyring.mu.Lock()
	defer r.keyring.mu.Unlock()
	return r.keyring.admitted
}

func (r *Records) keptSignIn() (saved hoverapi.Saved, err error) {
	v, err := r.secrets.Get(SecretTokens)
	if errors.Is(err, secret.ErrNotFound) {
		return saved, nil
	}
	if err != nil {
		return saved, err
	}
	if json.Unmarshal([]byte(v), &saved) != nil {
		return hoverapi.Saved{}, nil // unreadable: as good as none
	}
	return saved, nil
}

// KeepSignIn keeps a sign-in durably; the zero one deletes it.
func (r *Records) KeepSignIn(ctx context.Context, saved hoverapi.Saved) error {
	if saved == (hoverapi.Saved{}) {
		return r.secrets.Set(ctx, SecretTokens, "")
	}
	b, err := json.Marshal(saved)
	if err != nil {
		return err
	}
	return r.secrets.Set(ctx, SecretTokens, string(b))
}

// runSecrets goes on by itself when the keyring has been read, and judges what
// came before.
func (e *Engine) runSecrets(ctx context.Context) {
	kick(e.judging)
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.secrets.Changes():
			e.secretsChanged(ctx)
		case <-e.judging:
			e.judgeAgain(ctx)
		}
	}
}

// secretsChanged hears of every change of where the secrets are.
func (e *Engine) secretsChanged(ctx context.Context) {
	now := e.secrets.State()
	e.keyring.mu.Lock()
	was := e.keyring.was
	e.keyring.was = now
	e.keyring.mu.Unlock()
	if now.Waiting == nil && (was.Waiting != nil || was.Kind != now.Kind) {
		if now.Note.IsZero() {
			e.log.Info("the keyring was read")
		} else if !e.o.Demo {
			e.log.Warn(now.Note.String())
		}
		if err := e.admitKept(); err != nil {
			e.log.Error("whose sign-in is kept could not be found out", "error", err)
		}
		e.link.mu.Lock()
		other := e.link.tunnel == nil || e.link.kind == "ngrok" && e.link.token != e.Value(KeyNgrokToken)
		e.link.mu.Unlock()
		if other {
			kick(e.link.reopen)
		}
		e.subscribe()
		e.catchUpSoon(causeKeyring)
		kick(e.judging)
	}
	e.changed()
}

// admitKept lets the sign-in that is kept be seen, once it is known and for the
// organisation whose data this is.
func (e *Engine) admitKept() error {
	if e.secrets.State().Waiting != nil {
		return nil // as soon as it has been read
	}
	if err := e.checkOwner(); err != nil {
		return err
	}
	e.keyring.mu.Lock()
	defer e.keyring.mu.Unlock()
	e.keyring.admitted = true
	return nil
}
