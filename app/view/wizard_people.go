package view

import (
	"context"
	"slices"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// WizardPeopleState is the step that asks in whose name Dormer works and whose
// jobs it tells of.
type WizardPeopleState struct {
	Users   []hover.User // who can be chosen; empty until Hover has answered
	Loading bool
	Err     error // why they could not be listed
	Acting  hover.UserID
	Whose   string // "everyone" or "mine"

	asked bool // Hover was asked for the users of this account
}

// LoadPeople asks Hover for the people of the account.
func (w *Wizard) LoadPeople() {
	p := &w.s.People
	p.asked, p.Loading, p.Err = true, true, nil
	w.Changed()
	w.people.ask(w.d, func(ctx context.Context) {
		users, err := w.d.Desk.Users(ctx)
		w.d.Do(func() {
			p.Users, p.Loading, p.Err = ableUsers(users), false, err
			w.Changed()
		})
	})
}

// ableUsers leaves out who was invited and has not come yet: nobody can ask in
// their name.
func ableUsers(users []hover.User) []hover.User {
	return slices.DeleteFunc(slices.Clone(users), func(u hover.User) bool { return u.State == "invited" })
}

// ChooseActing chooses in whose name Dormer asks Hover.
func (w *Wizard) ChooseActing(id hover.UserID) {
	w.choose(engine.KeyActingUser, string(id), func() { w.s.People.Acting = id })
}

// ChooseWhose chooses whose jobs are told of: "everyone" or "mine".
func (w *Wizard) ChooseWhose(whose string) {
	w.choose(engine.KeyAlertsWhose, whose, func() { w.s.People.Whose = whose })
}
