package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"dormer/storage"
)

// deskDocs begins the keys of what the window keeps; what begins otherwise is
// the engine's own.
const deskDocs = "desk/"

// Bounds on what the window keeps: it is for small things.
const (
	maxRemembered = 64 << 10 // bytes, as JSON
	maxRemember   = 100      // bytes of a name
)

// Remember keeps a small thing of the window's own under a name.
func (e *Engine) Remember(ctx context.Context, name string, value any) error {
	if name == "" || len(name) > maxRemember {
		return fmt.Errorf("engine: remember: a name of %d bytes", len(name))
	}
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("engine: remember %s: %w", name, err)
	}
	if len(b) > maxRemembered {
		return fmt.Errorf("engine: remember %s: %d bytes are too many", name, len(b))
	}
	return e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(deskDocs+name, json.RawMessage(b)) })
}

// Recall gives back what was kept under a name; false if there is nothing, or
// nothing that fits into it any more.
func (e *Engine) Recall(_ context.Context, name string, into any) (known bool, err error) {
	var kept json.RawMessage
	err = e.store.View(func(tx *storage.Tx) (err error) {
		known, err = tx.Doc(deskDocs+name, &kept)
		return err
	})
	if err != nil || !known {
		return false, err
	}
	return json.Unmarshal(kept, into) == nil, nil
}
