package view

import (
	"context"
	"net/url"
	"strings"

	"dormer/internal/engine"
)

// SignInPhase is how far a sign-in is.
type SignInPhase int

// The phases of a sign-in.
const (
	SignInIdle    SignInPhase = iota
	SignInBegins              // Dormer prepares the address
	SignInWaiting             // somebody signs in, in the browser
)

// WizardSignInState is the step in which a person signs in to Hover.
type WizardSignInState struct {
	SignedIn  bool
	Org       engine.Org
	Phase     SignInPhase
	URL       string // to be opened in the browser
	NoBrowser bool   // it could not be opened: the person has to do it
	MustPaste bool   // the browser ends at an address that Dormer does not hear of
	FreePage  bool   // ngrok's free plan shows a warning page on the way back
	Err       error  // why the last sign-in did not work
	Pasted    string // what stands in the field
	Paste     Trial
	// Stranger is set if the account that signed in is another one than the
	// data is of.
	Stranger *engine.Stranger
}

// orgOf gives whose account is signed in.
func orgOf(st engine.Status) engine.Org {
	return engine.Org{ID: st.Hover.OrgID, Name: st.Hover.OrgName}
}

// isFree says that an address is one of ngrok's free plan.
func isFree(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.HasSuffix(u.Hostname(), ".ngrok-free.app") ||
		strings.HasSuffix(u.Hostname(), ".ngrok-free.dev"))
}

// SignIn opens the browser at Hover and waits for somebody to sign in.
func (w *Wizard) SignIn() {
	w.paste.end()
	s := &w.s.SignIn
	s.Phase, s.NoBrowser, s.Err, s.Stranger, s.Pasted, s.Paste = SignInBegins, false, nil, nil, "", Trial{}
	w.Changed()
	w.login.begin(w.d, func(ctx context.Context, post func(func())) {
		login, err := w.d.Desk.BeginLogin(ctx)
		if err != nil {
			post(func() { w.signedIn(err, nil) })
			return
		}
		post(func() {
			s.Phase, s.URL, s.MustPaste = SignInWaiting, login.URL, login.Paste
			w.Changed()
		})
		if err := w.d.Desk.OpenURL(ctx, login.URL); err != nil {
			post(func() { // the address can still be copied
				s.NoBrowser = true
				w.Changed()
			})
		}
		err = w.d.Desk.WaitLogin(ctx, login.ID)
		stranger := w.askStranger(ctx, err)
		post(func() { w.signedIn(err, stranger) })
	})
}

// askStranger asks whether a sign-in that failed was that of another account.
func (w *Wizard) askStranger(ctx context.Context, err error) *engine.Stranger {
	if err == nil {
		return nil
	}
	if s, ok, failed := w.d.Desk.Stranger(ctx); failed == nil && ok {
		return &s
	}
	return nil
}

func (w *Wizard) signedIn(err error, stranger *engine.Stranger) {
	s := &w.s.SignIn
	s.Phase, s.URL, s.Err, s.Stranger = SignInIdle, "", err, stranger
	if err == nil {
		s.SignedIn, s.Pasted, s.Paste = true, "", Trial{}
		w.s.People.Users, w.s.People.asked = nil, false // it may be another account's
	}
	w.Changed()
	w.reload()
}

// CancelSignIn waits no longer.
func (w *Wizard) CancelSignIn() {
	w.login.end()
	w.paste.end()
	s := &w.s.SignIn
	s.Phase, s.URL, s.Pasted, s.Paste = SignInIdle, "", "", Trial{}
	w.Changed()
}

// OpenSignIn opens the address of the sign-in once more.
func (w *Wizard) OpenSignIn() {
	if url := w.s.SignIn.URL; url != "" {
		w.Open(url)
	}
}

// TypePasted takes what stands in the field for the address that the browser
// ended at. What was pasted is used at once.
func (w *Wizard) TypePasted(text string) {
	s := &w.s.SignIn
	if text == s.Pasted {
		return
	}
	paste := pasted(s.Pasted, text)
	w.paste.end()
	s.Pasted, s.Paste = text, Trial{}
	w.Changed()
	if paste {
		w.EnterPasted()
	}
}

// EnterPasted completes the sign-in with what was pasted.
func (w *Wizard) EnterPasted() {
	s := &w.s.SignIn
	text := strings.TrimSpace(s.Pasted)
	if text == "" || s.Paste.State == TrialRunning {
		return
	}
	s.Paste = Trial{State: TrialRunning}
	w.Changed()
	w.paste.begin(w.d, func(ctx context.Context, post func(func())) {
		err := w.d.Desk.FinishLogin(ctx, text)
		stranger := w.askStranger(ctx, err)
		post(func() {
			if err == nil || stranger != nil {
				w.login.end()
				w.signedIn(err, stranger)
				return
			}
			s.Paste = tried(err)
			w.Changed()
		})
	})
}

// AcceptStranger begins anew with the account that signed in; the present data
// is kept aside.
func (w *Wizard) AcceptStranger() { w.mend(w.d.Desk.AcceptStranger) }
