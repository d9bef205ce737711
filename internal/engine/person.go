package engine

import (
	"cmp"
	"context"
	"slices"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
	"dormer/storage"
)

// person is what is kept of a user of the account.
type person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// called gives the name, or the e-mail address where there is none.
func (p person) called() string { return cmp.Or(p.Name, p.Email) }

func docPerson(id hover.UserID) string { return "person/" + string(id) }

// person gives what is known of a user; the zero person if nothing is.
func (r *Records) person(id hover.UserID) (p person) {
	if id == "" {
		return p
	}
	_ = r.read(func(tx *storage.Tx) error {
		_, err := tx.Doc(docPerson(id), &p)
		return err
	})
	return p
}

// meet remembers a user.
func (e *Engine) meet(ctx context.Context, u hover.User) person {
	p := person{Name: u.Name(), Email: u.Email}
	if u.ID == "" || p == e.person(u.ID) {
		return p
	}
	err := e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docPerson(u.ID), p) })
	if err != nil {
		e.log.Warn("the acting user's name could not be kept", "error", err)
	}
	return p
}

// actingUser gives what is known of the acting user, and asks Hover if that is
// nothing.
func (e *Engine) actingUser(ctx context.Context) person {
	id := hover.UserID(e.Value(KeyActingUser))
	p := e.person(id)
	if id == "" || p != (person{}) {
		return p
	}
	u, err := e.o.API.Profile(ctx, id)
	if err != nil {
		return p
	}
	u.ID = id
	return e.meet(ctx, u)
}

// chooseActingUser saves the account's first admin, unless somebody is chosen.
func (e *Engine) chooseActingUser(ctx context.Context) {
	if e.Value(KeyActingUser) != "" {
		e.actingUser(ctx)
		return
	}
	users, err := e.o.API.Users(ctx, true)
	if err != nil || len(users) == 0 {
		// Hover then answers what it can without one; the next catch-up tries again.
		e.log.Warn("the account's admins could not be listed", "error", err)
		return
	}
	e.meet(ctx, users[0])
	if err := e.Records.Set(ctx, Values{KeyActingUser: string(users[0].ID)}); err != nil {
		e.log.Warn("the acting user could not be saved", "error", err)
		return
	}
	e.log.Info("Dormer asks Hover in the name of "+users[0].Name(), "user", users[0].ID)
}

// Users lists the people of the account, its admins first. Where Hover does not
// list everybody they are the admins alone.
func (e *Engine) Users(ctx context.Context) ([]hover.User, error) {
	ctx = hoverapi.WithPerson(ctx)
	users, err := e.o.API.Users(ctx, false)
	switch hoverapi.KindOf(err) {
	case hoverapi.Forbidden, hoverapi.Unauthorized, hoverapi.Invalid, hoverapi.NotFound:
		users, err = e.o.API.Users(ctx, true)
	}
	if err != nil {
		return nil, asking(say.T("people.not_listed"), err, say.T("do.see_status_try_again"))
	}
	slices.SortStableFunc(users, func(a, b hover.User) int { return rank(a) - rank(b) })
	for _, u := range users {
		if string(u.ID) == e.Value(KeyActingUser) {
			e.meet(ctx, u)
		}
	}
	return users, nil
}

func rank(u hover.User) int {
	if u.Role == "admin" {
		return 0
	}
	return 1
}
