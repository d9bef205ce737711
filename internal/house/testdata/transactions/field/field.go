// Package field keeps what it calls in fields.
package field

import (
	"os"

	"dormer/storage"
)

// Hooks are functions of others.
type Hooks struct {
	exists func(path string) bool
	all    map[string]func()
}

// New sets them.
func New(path string) Hooks {
	return Hooks{
		exists: func(path string) bool {
			_, err := os.Open(path) // held up: os.Open
			return err == nil
		},
		all: map[string]func(){"remove": func() {
			_ = os.Remove(path) // held up: os.Remove
		}},
	}
}

// Ask calls them.
func Ask(s *storage.Store, h Hooks) error {
	return s.View(func(*storage.Tx) error {
		if h.exists("x") {
			h.all["remove"]()
		}
		return nil
	})
}
