package engine

import (
	"context"
	"errors"
	"time"

	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// newcomer is a sign-in for another organisation than the data is of. It is kept
// in memory alone, until somebody decides.
type newcomer struct {
	Stranger
	tokens hoverapi.Saved
}

// ownerIn gives the organisation whose data a store holds; empty if nobody has
// signed in yet.
func ownerIn(store *storage.Store) (s stamp, err error) {
	err = store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docStamp, &s)
		return err
	})
	return s, err
}

// admit lets a sign-in in if it is for the organisation whose data this is, or if
// this is nobody's yet. A stranger has to wait for [Engine.AcceptStranger].
func (e *Engine) admit(tokens hoverapi.Saved) error {
	owner, err := ownerIn(e.store)
	if err != nil {
		return err
	}
	theirs := tokens.Org()
	if owner.Org == "" || theirs == "" || owner.Org == theirs {
		return nil
	}
	s := Stranger{Ours: e.Org(owner.Org), Theirs: records.Org{ID: theirs}}
	e.forgetNewcomer(&newcomer{s, tokens})
	e.watchers.changed()
	return strange(s)
}

// errStranger is the cause of refusing a sign-in for another organisation.
var errStranger = errors.New("the sign-in is for another organisation")

func strange(s Stranger) error {
	return &say.Error{
		What: say.T("data.other_org"), Why: say.T("data.other_org.why", "ours", s.Ours.Called(), "theirs", s.Theirs.Called()),
		Do: say.T("data.other_org.do"), Err: errStranger,
	}
}

// forgetNewcomer puts another sign-in, or none, in the place of the one that waits
// for a decision, which is revoked.
func (e *Engine) forgetNewcomer(next *newcomer) {
	e.login.mu.Lock()
	old := e.login.newcomer
	e.login.newcomer = next
	e.login.mu.Unlock()
	if old != nil && (next == nil || next.tokens != old.tokens) {
		e.o.Tokens.Revoke(old.tokens)
	}
}

// checkOwner looks, once it can be read, whether the sign-in that was kept is for the
// organisation whose data this is: somebody may have put another database in
// place. What is of two must never come together.
func (e *Engine) checkOwner() error {
	owner, err := ownerIn(e.store)
	if err != nil || owner.Org == "" {
		return err
	}
	tokens, err := e.KeptSignIn()
	if theirs := tokens.Org(); err != nil || theirs == "" || owner.Org == theirs {
		return err
	}
	e.secrets.Keep(records.SecretTokens, "")
	e.log.Warn(e.admit(tokens).Error())
	return nil
}

// Stranger tells whether the account that signed in last is another one than the
// data is of.
func (e *Engine) Stranger(context.Context) (s Stranger, ok bool, err error) {
	e.login.mu.Lock()
	defer e.login.mu.Unlock()
	if e.login.newcomer == nil {
		return s, false, nil
	}
	return e.login.newcomer.Stranger, true, nil
}

// leaveWithin bounds what is still asked of the account that is left.
const leaveWithin = 10 * time.Second

// AcceptStranger ends the run: the present data is kept aside, and the next start
// begins anew with the sign-in that was made. Our webhook at the account that is
// left is deleted as far as Hover can be reached, and its sign-in forgotten.
func (e *Engine) AcceptStranger(ctx context.Context) error {
	e.login.mu.Lock()
	n := e.login.newcomer
	e.login.mu.Unlock()
	if n == nil {
		return &say.Error{What: say.T("signin.no_stranger"), Do: say.T("signin.no_stranger.do")}
	}
	next := Succession{Of: n.Ours, Tokens: n.tokens, stamp: stamp{Host: e.o.HoverHost, Org: n.Theirs.ID}, name: n.Theirs, began: e.o.API.ServerTime().UTC(), settings: map[string]string{}}
	err := e.store.View(func(tx *storage.Tx) error {
		for key, value := range tx.Settings() {
			if key != records.KeyActingUser { // is somebody of the other account
				next.settings[key] = value
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if e.o.Tokens.SignedIn() {
		ctx, cancel := context.WithTimeout(hoverapi.WithPerson(ctx), leaveWithin)
		defer cancel()
		if err := e.sub.Remove(ctx); err != nil {
			e.log.Warn("the webhook of the account that is left could not be deleted", "organisation", n.Ours.ID, "error", err)
		}
	}
	if err := e.o.Tokens.Forget(ctx); err != nil {
		return &say.Error{What: say.T("signin.present_not_forgotten"), Err: err, Do: say.T("do.unlock_try_again")}
	}
	e.login.mu.Lock()
	defer e.login.mu.Unlock()
	if e.login.next == nil {
		e.login.next = &next
		close(e.login.anew)
	}
	return nil
}

// Succession is what a new database begins with after [Engine.AcceptStranger].
type Succession struct {
	Of     records.Org    // whose data is kept aside
	Tokens hoverapi.Saved // to be kept once the new database is in place

	stamp    stamp
	name     records.Org // of whom the new database is
	began    time.Time
	settings map[string]string
}

// Succession tells, once Run has ended, whether and how to begin anew.
func (e *Engine) Succession() (Succession, bool) {
	e.login.mu.Lock()
	defer e.login.mu.Unlock()
	if e.login.next == nil {
		return Succession{}, false
	}
	return *e.login.next, true
}

// Fill writes into a new database whose it is and what the person had set. The
// account's history is read silently, as after any first sign-in.
func (s Succession) Fill(ctx context.Context, fresh *storage.Store) error {
	return fresh.Update(ctx, func(tx *storage.Tx) error {
		for key, value := range s.settings {
			if err := tx.PutSetting(key, value); err != nil {
				return err
			}
		}
		return errors.Join(tx.PutDoc(docStamp, s.stamp), tx.PutDoc(docImport, importing{Began: s.began}))
	})
}

// leaving is how Run ends when a stranger was accepted.
func (e *Engine) leaving() error {
	s, _ := e.Succession()
	return &say.Error{
		What: say.T("data.begins_anew", "org", s.name.Called()), Err: ErrStartAgain,
		Do: say.T("data.kept_beside", "org", s.Of.Called()),
	}
}
