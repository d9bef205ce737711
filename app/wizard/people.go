package wizard

import (
	"slices"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// whose are whose jobs can be told of, as the setting has them.
var whose = []string{"everyone", "mine"}

// people asks in whose name Dormer works and whose jobs it tells of.
func (w *Wizard) people() step {
	var users []hover.User // as the choice has them
	acting := parts.NewSelect(nil, -1, func(n int) { w.v.ChooseActing(users[n].ID) })
	who := parts.Column(4, parts.NewText(words.T("wizard.acting"), parts.Second), acting)
	stands := newNote(parts.NewButton(words.T("wizard.again"), parts.Plain, w.v.LoadPeople))
	loading := newNote()
	loading.tell(parts.MarkWorking, words.T("wizard.people_loading"), "")
	jobs := parts.NewChoice([]string{words.T("wizard.whose_everyone"), words.T("wizard.whose_mine")}, 0,
		func(n int) { w.v.ChooseWhose(whose[n]) })
	return step{
		title: words.T("wizard.people_title"),
		body: parts.Column(16, parts.NewParagraph(words.T("wizard.people_says"), parts.Dim), loading.Container,
			stands.Container, who, parts.Column(4, parts.NewText(words.T("wizard.whose"), parts.Second), jobs)),
		draw: func(s view.WizardState) {
			p := s.People
			parts.Visible(loading.Container, p.Loading)
			parts.Visible(stands.Container, false)
			if p.Err != nil {
				stands.tell(parts.MarkFailed, words.Error(p.Err), "")
			}
			users = known(p)
			names := make([]string, len(users))
			for i, u := range users {
				names[i] = named(u)
			}
			acting.SetChoices(names, slices.IndexFunc(users, func(u hover.User) bool { return u.ID == p.Acting }))
			parts.Visible(who, len(users) > 0)
			jobs.SetChosen(slices.Index(whose, p.Whose))
		},
	}
}

// known gives who can be chosen, the one who is chosen among them.
func known(p view.WizardPeopleState) []hover.User {
	if p.Acting == "" || slices.ContainsFunc(p.Users, func(u hover.User) bool { return u.ID == p.Acting }) {
		return p.Users
	}
	return append([]hover.User{{ID: p.Acting}}, p.Users...)
}

// named gives a person's name, and the address that tells two of one name apart.
func named(u hover.User) string {
	name := u.Name()
	switch {
	case name == "":
		return words.T("wizard.user_unknown", "id", string(u.ID))
	case name == u.Email || u.Email == "":
		return name
	}
	return name + " · " + u.Email
}
