package records

import (
	"context"

	"dormer/internal/subscription"
	"dormer/storage"
)

// The documents that tell Hover's way in: its secret path, and the webhooks that are
// our own.
const (
	DocHookPath = "hook-path"
	DocWebhooks = "webhooks"
)

// Webhooks keeps the subscription's webhooks in the store.
type Webhooks struct{ Store *storage.Store }

// LoadWebhooks gives them, the present one last.
func (b Webhooks) LoadWebhooks() (list []subscription.Owned, err error) {
	err = b.Store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(DocWebhooks, &list)
		return err
	})
	return list, err
}

// SaveWebhooks writes them down, before they are in force.
func (b Webhooks) SaveWebhooks(list []subscription.Owned) error {
	return b.Store.Update(context.Background(), func(tx *storage.Tx) error { return tx.PutDoc(DocWebhooks, list) })
}
