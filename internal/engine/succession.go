package engine

import (
	"context"
	"errors"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// stamp says whose data the database holds.
type stamp struct {
	Host string      `json:"host"`
	Org  hover.OrgID `json:"org"`
}

// stampOf reads it; the zero one if nobody has signed in yet.
func stampOf(store *storage.Store) (s stamp, err error) {
	err = store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docStamp, &s)
		return err
	})
	return s, err
}

// CheckStamp refuses a database that belongs to another Hover.
func CheckStamp(store *storage.Store, host string) error {
	s, err := stampOf(store)
	if err != nil || s.Host == "" || s.Host == host {
		return err
	}
	return &say.Error{
		What: say.T("data.other_host", "host", s.Host), Err: say.Because("data.other_host.why", "host", host),
		Do: say.T("data.other_host.do"),
	}
}

func (e *Engine) orgOfData() (hover.OrgID, error) {
	s, err := stampOf(e.store)
	return s.Org, err
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

// leaveWithin bounds what is still asked of the account that is left.
const leaveWithin = 10 * time.Second

// AcceptStranger ends the run: the present data is kept aside, and the next start
// begins anew with the sign-in that was made. Our webhook at the account that is
// left is deleted as far as Hover can be reached, and its sign-in forgotten.
func (e *Engine) AcceptStranger(ctx context.Context) error {
	n, ok := e.signin.Newcomer()
	if !ok {
		return &say.Error{What: say.T("signin.no_stranger"), Do: say.T("signin.no_stranger.do")}
	}
	next := Succession{
		Of: n.Ours, Tokens: n.Tokens, stamp: stamp{Host: e.o.HoverHost, Org: n.Theirs.ID}, name: n.Theirs,
		began: e.o.API.ServerTime().UTC(), settings: map[string]string{},
	}
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
	if e.next.CompareAndSwap(nil, &next) {
		close(e.anew)
	}
	return nil
}

// Succession tells, once Run has ended, whether and how to begin anew.
func (e *Engine) Succession() (Succession, bool) {
	if s := e.next.Load(); s != nil {
		return *s, true
	}
	return Succession{}, false
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
