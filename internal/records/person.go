package records

import (
	"cmp"
	"context"

	"dormer/internal/hover"
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

// Meet remembers a user.
func (r *Records) Meet(ctx context.Context, id hover.UserID, p Person) error {
	return r.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docPerson(id), p) })
}
