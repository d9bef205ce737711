package engine

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
	"dormer/internal/signin"
	"dormer/storage"
)

// newSignIn makes the room of the sign-in, and says what one changes here.
func (e *Engine) newSignIn() *signin.SignIn {
	return signin.New(signin.Options{
		API: e.o.API, Tokens: e.o.Tokens, Records: e.Records.Records,
		Address: func() (string, error) { return e.reach.URL(), e.reach.Failed() },
		Changes: func() <-chan struct{} { _, changed := e.watchers.now(); return changed },
		Reader:  e.Reader, Owner: e.orgOfData, Own: e.own, Began: e.beginSignedIn, Changed: e.watchers.changed, Log: e.log,
	})
}

// BeginLogin starts a sign-in.
func (e *Engine) BeginLogin(ctx context.Context) (Login, error) { return e.signin.Begin(ctx) }

// WaitLogin waits until the sign-in has succeeded or was refused.
func (e *Engine) WaitLogin(ctx context.Context, id string) error { return e.signin.Wait(ctx, id) }

// FinishLogin completes a sign-in with what a person pasted.
func (e *Engine) FinishLogin(ctx context.Context, pasted string) error {
	return e.signin.Finish(ctx, pasted)
}

// TryClient asks Hover whether it knows a client id and secret.
func (e *Engine) TryClient(ctx context.Context, id, secret string) error {
	return e.signin.TryClient(ctx, id, secret)
}

// Redirect gives the address that Hover sends the browser back to; "" while
// there is no tunnel for it.
func (e *Engine) Redirect() string { return e.signin.Redirect() }

// RedirectURL gives the address that Hover's form for an integration wants.
func (e *Engine) RedirectURL(context.Context) (string, error) { return e.Redirect(), nil }

// Users lists the people of the account, its admins first.
func (e *Engine) Users(ctx context.Context) ([]hover.User, error) { return e.signin.Users(ctx) }

// Stranger tells whether the account that signed in last is another one than the
// data is of.
func (e *Engine) Stranger(context.Context) (s Stranger, ok bool, err error) {
	n, ok := e.signin.Newcomer()
	return n.Stranger, ok, nil
}

// own writes down whose data this is, and from when on news is told.
func (e *Engine) own(ctx context.Context, org hover.OrgID) error {
	return e.store.Update(ctx, func(tx *storage.Tx) error {
		var was stamp
		if _, err := tx.Doc(docStamp, &was); err != nil {
			return err
		}
		if err := tx.PutDoc(docStamp, stamp{Host: e.o.HoverHost, Org: cmp.Or(org, was.Org)}); err != nil {
			return err
		}
		var began importing
		if known, err := tx.Doc(docImport, &began); err != nil || known {
			return err
		}
		return tx.PutDoc(docImport, importing{Began: e.o.API.ServerTime().UTC()})
	})
}

// beginSignedIn begins what only somebody who is signed in has.
func (e *Engine) beginSignedIn() {
	e.subscribe()
	e.catchUpSoon(causeSignIn)
	e.watchers.changed()
}

// signOuts are those that are under way.
type signOuts struct {
	mu sync.Mutex // protects below, and is held while a webhook is wanted
	n  int
}

// subscribe names the address that Hover shall post to. Without a sign-in there
// is nobody to tell, and who is signing out wants no webhook back.
func (e *Engine) subscribe() {
	e.signOuts.mu.Lock()
	defer e.signOuts.mu.Unlock()
	if e.signOuts.n == 0 && e.o.Tokens.SignedIn() {
		e.sub.Want(e.reach.HookURL())
		e.sub.Check()
	}
}

// signingOut keeps subscribe from doing anything until stay is called.
func (e *Engine) signingOut() (stay func()) {
	e.signOuts.mu.Lock()
	e.signOuts.n++
	e.signOuts.mu.Unlock()
	return func() {
		e.signOuts.mu.Lock()
		e.signOuts.n--
		e.signOuts.mu.Unlock()
		e.subscribe() // for whoever is signed in all the same
	}
}

// Logout deletes our webhook at Hover and forgets the tokens.
func (e *Engine) Logout(ctx context.Context) error {
	ctx = hoverapi.WithPerson(ctx)
	defer e.signingOut()()
	var removal error
	if e.o.Tokens.SignedIn() || len(e.sub.Keys()) > 0 {
		removal = e.sub.Remove(ctx) // without a sign-in it says so
	}
	if err := e.o.Tokens.Forget(ctx); err != nil {
		return &say.Error{What: say.T("signin.not_forgotten"), Err: err, Do: say.T("do.unlock_try_again")}
	}
	e.watchers.changed()
	if removal != nil {
		return &say.Error{
			What: say.T("signin.out_not_webhook"), Err: removal,
			Do: say.T("signin.out_not_webhook.do"),
		}
	}
	return nil
}

// Leave has Hover forget us, of a Dormer that does not run and will not again: our
// webhook is deleted there, and the sign-in revoked and forgotten. The secrets have
// been read.
func (e *Engine) Leave(ctx context.Context) error {
	// A sign-in of another account than the data is of is not used, but is forgotten.
	return errors.Join(e.signin.AdmitKept(), e.Logout(ctx))
}
