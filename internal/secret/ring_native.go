//go:build !linux && !freebsd && !netbsd && !openbsd && !dragonfly

package secret

import (
	"context"
	"errors"

	"github.com/zalando/go-keyring"
)

// native is the keyring of macOS or Windows. It asks a person by itself where it
// has to; whether it would cannot be asked.
type native struct {
	service string
	// turn makes the calls come one after the other, so that one that was given
	// up cannot overtake, and overwrite, a later one.
	turn chan struct{}
}

func newRing(service string) ring { return &native{service: service, turn: make(chan struct{}, 1)} }

func (n *native) locked(context.Context) (bool, error) { return false, nil }
func (n *native) unlock(context.Context) error         { return nil }
func (n *native) any(context.Context) bool             { return false }
func (n *native) close()                               {}

func (n *native) load(ctx context.Context, names []string) (map[string]string, error) {
	entries := map[string]string{}
	for _, name := range names {
		var value string
		err := n.call(ctx, func() (err error) {
			value, err = keyring.Get(n.service, name)
			return err
		})
		switch {
		case errors.Is(err, keyring.ErrUnsupportedPlatform):
			return nil, errAbsent
		case errors.Is(err, keyring.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			entries[name] = value
		}
	}
	return entries, nil
}

func (n *native) put(ctx context.Context, name, value string) error {
	return n.call(ctx, func() error { return keyring.Set(n.service, name, value) })
}

func (n *native) drop(ctx context.Context, name string) error {
	err := n.call(ctx, func() error { return keyring.Delete(n.service, name) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// call makes a call of the keyring and gives up on it with ctx. The call itself
// cannot be ended: its goroutine, of which there is at most one, goes on until
// the keyring answers.
func (n *native) call(ctx context.Context, call func() error) error {
	select {
	case n.turn <- struct{}{}:
	case <-ctx.Done():
		return ErrSilent
	}
	answer := make(chan error, 1)
	go func() {
		defer func() { <-n.turn }()
		answer <- call()
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ErrSilent
	}
}
