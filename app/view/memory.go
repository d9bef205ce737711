package view

import (
	"context"
	"encoding/json"

	"dormer/internal/engine"
)

// remember keeps a value under a name.
func remember(ctx context.Context, m engine.Desk, name string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return m.Remember(ctx, name, b)
}

// recall gives back what was kept under a name; false if there is nothing, or
// nothing that fits into it any more.
func recall(ctx context.Context, m engine.Desk, name string, into any) (bool, error) {
	b, err := m.Recall(ctx, name)
	if err != nil || b == nil {
		return false, err
	}
	return json.Unmarshal(b, into) == nil, nil
}
