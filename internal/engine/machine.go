package engine

import (
	"cmp"
	"context"

	"dormer/internal/records"
	"dormer/storage"
)

// docMachine is the mark of the machine that the data is on; see KnowMachine.
const docMachine = "machine"

// KnowMachine takes in the mark of the machine that the database is opened on, and
// says whether it has come from another one: beside is the mark that stands beside
// it, for a database that has none of its own. Two copies of a data folder would
// take each other's webhook for an old one of their own, and delete it every hour.
// So the copy gets a path of its own and forgets which webhooks were its own,
// without deleting any; what Hover knows and the secrets stay as they are. An empty
// mark, since the machine's id could not be read, says nothing.
func KnowMachine(store *storage.Store, mark, beside string) (moved bool, err error) {
	if mark == "" {
		return false, nil
	}
	var known string
	err = store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docMachine, &known)
		return err
	})
	if err != nil || known == mark {
		return false, err
	}
	known = cmp.Or(known, beside)
	moved = known != "" && known != mark
	return moved, store.Update(context.Background(), func(tx *storage.Tx) error {
		if moved {
			if err := tx.PutDoc(records.DocHookPath, newHookPath()); err != nil {
				return err
			}
			if err := tx.PutDoc(records.DocWebhooks, []any{}); err != nil {
				return err
			}
		}
		return tx.PutDoc(docMachine, mark)
	})
}
