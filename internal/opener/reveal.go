package opener

import (
	"context"
	"path/filepath"
)

// Reveal shows the file at path in its folder, selected where the platform's file
// manager can; else it opens the folder. The path must be absolute and the file exist.
func (Opener) Reveal(ctx context.Context, path string) error {
	if err := there(path); err != nil {
		return err
	}
	if err := reveal(ctx, path); err == nil || ctx.Err() != nil {
		return err
	}
	return run(ctx, filepath.Dir(path))
}
