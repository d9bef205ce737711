package opener

import "context"

func reveal(ctx context.Context, path string) error {
	return hand(ctx, "/usr/bin/open", []string{"-R", path}, path)
}
