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
func (e *Engine) Remember(ctx context.Context, name string, value json.RawMessage) error {
	if name == "" || len(name) > maxRemember {
		return fmt.Errorf("engine: remember: a name of %d bytes", len(name))
	}
	if !json.Valid(value) {
		return fmt.Errorf("engine: remember %s: it is not JSON", name)
	}
	if len(value) > maxRemembered {
		return fmt.Errorf("engine: remember %s: %d bytes are too many", name, len(value))
	}
	return e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(deskDocs+name, value) })
}

// Recall gives back what was kept under a name; nil if there is nothing.
func (e *Engine) Recall(_ context.Context, name string) (kept json.RawMessage, err error) {
	err = e.store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(deskDocs+name, &kept)
		return err
	})
	return kept, err
}
