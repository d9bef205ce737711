package signin

import (
	"context"
	"slices"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
)

// met remembers a user of whom Hover has told.
func (s *SignIn) met(ctx context.Context, u hover.User) records.Person {
	p := records.Person{Name: u.Name(), Email: u.Email}
	if u.ID == "" || p == s.o.Records.Person(u.ID) {
		return p
	}
	err := s.o.Records.Meet(ctx, u.ID, p)
	if err != nil {
		s.o.Log.Warn("the acting user's name could not be kept", "error", err)
	}
	return p
}

// actingUser gives what is known of the acting user, and asks Hover if that is
// nothing.
func (s *SignIn) actingUser(ctx context.Context) records.Person {
	id := hover.UserID(s.o.Records.Value(records.KeyActingUser))
	p := s.o.Records.Person(id)
	if id == "" || p != (records.Person{}) {
		return p
	}
	u, err := s.o.API.Profile(ctx, id)
	if err != nil {
		return p
	}
	u.ID = id
	return s.met(ctx, u)
}

// chooseActingUser saves the account's first admin, unless somebody is chosen.
func (s *SignIn) chooseActingUser(ctx context.Context) {
	if s.o.Records.Value(records.KeyActingUser) != "" {
		s.actingUser(ctx)
		return
	}
	users, err := s.o.API.Users(ctx, true)
	if err != nil || len(users) == 0 {
		// Hover then answers what it can without one; the next catch-up tries again.
		s.o.Log.Warn("the account's admins could not be listed", "error", err)
		return
	}
	s.met(ctx, users[0])
	if err := s.o.Records.Set(ctx, records.Values{records.KeyActingUser: string(users[0].ID)}); err != nil {
		s.o.Log.Warn("the acting user could not be saved", "error", err)
		return
	}
	s.o.Log.Info("Dormer asks Hover in the name of "+users[0].Name(), "user", users[0].ID)
}

// Users lists the people of the account, its admins first. Where Hover does not
// list everybody they are the admins alone.
func (s *SignIn) Users(ctx context.Context) ([]hover.User, error) {
	ctx = hoverapi.WithPerson(ctx)
	users, err := s.o.API.Users(ctx, false)
	switch hoverapi.KindOf(err) {
	case hoverapi.Forbidden, hoverapi.Unauthorized, hoverapi.Invalid, hoverapi.NotFound:
		users, err = s.o.API.Users(ctx, true)
	}
	if err != nil {
		return nil, hoverapi.Asking(say.T("people.not_listed"), err, say.T("do.see_status_try_again"))
	}
	slices.SortStableFunc(users, func(a, b hover.User) int { return rank(a) - rank(b) })
	for _, u := range users {
		if string(u.ID) == s.o.Records.Value(records.KeyActingUser) {
			s.met(ctx, u)
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
