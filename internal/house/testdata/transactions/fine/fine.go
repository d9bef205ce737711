// Package fine does what may be done.
package fine

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dormer/storage"
)

// All does it: before and after a transaction, beside it, and at once.
func All(ctx context.Context, s *storage.Store, path string, c chan int, h http.Header) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	var b bytes.Buffer
	err := s.Update(ctx, func(tx *storage.Tx) error {
		go func() { _ = os.Remove(path) }()
		select {
		case c <- 1:
		default:
		}
		when, err := http.ParseTime(h.Get("Date"))
		fmt.Fprintln(&b, filepath.Base(path), when.Before(time.Now()), err)
		slices.SortFunc([]int{1, 2}, func(a, b int) int { return a - b })
		_, _, err = tx.Job("1")
		return err
	})
	_, _ = os.Stdout.Write(b.Bytes())
	return err
}
