// Package waits waits within transactions.
package waits

import (
	"context"
	"sync"
	"time"

	"dormer/storage"
)

// All waits for all that can be waited for.
func All(ctx context.Context, s *storage.Store, c chan int, group *sync.WaitGroup) error {
	return s.Update(ctx, func(*storage.Tx) error {
		time.Sleep(time.Second) // held up: time.Sleep
		c <- 1                  // held up: a channel is written to
		<-c                     // held up: a channel is read
		group.Wait()            // held up: WaitGroup
		select {                // held up: a select waits
		case <-c:
		case <-ctx.Done():
		}
		defer func() {
			for range c { // held up: a channel is read
			}
		}()
		return nil
	})
}

// Itself waits for the transaction that it is in.
func Itself(ctx context.Context, s *storage.Store) error {
	return s.View(func(*storage.Tx) error {
		return s.Update(ctx, func(*storage.Tx) error { return nil }) // held up: waits for the transaction
	})
}
