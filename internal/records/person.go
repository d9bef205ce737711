package records

import (
	"cmp"
	"context"

	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/storage"
)

// Person is what is kept of a user of the account.
type Person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Called gives the name, or the e-mail address where there is none.
func (p Person) Called() string { return cmp.Or(p.Name, p.Email) }

func docPerson(id hover.UserID) string { return "person/" + string(id) }

// Person gives what is known of a user; the zero person if nothing is.
func (r *Records) Person(id hover.UserID) (p Person) {
	if id == "" {
		return p
	}
	_ = r.Read(func(tx *storage.Tx) error {
		_, err := tx.Doc(docPerson(id), &p)
		return err
	})
	return p
}

// Org is an organisation of which the data may be: a contractor's company.
type Org struct {
	ID   hover.OrgID `json:"id"`
	Name string      `json:"name"` // as Hover tells it; "" where it does not
}

// Called gives what people call it, within a sentence: its name, else its number.
func (o Org) Called() say.Text {
	if o.Name == "" {
		return say.T("org.number", "id", o.ID)
	}
	return say.Words(o.Name)
}

func docOrg(id hover.OrgID) string { return "org/" + string(id) }

// Org gives what is known of an organisation.
func (r *Records) Org(id hover.OrgID) Org {
	o := Org{ID: id}
	if id == "" {
		return o
	}
	_ = r.Read(func(tx *storage.Tx) error {
		_, err := tx.Doc(docOrg(id), &o)
		return err
	})
	return o
}

// MeetOrg remembers an organisation.
func (r *Records) MeetOrg(ctx context.Context, o Org) error {
	return r.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docOrg(o.ID), o) })
}

// Meet remembers a user.
func (r *Records) Meet(ctx context.Context, id hover.UserID, p Person) error {
	return r.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docPerson(id), p) })
}
