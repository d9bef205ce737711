package records

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
)

// SecretTokens is the name under which the sign-in's tokens are kept.
const SecretTokens = "oauth"

// keyring is what is known of where the secrets are.
type keyring struct {
	mu sync.Mutex // protects all below
	// admitted says that the sign-in that was kept is for the organisation whose
	// data this is: nobody sees it before.
	admitted bool
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
			return &say.Error{What: say.T("keyring.error.set"), Why: WhyUnread(err), Do: say.T("keyring.error.do"), Err: err}
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
	return &say.Error{
		What: say.T("keyring.error.unread"), Why: WhyUnread(err), Do: say.T("keyring.unread.do"), Err: secret.ErrUnread,
	}
}

// WhyUnread puts into words why a keyring cannot be read or written.
func WhyUnread(err error) say.Text {
	switch {
	case errors.Is(err, secret.ErrLocked):
		return say.T("keyring.why.locked")
	case errors.Is(err, secret.ErrSilent), errors.Is(err, secret.ErrUnread):
		return say.T("keyring.why.silent")
	}
	return say.Of(err)
}

// SignIn gives the sign-in that is kept; see [hoverapi.TokenOptions].
func (r *Records) SignIn() (hoverapi.Saved, error) {
	if !r.Admitted() {
		return hoverapi.Saved{}, secret.ErrUnread
	}
	return r.KeptSignIn()
}

// Admitted says that the sign-in that was kept may be seen.
func (r *Records) Admitted() bool {
	r.keyring.mu.Lock()
	defer r.keyring.mu.Unlock()
	return r.keyring.admitted
}

// Admit lets the sign-in that was kept be seen.
func (r *Records) Admit() {
	r.keyring.mu.Lock()
	defer r.keyring.mu.Unlock()
	r.keyring.admitted = true
}

// KeptSignIn gives the sign-in that is kept, admitted or not; the zero one where there is none.
func (r *Records) KeptSignIn() (saved hoverapi.Saved, err error) {
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
