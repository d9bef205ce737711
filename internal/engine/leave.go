package engine

import (
	"context"
	"errors"
)

// Leave has Hover forget us, of a Dormer that does not run and will not again: our
// webhook is deleted there, and the sign-in revoked and forgotten. The secrets have
// been read.
func (e *Engine) Leave(ctx context.Context) error {
	// A sign-in of another account than the data is of is not used, but is forgotten.
	return errors.Join(e.admitKept(), e.Logout(ctx))
}
