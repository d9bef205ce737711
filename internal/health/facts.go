package health

import (
	"time"

	"dormer/internal/hover"
	"dormer/internal/reach"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/subscription"
	"dormer/tunnel"
)

// Facts are all that the health is told from, as they are at one moment. Headline,
// lamps, state and tray come from one function of them ([Facts.Health]), so that
// none of them can say what another one denies.
type Facts struct {
	Now     time.Time
	Started time.Time // when the engine began

	// NoClient says that the integration's id and secret are not set, NoToken that
	// ngrok is wanted and its token is not.
	NoClient, NoToken bool
	// Given are the flags and variables of the environment that settings come from
	// in this run, by the settings' keys: they win over what is saved.
	Given map[string]string

	Tunnel reach.Facts
	Hook   subscription.State
	Hover  HoverFacts
	Signs  SignFacts

	Store error // why the database cannot be written; nil if it can
	Disk  Lamp  // what is short of room or takes no files; zero if nothing is
	// Lag is for how long what is stored waits to be read. Aside says that an event
	// could not be folded.
	Lag   time.Duration
	Aside bool
	// Damaged says that a damaged database was replaced; zero if none was.
	Damaged say.Text
	// Secrets is how the keyring is. Admitted says that whose sign-in it holds has
	// been looked at.
	Secrets  secret.State
	Admitted bool
}

// HoverFacts are of the account, and of how Hover answers.
type HoverFacts struct {
	SignedIn bool
	// Answer is how Hover last answered anybody: nil if it did.
	Answer   error
	CatchUp  error     // why the last catch-up failed; nil if it did not
	LastGood time.Time // the last one that succeeded
	Asking   bool      // one is under way, or about to be
}

// SignFacts are of how what came was signed.
type SignFacts struct {
	Last hover.Verdict // of the newest delivery; "" before there is one
	// Hint says that the newest delivery came before its webhook's secret was known,
	// so that its verdict says nothing of Hover.
	Hint      bool
	RefusedAt time.Time // when a delivery was last refused; zero if none was
	Nonsense  bool      // that one was refused for its body, not for its signature
}

// Health is what people and scripts are told of the facts: the rest is told from it,
// by [Status.Headline] and [Status.Trouble].
type Health struct {
	State State
	Lamps []Lamp
}

// Receiving says that a webhook posted now would arrive and be kept.
func (f Facts) Receiving() bool {
	return f.Tunnel.State == tunnel.Online && f.Tunnel.Proven && f.Hook.Verified && f.Store == nil
}

// TunnelErr is what is wrong with the way in; nil if nothing is known to be.
func (f Facts) TunnelErr() error {
	t := f.Tunnel
	switch {
	case t.Failed != nil:
		return t.Failed
	case t.Err != nil:
		return t.Err
	case t.State == tunnel.Online && !t.Proven && !t.Early:
		return t.Unheard
	}
	return nil
}

// HoverErr is why Hover does not answer; nil if it does.
func (f Facts) HoverErr() error {
	switch {
	case f.Hover.CatchUp != nil:
		return f.Hover.CatchUp
	case f.Hook.Err != nil && hoverKind(f.Hook.Err):
		return f.Hook.Err
	}
	return f.Hover.Answer
}

// WebhookStatus tells of our registration.
func (f Facts) WebhookStatus() WebhookStatus {
	hook := f.Hook
	w := WebhookStatus{
		ID: hook.ID, State: f.hookState(), URL: hook.URL, VerifiedAt: records.At(hook.VerifiedAt),
		LastError: say.Words(hook.LastError), Signature: "unpinned", Reading: hook.Pinned,
	}
	switch {
	case hook.Pinned != "":
		w.Signature = "pinned"
	case f.Signs.Last == hover.VerdictUnsigned:
		w.Signature = "unsigned"
	}
	return w
}
